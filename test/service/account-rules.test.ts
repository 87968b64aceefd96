import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  CreateFunctionUrlConfigCommand,
  DeleteAliasCommand,
  GetAccountSettingsCommand,
  InvokeAsyncCommand,
  LambdaClient,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionExists,
  waitUntilFunctionUpdatedV2,
  waitUntilPublishedVersionActive,
} from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import type { LocalServiceOptions } from '../../src/local/index.js';
import { openEventSink } from '../soak/checks/event-sink.js';
import { until } from '../soak/checks/load.js';
import { ECHO, nodePackage, ROLE, startTestService, type TestService } from './local-service-kit.js';

let service: TestService;
let lambda: LambdaClient;
afterEach(async () => {
  lambda.destroy();
  await service.dispose();
  expect(service.bugs).toEqual([]);
});

async function start(options: Partial<LocalServiceOptions> = {}): Promise<void> {
  service = await startTestService(options);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  lambda = new LambdaClient({ endpoint: service.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
}

const create = (FunctionName: string, zip = ECHO, more: Partial<CreateFunctionCommandInput> = {}) =>
  lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: ROLE,
      Code: { ZipFile: zip },
      ...more,
    }),
  );

describe('the storage for code', () => {
  const EXCEEDED = { name: 'CodeStorageExceededException', message: 'Code storage limit exceeded.' };

  it('counts every version and layer, and refuses what would go beyond its limit', async () => {
    await start({ totalCodeBytes: 3 * ECHO.length });
    await create('first', ECHO, { Publish: true });
    const { AccountLimit, AccountUsage } = await lambda.send(new GetAccountSettingsCommand({}));
    expect(AccountLimit).toMatchObject({ TotalCodeSize: 3 * ECHO.length });
    expect(AccountUsage).toMatchObject({ TotalCodeSize: 2 * ECHO.length, FunctionCount: 1 });
    await expect(create('second', ECHO, { Publish: true })).rejects.toMatchObject(EXCEEDED);
    await lambda.send(new PublishLayerVersionCommand({ LayerName: 'layer', Content: { ZipFile: ECHO } }));
    await expect(create('second')).rejects.toMatchObject(EXCEEDED);
    const layer = new PublishLayerVersionCommand({ LayerName: 'layer', Content: { ZipFile: ECHO } });
    await expect(lambda.send(layer)).rejects.toMatchObject(EXCEEDED);
  });

  it('lets code be replaced by code of the same size, and counts a version that is made of it', async () => {
    await start({ totalCodeBytes: ECHO.length });
    await create('full');
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'full', ZipFile: ECHO }));
    const larger = nodePackage(`export const handler = async () => "${randomBytes(1_000).toString('hex')}";`);
    const grow = new UpdateFunctionCodeCommand({ FunctionName: 'full', ZipFile: larger });
    await expect(lambda.send(grow)).rejects.toMatchObject(EXCEEDED);
    await expect(lambda.send(new PublishVersionCommand({ FunctionName: 'full' }))).rejects.toMatchObject(EXCEEDED);
  });
});

const FORBIDDEN = {
  status: 403,
  text: '{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}',
  errorType: 'AccessDeniedException',
};

describe('the URL of an alias', () => {
  it('refuses its callers when the alias is deleted, and an id that never was in other words', async () => {
    await start();
    await create('web');
    const alias = { FunctionName: 'web', Name: 'live' };
    await lambda.send(new CreateAliasCommand({ ...alias, FunctionVersion: '$LATEST' }));
    const command = new CreateFunctionUrlConfigCommand({ FunctionName: 'web', Qualifier: 'live', AuthType: 'NONE' });
    const url = new URL((await lambda.send(command)).FunctionUrl!);
    expect(await get(url)).toMatchObject({ status: 200 });
    await lambda.send(new DeleteAliasCommand(alias));
    expect(await get(url)).toEqual(FORBIDDEN);
    url.hostname = url.hostname.replace(/^\w+/, 'never');
    expect(await get(url)).toMatchObject({ status: 403, text: '{"Message":null}' });
  });
});

