import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FunctionSnapshot } from '../../src/local/core/function-snapshot.js';
import {
  type InvocationRequest,
  InvocationThrottled,
  type StreamingInvocation,
} from '../../src/local/core/invocation.js';
import { createFunctionUrlHandler } from '../../src/local/function-url/function-url-handler.js';
import type { FunctionUrl, FunctionUrlDeps } from '../../src/local/function-url/function-url-ports.js';
import { systemClock } from '../../src/system/clock.js';

const FUNCTION_ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:web';
const KEY = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

/** What the function does with one event: its result, or a stream. */
type Behaviour = (event: Record<string, unknown>) => {
  readonly payload?: string;
  readonly hasFailed?: boolean;
  readonly stream?: { readonly contentType: string; readonly chunks: AsyncIterable<Uint8Array> };
};

let behaviour: Behaviour;
let url: FunctionUrl;
let server: Awaited<ReturnType<typeof startFunctionUrlServer>>;
let invocations: InvocationRequest[];

beforeEach(async () => {
  invocations = [];
  behaviour = (event) => ({ payload: JSON.stringify(event) });
  url = {
    urlId: 'abc123',
    region: 'eu-west-1',
    functionName: 'web',
    qualifier: undefined,
    authType: 'NONE',
    invokeMode: 'BUFFERED',
    cors: undefined,
  };
  server = await startFunctionUrlServer(deps());
});
afterEach(() => server.dispose());

