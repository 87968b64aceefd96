import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ActionContext } from '../../../../src/actions/action-context.js';
import { importProject } from '../../../../src/actions/import/import-project.js';
import type { FunctionConfiguration } from '../../../../src/aws/lambda-calls.js';
import { LambdakitError } from '../../../../src/errors/lambdakit-error.js';
import { createFolder } from '../../../service/deploy-kit.js';
import { makeZip } from '../../../service/zip-maker.js';

/** Serves one file, as the address that GetFunction signs does. */
async function serve(content: Uint8Array): Promise<string> {
  const server = createServer((_, response) => response.end(content)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/code.zip?signature=hush`;
}

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:orders';

interface Account {
  readonly configuration?: FunctionConfiguration & Record<string, unknown>;
  readonly code: object;
  readonly events?: object;
}

/** One function of an account that has nothing beside it. */
function contextOf({ configuration = {}, code, events }: Account): ActionContext {
  const nothing = async () => {
    throw new LambdakitError('not-found', 'nothing');
  };
  const calls = {
    getFunction: async () => ({
      Configuration: { FunctionName: 'orders', FunctionArn: ARN, CodeSha256: 'x', ...configuration },
      Code: code,
    }),
    listAliases: async () => ({}),
    listEventSourceMappings: async () => ({}),
  };
  return {
    signal: new AbortController().signal,
    progress: () => undefined,
    lambda: async () =>
      new Proxy(calls, { get: (known, name) => (name === 'then' ? undefined : (Reflect.get(known, name) ?? nothing)) }),
    neighbours: async () => ({ events }),
  } as unknown as ActionContext;
}

async function imported(account: Account) {
  const workingFolder = createFolder();
  const result = await importProject({ source: ARN, workingFolder, isForced: false }, contextOf(account));
  const { functions, region } = JSON.parse(readFileSync(path.join(result.folder, 'lambdakit.json'), 'utf8'));
  return { ...result, config: functions.orders, region };
}

const REFUSAL = new LambdakitError('access-denied', 'You may not call ListRules.');

describe('a function that is imported', () => {
  it('of an image is named by the digest that is deployed', async () => {
    const image = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders';
    const { config, files, region } = await imported({
      configuration: { PackageType: 'Image', ImageConfigResponse: { ImageConfig: { Command: ['app.handler'] } } },
      code: { ImageUri: `${image}:latest`, ResolvedImageUri: `${image}@sha256:${'a'.repeat(64)}` },
      events: { listRules: async () => ({}) },
    });
    expect(files).toEqual(['lambdakit.json']);
    expect(region).toBe('eu-west-1');
    expect(config).toEqual({
      code: `${image}@sha256:${'a'.repeat(64)}`,
      packageType: 'Image',
      imageConfig: { command: ['app.handler'] },
    });
  });

  it('has the schedules that a deployment has made, and no rules of others', async () => {
    const rules = [
      { Name: 'orders-nightly', ScheduleExpression: 'cron(0 3 * * ? *)', State: 'DISABLED' },
      { Name: 'orders-other', ScheduleExpression: 'rate(1 day)', State: 'ENABLED' },
    ];
    const targets: Record<string, object[]> = {
      'orders-nightly': [{ Id: 'lambdakit', Arn: ARN, Input: '{"a":1}' }],
      'orders-other': [{ Id: 'console', Arn: ARN }],
    };
    const events = {
      listRules: async () => ({ Rules: rules }),
      listTargetsByRule: async ({ Rule }: { readonly Rule: string }) => ({ Targets: targets[Rule] }),
    };
    const { config } = await imported({ code: { ImageUri: 'r/i:1' }, events });
    expect(config.schedules).toEqual([
      { name: 'nightly', scheduleExpression: 'cron(0 3 * * ? *)', enabled: false, input: { a: 1 } },
    ]);
  });

  it('is imported by somebody who may not read rules, and tells settings that it has no word for', async () => {
    const { unmapped } = await imported({
      configuration: { TenancyConfig: { TenantIsolationMode: 'PER_TENANT' } },
      code: { ImageUri: 'r/i:1' },
      events: {
        listRules: async () => {
          throw REFUSAL;
        },
      },
    });
    expect(unmapped).toEqual([
      { path: 'TenancyConfig', reason: 'the project file has no word for it; a deployment leaves it' },
    ]);
  });

  it.each([
    ['leads out of its folder', makeZip([{ name: '../evil.mjs', content: 'x' }])],
    ['is no archive', Buffer.from('not a zip')],
  ])('is refused when its package %s, and nothing is written', async (_, content) => {
    const workingFolder = createFolder();
    const context = contextOf({ code: { Location: await serve(content) }, events: { listRules: async () => ({}) } });
    const error = await importProject({ source: 'orders', workingFolder, isForced: false }, context).catch((e) => e);
    expect(error).toMatchObject({ code: 'package-invalid' });
    expect(error.message).not.toContain('hush');
    expect(existsSync(path.join(workingFolder, 'orders'))).toBe(false);
    expect(existsSync(path.join(workingFolder, 'evil.mjs'))).toBe(false);
  });
});
