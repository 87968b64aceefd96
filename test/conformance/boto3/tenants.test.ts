import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodePackage, ROLE, startTestService, type TestService } from '../../service/local-service-kit.js';
import { openEventSink } from '../../soak/checks/event-sink.js';
import { until } from '../../soak/checks/load.js';
import { Boto3, boto3Missing, bytes } from './boto3-client.js';
import { fails, ok } from './expectations.js';

const missing = boto3Missing();
const INVALID = 'InvalidParameterValueException';
const COUNTER = nodePackage(`
  let runs = 0;
  export const handler = async (event, context) => {
    runs += 1;
    if (event.note) await fetch(event.note + '/' + context.tenantId + '-' + runs);
    return { runs, tenant: context.tenantId };
  };`);

describe.skipIf(missing !== undefined)(
  `tenant isolation through boto3${missing === undefined ? '' : `: ${missing}`}`,
  () => {
    let service: TestService;
    let boto: Boto3;
    const FunctionName = 'tenants';
    beforeAll(async () => {
      service = await startTestService();
      boto = new Boto3(service.endpoint);
      const code = { Role: ROLE, Runtime: 'nodejs24.x', Handler: 'index.handler', Code: { ZipFile: bytes(COUNTER) } };
      const TenancyConfig = { TenantIsolationMode: 'PER_TENANT' };
      const created = await ok(boto, 'create_function', { FunctionName, ...code, TenancyConfig, Publish: true }, 201);
      expect(created.TenancyConfig).toEqual(TenancyConfig);
    });
    afterAll(async () => {
      await boto?.dispose();
      await service?.dispose();
      expect(service?.bugs).toEqual([]);
    });

    it('gives each tenant environments of its own, and uses them again', async () => {
      const run = async (TenantId: string) =>
        JSON.parse((await ok(boto, 'invoke', { FunctionName, TenantId })).Payload) as unknown;
      expect(await run('blue')).toEqual({ runs: 1, tenant: 'blue' });
      expect(await run('green')).toEqual({ runs: 1, tenant: 'green' });
      expect(await run('blue')).toEqual({ runs: 2, tenant: 'blue' });
      expect(await run('green')).toEqual({ runs: 2, tenant: 'green' });
    });

    it('carries the tenant of an asynchronous event', async () => {
      const sink = await openEventSink();
      const event = { FunctionName, InvocationType: 'Event', Payload: JSON.stringify({ note: sink.url }) };
      await ok(boto, 'invoke', { ...event, TenantId: 'red' }, 202);
      await until(
        async () => sink.notes,
        (notes) => notes.has('red-1'),
      );
      await sink.close();
    });

    it.each(['RequestResponse', 'Event', 'DryRun'])('refuses a call without tenant (%s)', async (InvocationType) => {
      const text =
        'The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again.';
      await fails(boto, ['invoke', { FunctionName, InvocationType }], [400, INVALID, text]);
    });

    it('refuses what does not go with it', async () => {
      const url = ['create_function_url_config', { FunctionName, AuthType: 'NONE' }] as const;
      await fails(boto, url, [400, INVALID, /^Function URLs are not supported/]);
      const provisioned = { FunctionName, Qualifier: '1', ProvisionedConcurrentExecutions: 1 };
      const put = ['put_provisioned_concurrency_config', provisioned] as const;
      await fails(boto, put, [400, INVALID, /^Provisioned Concurrency is not supported/]);
    });
  },
);
