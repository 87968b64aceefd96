import { afterAll, beforeAll, expect } from 'vitest';
import { startTestService, type TestService } from '../../service/local-service-kit.js';
import { Boto3 } from './boto3-client.js';

/** A client that is there once the tests run. */
export type Boto3Calls = Pick<Boto3, 'call'>;

/** A service with a boto3 client for the tests of the block in which it is called; ends both and expects no bug of the service. */
export function useBoto3(): { readonly boto: Boto3Calls; endpoint(): string } {
  let service: TestService | undefined;
  let boto: Boto3 | undefined;
  beforeAll(async () => {
    service = await startTestService();
    boto = new Boto3(service.endpoint);
  });
  afterAll(async () => {
    await boto?.dispose();
    await service?.dispose();
    expect(service?.bugs).toEqual([]);
  });
  const started = <T>(one: T | undefined): T => {
    if (one === undefined) throw new Error('the service is started before the tests of its block, and not sooner');
    return one;
  };
  return {
    boto: { call: (...request) => started(boto).call(...request) },
    endpoint: () => started(service).endpoint,
  };
}