/** Function URLs and nothing else on a port. */
async function startFunctionUrlServer(urlDeps: FunctionUrlDeps) {
  const handler = createFunctionUrlHandler(urlDeps);
  const listener = createServer((incoming, response) => void handler(incoming, response));
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  return {
    port,
    urlOf: (urlId: string) => `http://${urlId}.lambda-url.localhost:${port}/`,
    dispose: async () => {
      listener.closeAllConnections();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

function deps(): FunctionUrlDeps {
  const snapshot = { functionName: 'web', version: '$LATEST', functionArn: FUNCTION_ARN } as FunctionSnapshot;
  const invoke = (invocation: InvocationRequest): StreamingInvocation => {
    invocations.push(invocation);
    const {
      payload = '',
      hasFailed = false,
      stream,
    } = behaviour(JSON.parse(Buffer.from(invocation.payload).toString()));
    let onEnd: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      onEnd = resolve;
    });
    return {
      head: Promise.resolve({
        contentType: stream?.contentType ?? 'application/json',
        isStreamed: stream !== undefined,
      }),
      body: watched(stream?.chunks ?? single(Buffer.from(payload)), onEnd),
      outcome: (stream === undefined ? Promise.resolve() : ended).then(() => ({
        requestId: invocation.requestId,
        executedVersion: '$LATEST',
        payload: Buffer.from(payload),
        ...(hasFailed && { functionError: 'Unhandled' as const }),
      })),
      completion: new Promise(() => undefined),
    };
  };
  return {
    clock: systemClock,
    directory: { resolve: () => ({ snapshot, invokedFunctionArn: FUNCTION_ARN, limits: { unreserved: 1000 } }) },
    dispatcher: { invoke, invokeStreaming: invoke },
    findUrl: (urlId) => (urlId === url.urlId ? url : undefined),
    isRetired: (urlId) => urlId === 'retired',
    identityOf: (accessKeyId) =>
      accessKeyId === KEY.accessKeyId
        ? {
            secretAccessKey: KEY.secretAccessKey,
            accountId: '000000000000',
            userArn: 'arn:aws:iam::000000000000:user/dev',
            userId: 'AIDADEV',
          }
        : undefined,
    isTraceSampled: () => false,
    newId: randomUUID,
  };
}

async function* single(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}

async function* watched(chunks: AsyncIterable<Uint8Array>, onEnd: () => void): AsyncGenerator<Uint8Array> {
  yield* chunks;
  onEnd();
}

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

async function begin({ method = 'GET', path = '/', host, headers, body }: Sent = {}): Promise<IncomingMessage> {
  const sent = request({
    host: '127.0.0.1',
    port: server.port,
    method,
    path,
    headers: { host: host ?? `abc123.lambda-url.localhost:${server.port}`, ...headers },
  });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

async function call(sent: Sent = {}) {
  const response = await begin(sent);
  const chunks: Uint8Array[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() };
}

describe('a function URL', () => {
  it('gives the function the request and the client its answer, under one request id', async () => {
    behaviour = (event) => ({
      payload: JSON.stringify({ statusCode: 201, headers: { 'x-a': '1' }, body: event.rawPath }),
    });
    const { status, headers, text } = await call({ method: 'POST', path: '/my/path?a=1&a=2', body: 'x=1' });
    expect({ status, text }).toEqual({ status: 201, text: '/my/path' });
    expect(headers).toMatchObject({ 'x-a': '1', 'content-type': 'application/json', 'content-length': '8' });
    expect(headers['x-amzn-requestid']).toBe(invocations[0]!.requestId);
    const event = JSON.parse(Buffer.from(invocations[0]!.payload).toString());
    expect(event).toMatchObject({
      rawQueryString: 'a=1&a=2',
      queryStringParameters: { a: '1,2' },
      body: Buffer.from('x=1').toString('base64'),
      requestContext: {
        accountId: 'anonymous',
        domainName: 'abc123.lambda-url.localhost',
        requestId: invocations[0]!.requestId,
        http: { method: 'POST', sourceIp: '127.0.0.1' },
      },
    });
    expect(headers['x-amzn-trace-id']).toBe(invocations[0]!.traceHeader);
  });

  it('is reached by path where its host name does not resolve', async () => {
    const { text } = await call({ host: `127.0.0.1:${server.port}`, path: '/lambda-url/abc123/deep/path?q=1' });
    expect(JSON.parse(text)).toMatchObject({ rawPath: '/deep/path', rawQueryString: 'q=1' });
  });

  it.each([['zzz.lambda-url.localhost'], ['evil.example']])('answers 403 to host %s', async (host) => {
    expect(await call({ host })).toMatchObject({
      status: 403,
      text: '{"Message":null}',
      headers: { 'x-amzn-errortype': 'AccessDeniedException' },
    });
    expect(invocations).toEqual([]);
  });

  it('goes on to refuse callers after its alias was deleted', async () => {
    const { status, text, headers } = await call({ host: `retired.lambda-url.localhost:${server.port}` });
    expect(status).toBe(403);
    expect(text).toContain('Forbidden. For troubleshooting Function URL authorization issues');
    expect(headers['x-amzn-errortype']).toBe('AccessDeniedException');
  });

  it('answers 502 for a function that failed', async () => {
    behaviour = () => ({ payload: '{"errorMessage":"secret"}', hasFailed: true });
    expect(await call()).toMatchObject({ status: 502, text: 'Internal Server Error' });
  });

  it('sends no body and no length with 204', async () => {
    behaviour = () => ({ payload: '{"statusCode":204,"body":"ignored"}' });
    const { status, headers, text } = await call();
    expect({ status, text }).toEqual({ status: 204, text: '' });
    expect(headers).not.toHaveProperty('content-length');
  });

  it('answers 502 for headers that HTTP does not allow', async () => {
    behaviour = () => ({ payload: '{"statusCode":200,"headers":{"x-bad":"a\\nb"}}' });
    expect(await call()).toMatchObject({ status: 502, text: 'Internal Server Error' });
  });

  it('answers 429 when there is no room', async () => {
    behaviour = () => {
      throw new InvocationThrottled('ReservedFunctionConcurrentInvocationLimitExceeded');
    };
    const { status, text } = await call();
    expect(status).toBe(429);
    expect(JSON.parse(text)).toEqual({
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      Message: 'Rate Exceeded.',
    });
  });

  it('takes an event of 6 MB and refuses one byte more', async () => {
    behaviour = (event) => ({ payload: String(String(event.body).length) });
    const headers = { 'content-type': 'text/plain' };
    const send = (length: number) => call({ method: 'POST', headers, body: Buffer.alloc(length, 0x61) });
    await send(1_000_000);
    const around = invocations[0]!.payload.length - 1_000_000;
    // The header with its length is as long for both.
    const most = 6_291_456 - around;
    expect(await send(most)).toMatchObject({ status: 200, text: String(most) });
    const refused = { status: 413, headers: { 'x-amzn-errortype': 'RequestEntityTooLargeException' } };
    expect(await send(most + 1)).toMatchObject(refused);
    expect(await send(6_291_457)).toMatchObject(refused);
    expect(invocations).toHaveLength(2);
  });

  it('measures bytes in base64, as the event has them', async () => {
    behaviour = () => ({ payload: '"taken"' });
    const headers = { 'content-type': 'application/octet-stream' };
    expect(await call({ method: 'POST', headers, body: Buffer.alloc(4_600_000) })).toMatchObject({ status: 200 });
    expect(await call({ method: 'POST', headers, body: Buffer.alloc(5_500_000) })).toMatchObject({ status: 413 });
    expect(invocations).toHaveLength(1);
  });

  it("answers preflights itself and appends its headers to the function's own", async () => {
    url = { ...url, cors: { AllowOrigins: ['*'], AllowMethods: ['GET'] } };
    const origin = 'https://shop.example';
    const preflight = await call({ method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } });
    expect(preflight).toMatchObject({ status: 200, headers: { 'access-control-allow-methods': 'GET' } });
    expect(invocations).toEqual([]);
    behaviour = () => ({ payload: '{"statusCode":200,"headers":{"access-control-allow-origin":"*"}}' });
    const answered = await call({ headers: { origin } });
    expect(answered.headers['access-control-allow-origin']).toBe(`*, ${origin}`);
  });
});

describe('a function URL with RESPONSE_STREAM', () => {
  beforeEach(() => {
    url = { ...url, invokeMode: 'RESPONSE_STREAM' };
  });

  it('sends each piece while the function still writes', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"statusCode":206,"headers":{"content-type":"text/plain"}}');
      yield Buffer.from('\0\0\0\0\0\0\0\0first ');
      await gate;
      yield Buffer.from('second');
    }
    behaviour = () => ({
      stream: { contentType: 'application/vnd.awslambda.http-integration-response', chunks: chunks() },
    });
    const response = await begin();
    expect(response.statusCode).toBe(206);
    expect(response.headers).toMatchObject({ 'content-type': 'text/plain', 'transfer-encoding': 'chunked' });
    const pieces = response[Symbol.asyncIterator]();
    expect(String((await pieces.next()).value)).toBe('first ');
    release();
    expect(String((await pieces.next()).value)).toBe('second');
    expect((await pieces.next()).done).toBe(true);
  });

  it('cuts the connection when the function fails in the middle', async () => {
    behaviour = () => ({
      hasFailed: true,
      stream: { contentType: 'text/plain', chunks: single(Buffer.from('half')) },
    });
    const response = await begin();
    expect(response.statusCode).toBe(200);
    const read = async () => {
      for await (const _ of response);
    };
    await expect(read()).rejects.toThrow('aborted');
  });

  it('sends a buffered result as it is', async () => {
    behaviour = () => ({ payload: '{"statusCode":418,"body":"x"}' });
    expect(await call()).toMatchObject({ status: 200, text: '{"statusCode":418,"body":"x"}' });
  });

  it('answers 502 when the function fails before the first byte', async () => {
    behaviour = () => ({ hasFailed: true });
    expect(await call()).toMatchObject({ status: 502, text: 'Internal Server Error' });
  });
});

