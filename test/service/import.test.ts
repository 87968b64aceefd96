import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SQS } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importProject } from '../../src/actions/import/import-project.js';
import { createFolder, createKit, createProject, HANDLER, onlyResult, writeFiles } from './deploy-kit.js';
import { startTestService, type TestService } from './local-service-kit.js';
import { makeZip } from './zip-maker.js';

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
const uniqueName = (): string => `imported-${++number}-${Math.random().toString(36).slice(2, 8)}`;
const kitFor = (folder: string) =>
  createKit({ folder, endpoint: service.endpoint, s3Endpoint: service.variables.AWS_ENDPOINT_URL_S3 });

const EVERYTHING = {
  alias: 'live',
  description: 'all of it',
  timeout: 20,
  memorySize: 256,
  ephemeralStorage: 1024,
  architectures: ['x86_64'],
  tags: { team: 'a' },
  environment: { TABLE: 'one', API_TOKEN: 'hush', PRICE: '$${price}' },
  tracingConfig: { mode: 'Active' },
  loggingConfig: { logFormat: 'JSON', applicationLogLevel: 'DEBUG' },
  deadLetterConfig: { targetArn: 'arn:aws:sqs:us-east-1:000000000000:dead' },
  url: { authType: 'NONE', cors: { allowOrigins: ['https://a.example'], allowMethods: ['GET'] } },
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
  eventSources: [
    {
      eventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:work',
      batchSize: 5,
      enabled: false,
      filterCriteria: { filters: [{ pattern: '{"body":{"kind":["a"]}}' }] },
      functionResponseTypes: ['ReportBatchItemFailures'],
    },
  ],
  recursiveLoop: 'Allow',
  runtimeManagement: { updateRuntimeOn: 'FunctionUpdate' },
} as const;

describe('a function that is imported', () => {
  it('is the project that a comparison finds unchanged, with everything beside it', async () => {
    const name = uniqueName();
    const origin = createProject({ functionName: name, ...EVERYTHING });
    onlyResult(await kitFor(origin).deploy());

    const kit = kitFor(createFolder());
    const workingFolder = createFolder();
    const result = await importProject({ source: name, workingFolder, isForced: false }, kit.context);
    expect(result).toMatchObject({ functions: [name], files: ['lambdakit.json', 'src'], unmapped: [] });
    expect(path.basename(result.folder)).toBe(name);
    expect(readFileSync(path.join(result.folder, 'src/index.mjs'), 'utf8')).toBe(HANDLER);
    const { functions } = JSON.parse(readFileSync(path.join(result.folder, 'lambdakit.json'), 'utf8'));
    expect(functions[name]).toMatchObject({ ...EVERYTHING, code: 'src', handler: 'index.handler' });
    expect(kit.events.filter(({ kind }) => kind === 'warning').map(({ text }) => text)).toEqual([
      expect.stringContaining('look like secrets (API_TOKEN)'),
    ]);
    const again = kitFor(result.folder);
    expect(onlyResult(await again.deploy({ isDryRun: true }))).toMatchObject({
      outcome: 'unchanged',
      steps: [],
      notes: [],
    });
  });

  it('keeps a package of another tool as it is, beside its source', async () => {
    const name = uniqueName();
    const kit = kitFor(createFolder());
    const calls = await kit.context.lambda();
    const ZipFile = makeZip([
      { name: 'lib/z.mjs', content: 'export const z = 1;\n' },
      { name: 'index.mjs', content: HANDLER },
    ]);
    await calls.createFunction({
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/hello',
      Code: { ZipFile },
    });
    const result = await importProject(
      { source: name, folder: 'there', workingFolder: createFolder(), isForced: false },
      kit.context,
    );
    expect(result.files).toEqual(['lambdakit.json', `${name}.zip`, 'src']);
    expect(readFileSync(path.join(result.folder, 'src/lib/z.mjs'), 'utf8')).toBe('export const z = 1;\n');
    expect(readFileSync(path.join(result.folder, `${name}.zip`)).equals(ZipFile)).toBe(true);
    expect(onlyResult(await kitFor(result.folder).deploy({ isDryRun: true })).outcome).toBe('unchanged');
  });

  it('says what it has left behind: other aliases, and what belongs to them', async () => {
    const name = uniqueName();
    const folder = createProject({ functionName: name, alias: 'live' });
    onlyResult(await kitFor(folder).deploy());
    const kit = kitFor(folder);
    const calls = await kit.context.lambda();
    await calls.createAlias({ FunctionName: name, Name: 'beta', FunctionVersion: '1' });
    await calls.createFunctionUrlConfig({ FunctionName: name, Qualifier: 'beta', AuthType: 'AWS_IAM' });
    const into = (alias?: string) =>
      importProject(
        { source: name, workingFolder: createFolder(), alias, isForced: false },
        kitFor(createFolder()).context,
      );
    const live = await into('live');
    expect(live.unmapped.map((entry) => entry.path)).toEqual(['aliases.beta', 'beta.url']);
    expect(onlyResult(await kitFor(live.folder).deploy({ isDryRun: true })).outcome).toBe('unchanged');
    expect((await into()).unmapped.map((entry) => entry.path)).toEqual(['aliases.beta', 'aliases.live', 'beta.url']);
    await expect(into('gamma')).rejects.toMatchObject({ code: 'not-found', hint: 'It has beta, live.' });

    // $LATEST has moved on: a project that names the alias would release it.
    await calls.updateFunctionConfiguration({ FunctionName: name, Timeout: 9 });
    const ahead = await into('live');
    expect(ahead.unmapped).toContainEqual({
      path: 'aliases.live',
      reason: expect.stringContaining('it is at version 1, which is not what $LATEST is'),
    });
    expect(onlyResult(await kitFor(ahead.folder).deploy({ isDryRun: true })).outcome).toBe('unchanged');
  });

  it('writes over nothing without being told to', async () => {
    const name = uniqueName();
    const folder = createProject({ functionName: name });
    onlyResult(await kitFor(folder).deploy());
    const workingFolder = createFolder({ 'here/src/index.mjs': 'mine' });
    const into = (isForced: boolean) =>
      importProject({ source: name, folder: 'here', workingFolder, isForced }, kitFor(folder).context);
    await expect(into(false)).rejects.toMatchObject({ code: 'folder-not-empty' });
    expect(readFileSync(path.join(workingFolder, 'here/src/index.mjs'), 'utf8')).toBe('mine');
    writeFiles(workingFolder, { 'here/src/other.mjs': 'mine too' });
    await into(true);
    expect(readFileSync(path.join(workingFolder, 'here/src/index.mjs'), 'utf8')).toBe(HANDLER);
    expect(readFileSync(path.join(workingFolder, 'here/src/other.mjs'), 'utf8')).toBe('mine too');
  });

  it('must be there', async () => {
    const { context } = kitFor(createFolder());
    const workingFolder = createFolder();
    await expect(importProject({ source: 'nobody', workingFolder, isForced: false }, context)).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(importProject({ source: 'no.yaml', workingFolder, isForced: false }, context)).rejects.toMatchObject({
      code: 'file-not-found',
    });
  });
});
