import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpRoute } from '../../src/local/function-url/route-table.js';
import { nodePackage, ROLE, startTestService, type TestService } from './local-service-kit.js';

const SOURCE = nodePackage(`
  export const handler = async (event) => {
    const text = event.body && Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8').toString();
    if (text === 'throw') throw new Error('broken');
    if (text === 'odd') return 'just text';
    if (text === 'header') return { statusCode: 200, headers: { 'x-good': '1', 'x-odd': 'two\\nlines' }, body: '' };
    const cookies = event.version === '2.0' ? { cookies: ['a=1', 'b=2'] } : { multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] } };
    return { statusCode: 201, headers: { 'x-from': 'function' }, ...cookies, body: JSON.stringify(event) };
  };`);

const route = (written: string, front: HttpRoute['front'], more: Partial<HttpRoute> = {}): HttpRoute => ({
  ...{ route: written, front, functionName: 'web', region: 'us-east-1' },
  ...more,
});

let service: TestService;
const failures: string[] = [];
beforeAll(async () => {
  service = await startTestService({
    routes: [
      route('POST /http/{id}', 'http'),
      route('POST /rest/{id}', 'rest'),
      route('ANY /raw/{proxy+}', 'rest', { binary: true }),
      route('POST /alb/{id}', 'alb'),
      route('POST /multi', 'alb', { multiValueHeaders: true }),
      route('GET /absent', 'http', { functionName: 'absent' }),
    ],
    onRouteFailure: ({ route: written, kind, reason }) => failures.push(`${kind} ${written}: ${reason}`),
  });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new LambdaClient({ endpoint: service.endpoint, region: 'us-east-1', credentials });
  const code = { Code: { ZipFile: SOURCE }, Role: ROLE, Handler: 'index.handler', Runtime: 'nodejs24.x' } as const;
  await client.send(new CreateFunctionCommand({ ...code, FunctionName: 'web' }));
  client.destroy();
});
afterAll(async () => {
  await service.dispose();
  expect(service.bugs).toEqual([]);
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

interface Sent {
  readonly method?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

function send(path: string, { method = 'POST', host = 'routes.localhost', headers = {}, body = '' }: Sent = {}) {
  const { port } = new URL(service.endpoint);
  return new Promise<Answer>((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path, method, headers: { host: `${host}:${port}`, ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

describe('a route', () => {
  it.each([
    ['http', { version: '2.0', routeKey: 'POST /http/{id}', rawPath: '/http/7', rawQueryString: 'a=1&a=2' }],
    ['rest', { resource: '/rest/{id}', path: '/rest/7', httpMethod: 'POST', queryStringParameters: { a: '2' } }],
  ] as const)('of a %s API gives the function its event and answers what it says', async (front, event) => {
    const headers = { 'content-type': 'text/plain', 'x-mine': 'yes' };
    const answer = await send(`/${front}/7?a=1&a=2`, { headers, body: 'hello' });
    expect(answer).toMatchObject({ status: 201, headers: { 'x-from': 'function', 'set-cookie': ['a=1', 'b=2'] } });
    const seen = JSON.parse(answer.text);
    expect(seen).toMatchObject({
      ...event,
      pathParameters: { id: '7' },
      headers: { 'x-mine': 'yes' },
      requestContext: { accountId: '000000000000', requestId: answer.headers['x-amzn-requestid'] },
      body: 'hello',
      isBase64Encoded: false,
    });
  });

  it('of a load balancer has one value of each name, or all of them', async () => {
    const one = JSON.parse((await send('/alb/7?a=1&a=%202')).text);
    expect(one).toMatchObject({ httpMethod: 'POST', path: '/alb/7', queryStringParameters: { a: '%202' }, body: '' });
    expect(one.requestContext.elb.targetGroupArn).toMatch(/^arn:aws:elasticloadbalancing:us-east-1:000000000000:/);
    expect(one).not.toHaveProperty('pathParameters');
    const all = JSON.parse((await send('/multi?a=1&a=2')).text);
    expect(all).toMatchObject({ multiValueQueryStringParameters: { a: ['1', '2'] } });
  });

  it('hands bytes on as they are where it is binary', async () => {
    const body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const { text } = await send('/raw/a/b', { method: 'PUT', body, headers: { 'content-type': 'image/png' } });
    const event = JSON.parse(text);
    expect(event).toMatchObject({ isBase64Encoded: true, pathParameters: { proxy: 'a/b' } });
    const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect(sha256(Buffer.from(event.body, 'base64'))).toBe(sha256(body));
  });

  it.each([
    ['/http/1', 500, '{"message":"Internal Server Error"}'],
    ['/rest/1', 502, '{"message": "Internal server error"}'],
    ['/alb/1', 502, '<h1>502 Bad Gateway</h1>'],
  ])('%s answers a failed function with %i', async (path, status, text) => {
    expect(await send(path, { body: 'throw' })).toMatchObject({ status, text });
  });

  it('of an HTTP API alone takes any result for the body', async () => {
    expect(await send('/http/1', { body: 'odd' })).toMatchObject({ status: 200, text: 'just text' });
    failures.length = 0;
    expect(await send('/rest/1', { body: 'odd' })).toMatchObject({ status: 502 });
    expect(await send('/alb/1', { body: 'odd' })).toMatchObject({ status: 502 });
    expect(failures).toEqual([
      expect.stringMatching(/^wrong-form POST \/rest\/\{id\}: the answer must be an object with a statusCode/),
      expect.stringMatching(/^wrong-form POST \/alb\/\{id\}: /),
    ]);
  });

  it('of a function whose headers cannot be sent is a failure', async () => {
    failures.length = 0;
    expect(await send('/http/1', { body: 'header' })).toMatchObject({ status: 500 });
    expect(await send('/rest/1', { body: 'header' })).toMatchObject({ status: 502 });
    expect(failures).toEqual([
      expect.stringMatching(/^wrong-form POST \/http/),
      expect.stringMatching(/^wrong-form POST \/rest/),
    ]);
  });

  it('outlives a caller that leaves within its body', async () => {
    const { port } = new URL(service.endpoint);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('POST /http/1 HTTP/1.1\r\nhost: routes.localhost\r\ncontent-length: 100\r\n\r\nhalf');
    await delay(100);
    socket.resetAndDestroy();
    await once(socket, 'close');
    expect(await send('/http/1')).toMatchObject({ status: 201 });
  });

  it('is found by path, too, also from a web page, and nowhere else', async () => {
    const headers = { origin: 'http://localhost:5173' };
    expect(await send('/_routes/http/1', { host: '127.0.0.1', headers })).toMatchObject({ status: 201 });
    expect(await send('/_routes', { host: 'localhost' })).toMatchObject({
      status: 404,
      text: '{"message":"Not Found"}',
    });
    expect(await send('/http/1', { host: '127.0.0.1' })).toMatchObject({ status: 403 });
    expect(await send('/http/1', { host: 'routes.evil.example' })).toMatchObject({ status: 403 });
    // No door to the API behind it.
    expect(await send('/2015-03-31/functions/web/invocations')).toMatchObject({ status: 404 });
  });

  it('that nobody declared is not found, and a body that is too big is refused', async () => {
    expect(await send('/other')).toMatchObject({ status: 404, text: '{"message":"Not Found"}' });
    expect(await send('/http/1', { method: 'GET' })).toMatchObject({ status: 404 });
    const body = Buffer.alloc(1_048_577, 'x');
    expect(await send('/alb/1', { body })).toMatchObject({ status: 413 });
    const base64 = { 'content-type': 'application/octet-stream' };
    expect(await send('/http/1', { headers: base64, body: Buffer.alloc(5_000_000) })).toMatchObject({ status: 413 });
  });

  it('tells which function is missing', async () => {
    failures.length = 0;
    expect(await send('/absent', { method: 'GET' })).toMatchObject({ status: 500 });
    expect(failures).toEqual([
      expect.stringMatching(/^not-invoked GET \/absent: Function not found: .*:function:absent:\$LATEST$/),
    ]);
  });
});