const hasCurl = spawnSync('curl', ['--version']).status === 0;
const hasBotocore = spawnSync('python3', ['-c', 'import botocore']).status === 0;
const run = promisify(execFile);

/** Signs with botocore, in the header or (presigned) in the query, and prints what to send as JSON. */
const SIGN_WITH_BOTOCORE = `
import json, sys
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
how, method, url, body, key, secret = sys.argv[1:]
sent = AWSRequest(method=method, url=url, data=body.encode(), headers={'x-tag': 'a  b'})
auth = SigV4Auth if how == 'header' else SigV4QueryAuth
auth(Credentials(key, secret), 'lambda', 'eu-west-1').add_auth(sent)
print(json.dumps({'url': sent.url, 'headers': dict(sent.headers)}))
`;

async function signed(how: 'header' | 'query', path: string, body = '', secret = KEY.secretAccessKey) {
  const target = `http://abc123.lambda-url.localhost:${server.port}${path}`;
  const method = body === '' ? 'GET' : 'POST';
  const args = ['-c', SIGN_WITH_BOTOCORE, how, method, target, body, KEY.accessKeyId, secret];
  const { stdout } = await run('python3', args);
  const { url: signedUrl, headers } = JSON.parse(stdout) as { url: string; headers: Record<string, string> };
  return { method, path: signedUrl.slice(new URL(signedUrl).origin.length), headers, body };
}

