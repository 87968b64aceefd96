import { SQS } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BASE,
  createFolder,
  createKit,
  createProject,
  HANDLER,
  onlyResult,
  projectFile,
  writeFiles,
} from './deploy-kit.js';
import { startTestService, type TestService } from './local-service-kit.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  const sqs = new SQS({
    region: 'us-east-1',
    endpoint: service.variables.AWS_ENDPOINT_URL_SQS!,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  for (const QueueName of ['work', 'dead']) await sqs.createQueue({ QueueName });
  sqs.destroy();
});

afterAll(async () => {
  await service.dispose();
  expect(service.bugs).toEqual([]);
});

let number = 0;
/** A function name of this test alone: all tests share the service. */
const uniqueName = (): string => `fn-${++number}-${Math.random().toString(36).slice(2, 8)}`;

function kitFor(folder: string) {
  return createKit({ folder, endpoint: service.endpoint, s3Endpoint: service.variables.AWS_ENDPOINT_URL_S3 });
}

/** Everything that the project file can say beside code and configuration. */
const EVERYTHING = {
  alias: 'live',
  tags: { team: 'a' },
  environment: { TABLE: 'one' },
  url: { authType: 'NONE', cors: { allowOrigins: ['https://a.example', 'https://b.example'], allowMethods: ['GET'] } },
  concurrency: { reserved: 20, provisioned: 1 },
  eventInvokeConfig: {
    maximumRetryAttempts: 1,
    destinationConfig: { onFailure: { destination: 'arn:aws:sqs:us-east-1:000000000000:dead' } },
  },
  permissions: [
    {
      statementId: 'bucket',
      principal: 's3.amazonaws.com',
      sourceArn: 'arn:aws:s3:::b',
      sourceAccount: '123456789012',
    },
  ],
  eventSources: [{ eventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:work', batchSize: 5, enabled: false }],
  recursiveLoop: 'Allow',
  runtimeManagement: { updateRuntimeOn: 'FunctionUpdate' },
} as const;

describe('a deployment asks and changes no more than it must', () => {
  it('creates with one read and one create', async () => {
    const kit = kitFor(createProject({ functionName: uniqueName() }));
    expect(onlyResult(await kit.deploy()).outcome).toBe('created');
    expect(kit.operations).toEqual(['GetFunction', 'CreateFunction', 'GetFunctionConfiguration']);
  });

  it('makes one call when nothing has changed, and one more for an alias', async () => {
    const folder = createProject({ functionName: uniqueName() });
    await kitFor(folder).deploy();
    const again = kitFor(folder);
    const result = onlyResult(await again.deploy());
    expect(result).toMatchObject({
      outcome: 'unchanged',
      reasons: ['the code SHA-256 is equal', 'the settings are equal'],
    });
    expect(again.operations).toEqual(['GetFunction']);
    await kitFor(folder).deploy({ alias: 'live' });
    const withAlias = kitFor(folder);
    expect(onlyResult(await withAlias.deploy({ alias: 'live' })).outcome).toBe('unchanged');
    expect(withAlias.operations).toEqual(['GetFunction', 'GetFunctionConfiguration']);
  });

  it('makes no call for the settings when only the code has changed, and none for the code when only a setting has', async () => {
    const settings = { functionName: uniqueName() };
    const folder = createProject(settings);
    await kitFor(folder).deploy();
    writeFiles(folder, { 'src/index.mjs': `${HANDLER}// changed\n` });
    const code = kitFor(folder);
    onlyResult(await code.deploy());
    expect(code.operations).toEqual(['GetFunction', 'UpdateFunctionCode', 'GetFunctionConfiguration']);
    writeFiles(folder, { 'lambdakit.json': projectFile({ ...settings, timeout: 42 }) });
    const config = kitFor(folder);
    const result = onlyResult(await config.deploy());
    expect(config.operations).toEqual(['GetFunction', 'UpdateFunctionConfiguration', 'GetFunctionConfiguration']);
    expect(result.steps).toEqual([
      { step: 'update-settings', title: 'update settings', changes: [{ setting: 'Timeout', from: 3, to: 42 }] },
    ]);
  });

  it('reads each companion once, finds all of them as they were made, and makes no change', async () => {
    const folder = createProject({ functionName: uniqueName(), ...EVERYTHING });
    const first = kitFor(folder);
    expect(onlyResult(await first.deploy()).outcome).toBe('created');
    const again = kitFor(folder);
    const result = onlyResult(await again.deploy());
    expect(result.steps).toEqual([]);
    expect(again.operations.toSorted()).toEqual([
      'GetFunction',
      'GetFunctionConfiguration',
      'GetFunctionEventInvokeConfig',
      'GetFunctionRecursionConfig',
      'GetFunctionUrlConfig',
      'GetPolicy',
      'GetProvisionedConcurrencyConfig',
      'GetRuntimeManagementConfig',
      'ListEventSourceMappings',
    ]);
  });
});

describe('a plan', () => {
  it('is the same for a dry run and for the deployment that follows, and a dry run changes nothing', async () => {
    const name = uniqueName();
    const folder = createProject({ functionName: name, ...EVERYTHING });
    const dry = kitFor(folder);
    const planned = onlyResult(await dry.deploy({ isDryRun: true }));
    expect(planned.outcome).toBe('planned');
    // The queue of a new event source is asked for its visibility timeout.
    expect(dry.operations).toEqual(['GetFunction', 'GetQueueUrl', 'GetQueueAttributes']);
    const applied = onlyResult(await kitFor(folder).deploy());
    expect(applied.steps).toEqual(planned.steps);
  });

  it('names each value that differs, hides variables behind stable tokens, and shows those set elsewhere', async () => {
    const name = uniqueName();
    const folder = createProject({ functionName: name, environment: { TABLE: 'orders-secret', OTHER: 'x' } });
    const kit = kitFor(folder);
    await kit.deploy();
    const calls = await kit.context.lambda();
    await calls.updateFunctionConfiguration({
      FunctionName: name,
      Environment: { Variables: { TABLE: 'changed-by-hand', OTHER: 'x', ELSEWHERE: 'console' } },
    });
    const result = onlyResult(await kitFor(folder).deploy({ isDryRun: true }));
    const text = JSON.stringify(result);
    expect(text).not.toMatch(/orders-secret|changed-by-hand|console"/);
    expect(result.steps[0]?.changes).toEqual([
      { setting: 'Environment.Variables.ELSEWHERE', from: expect.stringMatching(/^\(hidden/), to: undefined },
      {
        setting: 'Environment.Variables.TABLE',
        from: expect.stringMatching(/^\(hidden/),
        to: expect.stringMatching(/^\(hidden/),
      },
    ]);
    const merged = onlyResult(await kitFor(folder).deploy({ isDryRun: true, mergesEnvironment: true }));
    expect(merged.steps[0]?.changes.map(({ setting }) => setting)).toEqual(['Environment.Variables.TABLE']);
    expect(merged.notes).toEqual([
      expect.stringMatching(/^environment variable ELSEWHERE \(hidden .{6}\) was set elsewhere and stays$/),
    ]);
  });

  it('takes order and defaults for no change, and leaves alone what the project does not name', async () => {
    const name = uniqueName();
    const folder = createProject({ functionName: name, ...EVERYTHING });
    await kitFor(folder).deploy();
    const { cors } = EVERYTHING.url;
    writeFiles(folder, {
      'lambdakit.json': projectFile({
        functionName: name,
        ...EVERYTHING,
        url: {
          authType: 'NONE',
          invokeMode: 'BUFFERED',
          cors: { ...cors, allowOrigins: cors.allowOrigins.toReversed() },
        },
        tracingConfig: { mode: 'PassThrough' },
        snapStart: { applyOn: 'None' },
        concurrency: undefined,
        eventSources: undefined,
      }),
    });
    expect(onlyResult(await kitFor(folder).deploy()).outcome).toBe('unchanged');
  });

  it('replaces a permission that differs, keeps one that was set elsewhere, and removes it with --prune', async () => {
    const name = uniqueName();
    const folder = createProject({ functionName: name, permissions: EVERYTHING.permissions });
    const kit = kitFor(folder);
    await kit.deploy();
    const calls = await kit.context.lambda();
    await calls.addPermission({
      FunctionName: name,
      StatementId: 'console',
      Action: 'lambda:InvokeFunction',
      Principal: 'sns.amazonaws.com',
    });
    writeFiles(folder, {
      'lambdakit.json': projectFile({
        functionName: name,
        permissions: [{ ...EVERYTHING.permissions[0], sourceArn: 'arn:aws:s3:::other' }],
      }),
    });
    const changed = onlyResult(await kitFor(folder).deploy());
    expect(changed.steps.map(({ title }) => title)).toEqual(['remove permission bucket', 'add permission bucket']);
    expect(changed.notes).toEqual(['permission console was set elsewhere and stays (--prune removes it)']);
    const pruned = onlyResult(await kitFor(folder).deploy({ prunes: true }));
    expect(pruned.steps.map(({ title }) => title)).toEqual(['remove permission console']);
    expect(onlyResult(await kitFor(folder).deploy({ prunes: true })).outcome).toBe('unchanged');
  });

  it('closes a public URL when it becomes a signed one', async () => {
    const name = uniqueName();
    const folder = createProject({ functionName: name, url: { authType: 'NONE' } });
    await kitFor(folder).deploy();
    writeFiles(folder, { 'lambdakit.json': projectFile({ functionName: name, url: { authType: 'AWS_IAM' } }) });
    const result = onlyResult(await kitFor(folder).deploy());
    expect(result.steps.map(({ title }) => title)).toEqual([
      'remove permission FunctionURLAllowPublicAccess',
      'remove permission FunctionURLInvokeAllowPublicAccess',
      'update function URL',
    ]);
  });

  it('asks for an alias before it provisions', async () => {
    const kit = kitFor(createProject({ functionName: uniqueName(), concurrency: { provisioned: 2 } }));
    const { failures } = await kit.deploy();
    expect(failures[0]?.error).toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('needs an alias'),
    });
  });
});

describe('a deployment that was cut off', () => {
  it('releases what an earlier one has updated and not published', async () => {
    const name = uniqueName();
    const folder = createProject({ functionName: name, alias: 'live' });
    await kitFor(folder).deploy();
    writeFiles(folder, { 'src/index.mjs': `${HANDLER}// second\n` });
    await kitFor(folder)
      .deploy({ scope: 'code', overrides: { alias: undefined as never } })
      .catch(() => undefined);
    const calls = await kitFor(folder).context.lambda();
    await calls.updateAlias({
      FunctionName: name,
      Name: 'live',
      FunctionVersion: '1',
      RoutingConfig: { AdditionalVersionWeights: {} },
    });
    const result = onlyResult(await kitFor(folder).deploy());
    expect(result).toMatchObject({ outcome: 'updated', version: '2' });
    expect((await calls.getAlias({ FunctionName: name, Name: 'live' })).FunctionVersion).toBe('2');
  });

  it('tells when somebody else has changed the function since the plan was made', async () => {
    const name = uniqueName();
    const folder = createProject({ functionName: name, description: 'one' });
    const kit = kitFor(folder);
    await kit.deploy();
    writeFiles(folder, { 'lambdakit.json': projectFile({ functionName: name, description: 'two' }) });
    const late = kitFor(folder);
    const calls = await late.context.lambda();
    let isMeddled = false;
    const meddled = new Proxy(calls, {
      get: (target, operation) => {
        if (operation !== 'updateFunctionConfiguration' || isMeddled) return Reflect.get(target, operation);
        return async (request: never) => {
          isMeddled = true;
          await target.updateFunctionConfiguration({ FunctionName: name, Description: 'somebody else' });
          return target.updateFunctionConfiguration(request);
        };
      },
    });
    const { deployFunctions } = await import('../../src/actions/deploy/deploy-functions.js');
    const { failures } = await deployFunctions(
      {
        names: [],
        isAll: true,
        isDryRun: false,
        publish: false,
        scope: 'all',
        mergesEnvironment: false,
        prunes: false,
        overrides: {},
        concurrency: 1,
      },
      { ...late.context, lambda: async () => meddled },
    );
    expect(failures[0]?.error.message).toBe(`Somebody else has changed ${name} since the plan was made.`);
    expect((await calls.getFunctionConfiguration({ FunctionName: name })).Description).toBe('somebody else');
  });
});

describe('several functions', () => {
  it('get their layers first, and one failure does not hide the others', async () => {
    const [a, b, c] = [uniqueName(), uniqueName(), uniqueName()];
    const folder = createFolder({
      'lambdakit.json': JSON.stringify({
        region: 'us-east-1',
        layers: { tools: { layerName: `layer-${a}`, content: 'layer', compatibleRuntimes: ['nodejs24.x'] } },
        functions: {
          a: { ...BASE, functionName: a, layers: ['tools'] },
          b: { ...BASE, functionName: b, code: 'missing' },
          c: { ...BASE, functionName: c, layers: ['tools'] },
        },
      }),
      'src/index.mjs': HANDLER,
      'layer/nodejs/tool.mjs': 'export const tool = 1;\n',
    });
    const kit = kitFor(folder);
    const { results, failures } = await kit.deploy();
    expect(results.map(({ functionName, outcome }) => [functionName, outcome])).toEqual([
      [a, 'created'],
      [c, 'created'],
    ]);
    expect(failures.map(({ key }) => key)).toEqual(['b']);
    expect(kit.operations.filter((operation) => operation === 'PublishLayerVersion')).toHaveLength(1);
    expect(kit.operations.indexOf('PublishLayerVersion')).toBeLessThan(kit.operations.indexOf('CreateFunction'));
    const again = kitFor(folder);
    const second = await again.deploy({ names: ['a', 'c'] });
    expect(second.results.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged']);
    writeFiles(folder, { 'layer/nodejs/tool.mjs': 'export const tool = 2;\n' });
    const planned = await kitFor(folder).deploy({ names: ['a'], isDryRun: true });
    expect(planned.results[0]?.steps[0]?.changes[0]).toMatchObject({
      setting: 'Layers',
      to: [`(new version of layer layer-${a})`],
    });
    const third = await kitFor(folder).deploy({ names: ['a', 'c'] });
    expect(third.results.map(({ outcome }) => outcome)).toEqual(['updated', 'updated']);
  });
});

describe('provisioned concurrency', () => {
  it('is ready for the new version when the deployment that moves the alias ends', async () => {
    const settings = { functionName: uniqueName(), alias: 'live', concurrency: { provisioned: 1 } };
    const folder = createProject(settings);
    onlyResult(await kitFor(folder).deploy());
    writeFiles(folder, { 'src/index.mjs': `${HANDLER}// two\n` });
    const kit = kitFor(folder);
    const result = onlyResult(await kit.deploy());
    expect(result.steps.map(({ step }) => step)).toEqual([
      'update-code',
      'publish-version',
      'update-alias',
      'wait-provisioned',
    ]);
    const calls = await kit.context.lambda();
    const target = { FunctionName: settings.functionName, Qualifier: 'live' };
    expect((await calls.getProvisionedConcurrencyConfig(target)).Status).toBe('READY');
    expect(onlyResult(await kitFor(folder).deploy()).outcome).toBe('unchanged');
  });

  it('fails the deployment with the reason when the new version cannot start', async () => {
    const settings = { functionName: uniqueName(), alias: 'live', concurrency: { provisioned: 1 } };
    const folder = createProject(settings);
    onlyResult(await kitFor(folder).deploy());
    writeFiles(folder, { 'src/index.mjs': 'throw new Error("no start");\n' });
    const { failures } = await kitFor(folder).deploy();
    expect(failures[0]?.error).toMatchObject({
      code: 'service-refused',
      message: `Provisioned concurrency of ${settings.functionName}:live failed: FUNCTION_ERROR_INIT_FAILURE`,
    });
  });
});

describe('a package by way of S3', () => {
  it('is staged in a protected bucket under its hash, sent once, and deployed from there', async () => {
    const name = uniqueName();
    const folder = createProject({ functionName: name });
    const kit = kitFor(folder);
    const bucket = `staging-${name}`;
    const result = onlyResult(await kit.deploy({ s3Bucket: bucket, s3Prefix: 'packages' }));
    expect(result.outcome).toBe('created');
    const key = `packages/${Buffer.from(result.codeSha256!, 'base64').toString('hex')}.zip`;
    expect(kit.operations).toEqual([
      'GetFunction',
      'HeadBucket',
      'CreateBucket',
      'PutPublicAccessBlock',
      'PutBucketEncryption',
      'PutBucketLifecycleConfiguration',
      'HeadObject',
      'PutObject',
      'CreateFunction',
      'GetFunctionConfiguration',
    ]);
    const { s3 } = await kit.context.neighbours();
    expect((await s3.headObject({ Bucket: bucket, Key: key })).ContentLength).toBe(result.codeSize);
    const calls = await kit.context.lambda();
    await calls.deleteFunction({ FunctionName: name });
    const again = kitFor(folder);
    onlyResult(await again.deploy({ s3Bucket: bucket, s3Prefix: 'packages' }));
    expect(again.operations).toEqual([
      'GetFunction',
      'HeadBucket',
      'HeadObject',
      'CreateFunction',
      'GetFunctionConfiguration',
    ]);
    const unchanged = kitFor(folder);
    expect(onlyResult(await unchanged.deploy({ s3Bucket: bucket, s3Prefix: 'packages' })).outcome).toBe('unchanged');
    expect(unchanged.operations).toEqual(['GetFunction']);
  });

  it('is chosen by itself above 50 MB, and goes in parts', async () => {
    const name = uniqueName();
    const noise = new Uint8Array(51 * 1_048_576);
    for (let at = 0, seed = 1; at < noise.length; at += 4) {
      seed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
      new DataView(noise.buffer).setUint32(at, seed ^ (seed >>> 12));
    }
    const folder = createProject({ functionName: name });
    writeFiles(folder, { 'src/noise.bin': noise });
    const kit = kitFor(folder);
    const result = onlyResult(await kit.deploy());
    expect(result.codeSize).toBeGreaterThan(52_428_800);
    expect(kit.operations.filter((operation) => operation === 'UploadPart')).toHaveLength(
      Math.ceil(result.codeSize! / 8_388_608),
    );
    expect(kit.operations).not.toContain('AbortMultipartUpload');
    expect(
      kit.events.filter(({ text }) => /uploading to s3:\/\/lambdakit-staging-000000000000-us-east-1, \d+0 %/.test(text))
        .length,
    ).toBeGreaterThan(3);
  });
});
