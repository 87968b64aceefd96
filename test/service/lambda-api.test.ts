import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  LambdaClient,
  ListFunctionsCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findRunningService } from '../../src/local/index.js';
import { ECHO, nodePackage, ROLE, startTestService, type TestService } from './local-service-kit.js';

const SIGNED = `AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;

function clientOf(endpoint: string, region = 'eu-west-1'): LambdaClient {
  return new LambdaClient({
    endpoint,
    region,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
}

function creation(FunctionName: string, zip: Buffer = ECHO) {
  return new CreateFunctionCommand({
    FunctionName,
    Role: ROLE,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: zip },
  });
}

async function invoke(client: LambdaClient, FunctionName: string, event: unknown = {}) {
  const answer = await client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }));
  return { ...answer, json: JSON.parse(answer.Payload?.transformToString() ?? 'null') };
}

describe('the local Lambda service', () => {
  let service: TestService;
  let client: LambdaClient;
  beforeAll(async () => {
    service = await startTestService();
    client = clientOf(service.endpoint);
  });
  afterAll(async () => {
    client.destroy();
    await service.dispose();
    expect(service.bugs).toEqual([]);
  });

  it('serves the AWS SDK from creation to a weighted alias', async () => {
    await client.send(creation('whole'));
    await waitUntilFunctionActiveV2({ client, maxWaitTime: 5 }, { FunctionName: 'whole' });
    expect((await invoke(client, 'whole', { n: 1 })).json).toMatchObject({ event: { n: 1 }, version: '$LATEST' });
    await client.send(new PublishVersionCommand({ FunctionName: 'whole' }));
    await client.send(
      new UpdateFunctionCodeCommand({
        FunctionName: 'whole',
        ZipFile: nodePackage('export const handler = async () => "second";'),
      }),
    );
    await waitUntilFunctionUpdatedV2({ client, maxWaitTime: 5 }, { FunctionName: 'whole' });
    await client.send(new PublishVersionCommand({ FunctionName: 'whole' }));
    await client.send(new CreateAliasCommand({ FunctionName: 'whole', Name: 'live', FunctionVersion: '1' }));
    expect((await invoke(client, 'whole:live')).json.version).toBe('1');
    await client.send(
      new UpdateAliasCommand({
        FunctionName: 'whole',
        Name: 'live',
        FunctionVersion: '1',
        RoutingConfig: { AdditionalVersionWeights: { '2': 1 } },
      }),
    );
    expect(await invoke(client, 'whole:live')).toMatchObject({ json: 'second', ExecutedVersion: '2' });
  });

  it('keeps regions apart by the credential scope', async () => {
    await client.send(creation('regional'));
    const other = clientOf(service.endpoint, 'us-west-2');
    const { Functions } = await other.send(new ListFunctionsCommand({}));
    expect(Functions).toEqual([]);
    await expect(invoke(other, 'regional')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: expect.stringContaining('us-west-2'),
    });
    other.destroy();
  });

  it('runs new code from the first invocation after an update, under load', async () => {
    const source = (n: number) => nodePackage(`export const handler = async () => ${n};`);
    await client.send(creation('hot', source(0)));
    let newest = 0;
    let stale = 0;
    let isOver = false;
    const caller = async () => {
      while (!isOver) {
        const atLeast = newest;
        if ((await invoke(client, 'hot')).json < atLeast) stale++;
      }
    };
    const callers = [caller(), caller(), caller()];
    for (let n = 1; n <= 8; n++) {
      await client.send(new UpdateFunctionCodeCommand({ FunctionName: 'hot', ZipFile: source(n) }));
      await waitUntilFunctionUpdatedV2({ client, maxWaitTime: 5, minDelay: 1 }, { FunctionName: 'hot' });
      newest = n;
    }
    isOver = true;
    await Promise.all(callers);
    expect(stale).toBe(0);
    expect((await invoke(client, 'hot')).json).toBe(8);
  });

  it('throttles what goes beyond the reservation', async () => {
    await client.send(
      creation(
        'narrow',
        nodePackage('export const handler = () => new Promise((done) => setTimeout(done, 400, "ok"));'),
      ),
    );
    await client.send(new PutFunctionConcurrencyCommand({ FunctionName: 'narrow', ReservedConcurrentExecutions: 2 }));
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => invoke(client, 'narrow')));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(3);
    expect(refused[0]?.reason).toMatchObject({
      name: 'TooManyRequestsException',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
  });

  it('streams to the SDK', async () => {
    await client.send(
      creation(
        'stream',
        nodePackage(
          'export const handler = awslambda.streamifyResponse(async (_, out) => { for (const part of ["a", "b", "c"]) out.write(part); out.end(); });',
        ),
      ),
    );
    const answer = await client.send(new InvokeWithResponseStreamCommand({ FunctionName: 'stream' }));
    let text = '';
    let complete: unknown;
    for await (const event of answer.EventStream ?? []) {
      if (event.PayloadChunk?.Payload !== undefined) text += Buffer.from(event.PayloadChunk.Payload).toString();
      if (event.InvokeComplete !== undefined) complete = event.InvokeComplete;
    }
    expect(text).toBe('abc');
    expect(complete).toEqual({});
  });

  describe('refuses what a web page could send, without a side effect:', () => {
    const body = JSON.stringify({
      FunctionName: 'planted',
      Role: ROLE,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: ECHO.toString('base64') },
    });
    it.each([
      ['a simple cross-site POST', { 'content-type': 'text/plain', origin: 'https://evil.example' }],
      ['a form of a sandboxed frame', { 'content-type': 'text/plain', origin: 'null' }],
      ['no signature', { 'content-type': 'text/plain' }],
      ['a signed request with an Origin', { origin: 'https://evil.example', authorization: SIGNED }],
      ['a signed request that the browser marks', { 'sec-fetch-site': 'cross-site', authorization: SIGNED }],
      ['a wrong signature form', { authorization: 'Bearer x' }],
    ])('%s', async (_, headers) => {
      const answer = await fetch(`${service.endpoint}/2015-03-31/functions`, {
        method: 'POST',
        body,
        headers: headers as Record<string, string>,
      });
      expect(answer.status).toBe(403);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect(answer.headers.get('x-amzn-errortype')).toMatch(/Exception$/);
      await expect(client.send(new GetFunctionConfigurationCommand({ FunctionName: 'planted' }))).rejects.toMatchObject(
        { name: 'ResourceNotFoundException' },
      );
    });

    it('a preflight', async () => {
      const answer = await fetch(`${service.endpoint}/2015-03-31/functions`, {
        method: 'OPTIONS',
        headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
      });
      expect(answer.status).toBe(403);
      expect(answer.headers.get('access-control-allow-methods')).toBeNull();
    });
  });

  it.each([
    ['GET', '/nothing/here', 404, 'UnknownOperationException'],
    ['PATCH', '/2015-03-31/functions', 405, 'MethodNotAllowedException'],
    ['GET', '/2015-03-31/functions/%zz', 404, 'UnknownOperationException'],
    ['GET', '/2015-03-31/functions/', 200, null],
    ['GET', '/2016-08-19/account-settings/', 200, null],
  ])('answers %s %s', async (method, pathname, status, code) => {
    const answer = await fetch(`${service.endpoint}${pathname}`, { method, headers: { authorization: SIGNED } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('x-amzn-errortype')).toBe(code);
    expect(answer.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('tells callers of other services where they are', async () => {
    const headers = { authorization: SIGNED.replace('/lambda/', '/dynamodb/') };
    const answer = await fetch(service.endpoint, { method: 'POST', body: '{}', headers });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ message: expect.stringContaining('"dynamodb"') });
  });

  it.each([
    ['{"FunctionName":', 400, 'InvalidRequestContentException'],
    ['[]', 400, 'SerializationException'],
    ['{"FunctionName":"x","Timeout":"3"}', 400, 'SerializationException'],
    ['{"FunctionName":["x"]}', 400, 'SerializationException'],
    ['{"Environment":"x"}', 400, 'SerializationException'],
    ['null', 400, 'SerializationException'],
  ])('refuses the body %s', async (body, status, code) => {
    const answer = await fetch(`${service.endpoint}/2015-03-31/functions`, {
      method: 'POST',
      body,
      headers: { authorization: SIGNED },
    });
    expect({ status: answer.status, code: answer.headers.get('x-amzn-errortype') }).toEqual({ status, code });
  });
});

describe('the state of the local Lambda service', () => {
  let stateFolder: string;
  beforeEach(async () => {
    stateFolder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-state-'));
  });
  afterEach(() => rm(stateFolder, { recursive: true, force: true }));

  it('is there again after a restart, and closed to others', async () => {
    const first = await startTestService({ stateFolder });
    const client = clientOf(first.endpoint);
    await client.send(creation('kept'));
    await client.send(new PublishVersionCommand({ FunctionName: 'kept' }));
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'kept', Timeout: 9 }));
    const before = await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'kept' }));
    expect((await stat(stateFolder)).mode & 0o077).toBe(0);
    expect(await findRunningService(stateFolder)).toMatchObject({ endpoint: first.endpoint, pid: process.pid });
    await expect(startTestService({ stateFolder })).rejects.toMatchObject({ code: 'state-locked' });
    await first.dispose();
    client.destroy();
    expect(await findRunningService(stateFolder)).toBeUndefined();

    const second = await startTestService({ stateFolder });
    const again = clientOf(second.endpoint);
    const after = await again.send(new GetFunctionConfigurationCommand({ FunctionName: 'kept' }));
    expect({ ...after, $metadata: undefined }).toEqual({ ...before, $metadata: undefined });
    expect((await invoke(again, 'kept:1')).json.version).toBe('1');
    again.destroy();
    await second.dispose();
  });

  it('forgets the code that nobody uses at the next start', async () => {
    const first = await startTestService({ stateFolder });
    const client = clientOf(first.endpoint);
    await client.send(creation('one'));
    await client.send(
      new UpdateFunctionCodeCommand({ FunctionName: 'one', ZipFile: nodePackage('export const handler = () => 2;') }),
    );
    expect(await readdir(path.join(stateFolder, 'code'))).toHaveLength(2);
    client.destroy();
    await first.dispose();
    await (await startTestService({ stateFolder })).dispose();
    expect(await readdir(path.join(stateFolder, 'code'))).toHaveLength(1);
  });

  it('frees the folder when the port is taken, and says which', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    await expect(startTestService({ stateFolder, port })).rejects.toMatchObject({
      code: 'port-taken',
      message:
        process.platform === 'linux'
          ? `port ${port} on 127.0.0.1 is in use by process ${process.pid}`
          : expect.stringContaining(String(port)),
    });
    blocker.close();
    await (await startTestService({ stateFolder })).dispose();
  });

  it('loads 1,000 functions quickly', async () => {
    const first = await startTestService({ stateFolder });
    const client = clientOf(first.endpoint);
    for (let n = 0; n < 1000; n += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, m) => client.send(creation(`f${n + m}`))));
    }
    client.destroy();
    await first.dispose();
    const { openServiceState } = await import('../../src/local/store/state-folder.js');
    const started = performance.now();
    const state = await openServiceState(stateFolder);
    const took = performance.now() - started;
    expect(state.functions.values()).toHaveLength(1000);
    // 300 ms on a machine of its own; the tests share theirs.
    expect(took).toBeLessThan(1500);
  });

  it('shows the states of AWS for long enough when asked to', async () => {
    const service = await startTestService({ stateFolder, realisticStates: true });
    const client = clientOf(service.endpoint);
    await client.send(creation('slow'));
    await expect(
      client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'slow', Timeout: 5 })),
    ).rejects.toMatchObject({
      name: 'ResourceConflictException',
      message:
        'The operation cannot be performed at this time. An update is in progress for resource: arn:aws:lambda:eu-west-1:000000000000:function:slow',
    });
    await expect(invoke(client, 'slow')).rejects.toMatchObject({
      message:
        'The operation cannot be performed at this time. The function is currently in the following state: Pending',
    });
    await waitUntilFunctionActiveV2({ client, maxWaitTime: 10, minDelay: 1 }, { FunctionName: 'slow' });
    expect((await invoke(client, 'slow')).json.version).toBe('$LATEST');
    client.destroy();
    await service.dispose();
  });

  it('loses nothing acknowledged to a kill', async () => {
    const program = path.join(import.meta.dirname, '../fixtures/local-service.mjs');
    const names: string[] = [];
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, [program, stateFolder], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const client = clientOf(line.toString().trim());
      const { Functions = [] } = await client.send(new ListFunctionsCommand({}));
      expect(Functions.map(({ FunctionName }) => FunctionName).sort()).toEqual([...names].sort());
      const creations = Array.from({ length: 12 }, async (_, n) => {
        await client.send(creation(`r${round}n${n}`));
        names.push(`r${round}n${n}`);
        if (names.length % 12 === 8) child.kill('SIGKILL');
      });
      await Promise.allSettled(creations);
      await (child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined);
      client.destroy();
      // Acknowledged or not, a function may be there; what was acknowledged must be.
      const reopened = await startTestService({ stateFolder });
      const probe = clientOf(reopened.endpoint);
      const found =
        (await probe.send(new ListFunctionsCommand({}))).Functions?.map(({ FunctionName }) => FunctionName ?? '') ?? [];
      expect(found).toEqual(expect.arrayContaining(names));
      names.splice(0, names.length, ...found);
      probe.destroy();
      await reopened.dispose();
    }
  });
});
