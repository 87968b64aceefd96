import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createFolder, resultOf, startBin } from '../../e2e/bin-kit.js';
import { ECHO, ROLE } from '../../service/local-service-kit.js';
import { Boto3, boto3Missing, bytes } from './boto3-client.js';
import { ok } from './expectations.js';

const missing = boto3Missing();

describe.skipIf(missing !== undefined)(
  `local start --realistic-states and the waiters of boto3${missing === undefined ? '' : `: ${missing}`}`,
  () => {
    it('go through the states of a function, an update and a version together', async () => {
      const service = startBin(['local', 'start', '--port', '0', '--json', '--realistic-states'], {
        cwd: createFolder(),
      });
      const ended = resultOf(service);
      const [started] = (await once(service.stdout!, 'data')) as [string];
      const boto = new Boto3((JSON.parse(started) as { endpoint: string }).endpoint, 'us-east-1');
      const FunctionName = 'slow';
      const passes = async (waiter: string, more: object = {}) =>
        expect((await boto.wait(waiter, { FunctionName, ...more })).error, waiter).toBeUndefined();
      const configuration = () => ok(boto, 'get_function_configuration', { FunctionName });

      const code = { Runtime: 'nodejs24.x', Handler: 'index.handler', Code: { ZipFile: bytes(ECHO) } };
      const created = await ok(boto, 'create_function', { FunctionName, Role: ROLE, ...code }, 201);
      expect(created).toMatchObject({ State: 'Pending', StateReasonCode: 'Creating' });
      expect(created).not.toHaveProperty('LastUpdateStatus');
      await passes('function_exists');
      await passes('function_active_v2');
      const active = await configuration();
      expect(active).toMatchObject({ State: 'Active', LastUpdateStatus: 'Successful' });
      expect(active).not.toHaveProperty('StateReason');

      const updated = await ok(boto, 'update_function_configuration', { FunctionName, Timeout: 9 });
      expect(updated).toMatchObject({ State: 'Active', LastUpdateStatus: 'InProgress' });
      await passes('function_updated_v2');
      const done = await configuration();
      expect(done).toMatchObject({ LastUpdateStatus: 'Successful', Timeout: 9 });
      const revisions = [created, active, updated, done].map(({ RevisionId }) => RevisionId);
      expect(new Set(revisions).size).toBe(4);

      const { Version } = await ok(boto, 'publish_version', { FunctionName }, 201);
      await passes('published_version_active', { Qualifier: Version });
      expect((await ok(boto, 'invoke', { FunctionName, Qualifier: Version })).ExecutedVersion).toBe('1');
      await boto.dispose();
      service.kill('SIGINT');
      await ended;
    });
  },
);