describe('a function URL with AWS_IAM', () => {
  beforeEach(() => {
    url = { ...url, authType: 'AWS_IAM' };
  });

  it('refuses who does not sign', async () => {
    const { status, text, headers } = await call();
    expect(status).toBe(403);
    expect(text).toContain('Forbidden. For troubleshooting Function URL authorization issues');
    expect(headers['x-amzn-errortype']).toBe('AccessDeniedException');
    expect(invocations).toEqual([]);
  });

  it.skipIf(!hasCurl)('lets in what curl signed and tells the function who called (needs curl)', async () => {
    const { stdout } = await run('curl', [
      ...['-sS', '--aws-sigv4', 'aws:amz:eu-west-1:lambda', '-u', `${KEY.accessKeyId}:${KEY.secretAccessKey}`],
      // This curl does not sort parameters, as it should; they are in order here.
      ...['-d', '{"a":1}', `http://127.0.0.1:${server.port}/lambda-url/abc123/items?a=1&b=2`],
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      rawPath: '/items',
      requestContext: {
        accountId: '000000000000',
        authorizer: {
          iam: { accessKey: KEY.accessKeyId, userArn: 'arn:aws:iam::000000000000:user/dev', cognitoIdentity: null },
        },
      },
    });
  });

  it.skipIf(!hasBotocore).each([
    ['header', '/items', ''],
    ['header', '/items/a%20b/%C3%A4?z=1&a=x%20y&a=b', '{"n":1}'],
    ['query', '/items?b=2&a=1', ''],
  ] as const)('lets in what botocore signed in the %s for %s (needs botocore)', async (how, path, body) => {
    expect(await call(await signed(how, path, body))).toMatchObject({ status: 200 });
  });

  it.skipIf(!hasBotocore)(
    'refuses a wrong secret, a changed body, path, header or an old date (needs botocore)',
    async () => {
      const right = await signed('header', '/items', '{"n":1}');
      const wrong = await signed('header', '/items', '{"n":1}', 'guessed');
      const old = { ...right.headers, 'X-Amz-Date': '20200101T000000Z' };
      const attempts = [
        wrong,
        { ...right, path: '/other' },
        { ...right, body: '{"n":2}' },
        { ...right, headers: { ...right.headers, 'x-tag': 'c' } },
        { ...right, headers: old },
        { ...right, path: '/items?more=1' },
      ];
      for (const attempt of attempts) expect(await call(attempt)).toMatchObject({ status: 403 });
      expect(await call(right)).toMatchObject({ status: 200 });
    },
  );
});