describe('an open function URL', () => {
  const publish = async () => {
    await create('web', nodePackage('export const handler = async () => "open";'));
    const command = new CreateFunctionUrlConfigCommand({ FunctionName: 'web', AuthType: 'NONE' });
    return new URL((await lambda.send(command)).FunctionUrl!);
  };
  const allow = (StatementId: string, Action: string, more: object) =>
    lambda.send(new AddPermissionCommand({ FunctionName: 'web', StatementId, Action, Principal: '*', ...more }));

  it('is closed until its policy allows both actions to everybody, when policies are enforced', async () => {
    await start({ enforceUrlPolicy: true });
    const url = await publish();
    expect(await get(url)).toEqual(FORBIDDEN);
    await allow('url', 'lambda:InvokeFunctionUrl', { FunctionUrlAuthType: 'NONE' });
    expect(await get(url)).toMatchObject({ status: 403 });
    await allow('other', 'lambda:InvokeFunction', { SourceAccount: '111122223333' });
    expect(await get(url)).toMatchObject({ status: 403 });
    await allow('function', 'lambda:InvokeFunction', { InvokedViaFunctionUrl: true });
    expect(await get(url)).toMatchObject({ status: 200, text: 'open' });
  });

  it('is open otherwise, with one notice for what AWS would refuse', async () => {
    const notices: unknown[] = [];
    await start({ onUrlNotice: (notice) => notices.push(notice) });
    const url = await publish();
    expect(await get(url)).toMatchObject({ status: 200, text: 'open' });
    expect(await get(url)).toMatchObject({ status: 200, text: 'open' });
    expect(notices).toEqual([expect.objectContaining({ functionName: 'web', qualifier: undefined })]);
  });
});

describe('functions that take their time to change', () => {
  it('end the waits of the SDK', async () => {
    await start({ realisticStates: true });
    const waiter = { client: lambda, maxWaitTime: 30, minDelay: 1, maxDelay: 1 };
    const FunctionName = 'slow';
    expect(await create(FunctionName)).toMatchObject({ State: 'Pending', StateReasonCode: 'Creating' });
    await waitUntilFunctionExists(waiter, { FunctionName });
    expect(await waitUntilFunctionActiveV2(waiter, { FunctionName })).toMatchObject({ state: 'SUCCESS' });
    const update = new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 9 });
    expect(await lambda.send(update)).toMatchObject({ LastUpdateStatus: 'InProgress' });
    await expect(lambda.send(update)).rejects.toMatchObject({ name: 'ResourceConflictException' });
    expect(await waitUntilFunctionUpdatedV2(waiter, { FunctionName })).toMatchObject({ state: 'SUCCESS' });
    const { Version, State } = await lambda.send(new PublishVersionCommand({ FunctionName }));
    expect(State).toBe('Pending');
    const published = { FunctionName, Qualifier: Version };
    expect(await waitUntilPublishedVersionActive(waiter, published)).toMatchObject({ state: 'SUCCESS' });
  });
});

describe('what starts functions besides Invoke', () => {
  it('runs the schedules that it was given', async () => {
    const sink = await openEventSink();
    const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:timed';
    const soon = new Date(Date.now() + 10_000).toISOString().slice(0, 19);
    await start({ schedules: [{ name: 'soon', expression: `at(${soon})`, functionArn, input: '{"note":"on-time"}' }] });
    const source = 'export const handler = async ({ note }) => { await fetch(process.env.SINK + "/" + note); };';
    await create('timed', nodePackage(source), { Environment: { Variables: { SINK: sink.url } } });
    await until(
      async () => sink.notes.get('on-time'),
      (count) => count === 1,
    );
    await sink.close();
  });

  it('runs functions by the old InvokeAsync', async () => {
    const sink = await openEventSink();
    await start();
    const source = 'export const handler = async ({ note }) => { await fetch(process.env.SINK + "/" + note); };';
    await create('old', nodePackage(source), { Environment: { Variables: { SINK: sink.url } } });
    const command = new InvokeAsyncCommand({ FunctionName: 'old', InvokeArgs: Buffer.from('{"note":"async"}') });
    expect(await lambda.send(command)).toMatchObject({ Status: 202 });
    await until(
      async () => sink.notes.get('async'),
      (count) => count === 1,
    );
    await sink.close();
  });
});

/** By address and Host header, because not every machine resolves names under localhost. */
function get(url: URL) {
  return new Promise<{ status: number | undefined; text: string; errorType: unknown }>((resolve, reject) => {
    request({ host: '127.0.0.1', port: url.port, headers: { host: url.host } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          text: Buffer.concat(chunks).toString(),
          errorType: response.headers['x-amzn-errortype'],
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}
