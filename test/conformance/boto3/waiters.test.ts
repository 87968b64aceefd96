import { afterEach, describe, expect, it } from 'vitest';
import type { LocalServiceOptions } from '../../../src/local/index.js';
import { ECHO, nodePackage, ROLE, startTestService, type TestService } from '../../service/local-service-kit.js';
import { Boto3, boto3Missing, bytes } from './boto3-client.js';
import { fails, ok } from './expectations.js';

const missing = boto3Missing();

describe.skipIf(missing !== undefined)(
  `slow and full accounts through boto3${missing === undefined ? '' : `: ${missing}`}`,
  () => {
    let service: TestService;
    let boto: Boto3;
    const start = async (options: Partial<LocalServiceOptions>) => {
      service = await startTestService(options);
      boto = new Boto3(service.endpoint);
    };
    afterEach(async () => {
      await boto.dispose();
      await service.dispose();
      expect(service.bugs).toEqual([]);
    });
    const members = (FunctionName: string) => ({
      FunctionName,
      Role: ROLE,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: bytes(ECHO) },
    });

    it('ends the waits for functions, updates and versions that take their time', async () => {
      await start({ realisticStates: true });
      const FunctionName = 'slow';
      expect(await ok(boto, 'create_function', members(FunctionName), 201)).toMatchObject({ State: 'Pending' });
      await fails(
        boto,
        ['publish_version', { FunctionName }],
        [409, 'ResourceConflictException', /^The operation cannot be performed at this time\. /],
      );
      for (const waiter of ['function_exists', 'function_active', 'function_active_v2']) {
        expect((await boto.wait(waiter, { FunctionName })).error).toBeUndefined();
      }
      const updated = await ok(boto, 'update_function_configuration', { FunctionName, Timeout: 9 });
      expect(updated).toMatchObject({ LastUpdateStatus: 'InProgress' });
      const again = ['update_function_configuration', { FunctionName, Timeout: 8 }] as const;
      await fails(boto, again, [409, 'ResourceConflictException', /An update is in progress for resource: /]);
      for (const waiter of ['function_updated', 'function_updated_v2']) {
        expect((await boto.wait(waiter, { FunctionName })).error).toBeUndefined();
      }
      const { Version } = await ok(boto, 'publish_version', { FunctionName }, 201);
      expect((await boto.wait('published_version_active', { FunctionName, Qualifier: Version })).error).toBeUndefined();
    });

    it('refuses code beyond the storage of the account', async () => {
      await start({ totalCodeBytes: ECHO.length });
      const full = [400, 'CodeStorageExceededException', 'Code storage limit exceeded.'] as const;
      await ok(boto, 'create_function', members('first'), 201);
      await fails(boto, ['create_function', members('second')], full);
      await fails(boto, ['publish_version', { FunctionName: 'first' }], full);
      const ZipFile = bytes(
        nodePackage(`export const handler = () => ${JSON.stringify(Array.from({ length: 300 }, (_, n) => n * n))};`),
      );
      await fails(boto, ['update_function_code', { FunctionName: 'first', ZipFile }], full);
      await fails(boto, ['publish_layer_version', { LayerName: 'layer', Content: { ZipFile: bytes(ECHO) } }], full);
    });
  },
);
