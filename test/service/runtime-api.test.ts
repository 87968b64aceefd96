import { afterEach, describe, expect, it } from 'vitest';
import type { InvocationOverrides } from './lifecycle-service.js';
import { type OpenedRuntimeApi, openRuntimeApi } from './runtime-api-kit.js';

let api: OpenedRuntimeApi;

async function open(overrides: InvocationOverrides = {}): Promise<OpenedRuntimeApi> {
  api = await openRuntimeApi(overrides);
  return api;
}

afterEach(() => api.dispose());

const requestIdOf = ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }) =>
  String(headers['lambda-runtime-aws-request-id']);

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

describe('routes', () => {
  it('answer ping', async () => {
    const { send } = await open();
    expect(await send('GET', '/2018-06-01/ping')).toMatchObject({ status: 200, body: 'pong' });
  });

  it.each([
    ['http://127.0.0.1:9001/2018-06-01/ping', 'any.name', 200],
    ['HTTP://sandbox.localdomain:9001/2018-06-01/ping?x=1', '127.0.0.1', 200],
    ['http://web.page/2018-06-01/ping', '127.0.0.1', 403],
    ['http://127.0.0.1:9001', '127.0.0.1', 404],
  ])('take the whole URL as clients behind a proxy write it: %s', async (url, host, status) => {
    const { raw } = await open();
    expect(await raw(`GET ${url} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it.each([
    ['GET', '/'],
    ['GET', '/2018-06-01/'],
    ['GET', '/2018-06-01/runtime/invocation'],
    ['POST', '/2018-06-01/runtime/invocation/a/b/response'],
    ['GET', '/2099-01-01/runtime/invocation/next'],
    ['GET', '/2018-06-01/constructor'],
    ['GET', '/2018-06-01/runtime/restore/next'],
  ])('are unknown: %s %s', async (method, path) => {
    const { send } = await open();
    expect((await send(method, path)).status).toBe(404);
  });

  it.each([
    ['POST', 'ping'],
    ['POST', 'runtime/invocation/next'],
    ['GET', 'runtime/invocation/a/response'],
    ['GET', 'runtime/invocation/a/error'],
    ['GET', 'runtime/init/error'],
    ['DELETE', 'runtime/restore/error'],
  ])('refuse another method: %s %s', async (method, path) => {
    const { send } = await open();
    expect((await send(method, `/2018-06-01/${path}`)).status).toBe(405);
  });

  it.each(['evil.test', '127.0.0.1.evil.test', 'localhost.', '127.0.0.1@evil.test', 'evil.test:9001'])(
    'refuse the name of another host: %s',
    async (Host) => {
      const { send } = await open();
      const refused = await send('GET', '/2018-06-01/runtime/invocation/next', { headers: { Host } });
      expect(refused.status).toBe(403);
    },
  );

  it('outlive whatever is sent to them', async () => {
    const { raw, send, first } = await open();
    const seed = Date.now() % 1_000_000;
    const random = randomNumbers(seed);
    const words = [
      'GET ',
      'POST ',
      '/2018-06-01/',
      'runtime/invocation/',
      'next',
      'response',
      ' HTTP/1.1',
      '\r\n',
      'Host: localhost',
      'Content-Length: -1',
      'Transfer-Encoding: chunked',
      '0',
      '%',
      '\0',
      'é',
      ': ',
      '..',
      '?',
    ];
    await Promise.all(
      Array.from({ length: 200 }, () => {
        const length = 1 + Math.floor(random() * 30);
        const bytes = Array.from({ length }, () => words[Math.floor(random() * words.length)]).join('');
        return raw(`${bytes}\r\n\r\n`, { hangsUp: true });
      }),
    );
    expect(await send('GET', '/2018-06-01/ping'), `seed ${seed}`).toMatchObject({ status: 200 });
    first.outcome.catch(() => undefined);
  });

  it('refuse web pages', async () => {
    const { send } = await open();
    const refused = await send('GET', '/2018-06-01/runtime/invocation/next', {
      headers: { Origin: 'http://evil.test' },
    });
    expect(refused.status).toBe(403);
  });

  it('take header names in any case and a query', async () => {
    const { raw, first } = await open();
    const reply = await raw('GET /2018-06-01/runtime/invocation/next?x=1 HTTP/1.1\r\nhOSt: 127.0.0.1\r\n\r\n');
    const requestId = /lambda-runtime-aws-request-id: (\S+)/i.exec(reply)?.[1] ?? '';
    const error = `POST /2018-06-01/runtime/invocation/${requestId}/error HTTP/1.1\r\nHOST: localhost\r\nLAMBDA-RUNTIME-FUNCTION-ERROR-TYPE: Function.Odd\r\ncontent-LENGTH: 2\r\n\r\n{}`;
    expect(await raw(error)).toContain('202 Accepted');
    expect((await first.outcome).functionError).toBe('Unhandled');
  });
});

describe('next', () => {
  it('delivers the bytes of the event', async () => {
    const { next, first } = await open();
    const event = await next();
    expect(event).toMatchObject({ status: 200, body: '{}' });
    expect(event.headers).not.toHaveProperty('lambda-runtime-client-context');
    expect(event.headers).not.toHaveProperty('lambda-runtime-cognito-identity');
    expect(event.headers).not.toHaveProperty('lambda-runtime-aws-tenant-id');
    expect((await api.respond(requestIdOf(event))).status).toBe(202);
    expect(text((await first.outcome).payload)).toBe('{}');
  });

  it('gives the client context in one line, as the same JSON', async () => {
    const { next, respond, start } = await open();
    await respond(requestIdOf(await next()));
    const context = { custom: { delete: '\x7f', text: 'ü\u2028\\', line: 'a\nb' } };
    const second = start({}, { request: { clientContext: JSON.stringify(context, undefined, 1) } });
    const event = await next();
    const header = String(event.headers['lambda-runtime-client-context']);
    expect(JSON.parse(Buffer.from(header, 'latin1').toString())).toEqual(context);
    await respond(requestIdOf(event));
    await second.outcome;
  });

  it('waits for an event as long as it takes, on a connection that is used again', async () => {
    const { next, respond, start } = await open();
    await respond(requestIdOf(await next()));
    const waiting = next();
    const second = start({ second: true });
    const event = await waiting;
    expect(event.body).toBe('{"second":true}');
    await respond(requestIdOf(event), { body: 'done' });
    expect(text((await second.outcome).payload)).toBe('done');
  });

  it('loses nothing when a poll breaks off', async () => {
    const { next, respond, raw, start } = await open();
    await respond(requestIdOf(await next()));
    await raw('GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n', { hangsUp: true });
    const waiting = next();
    const second = start({});
    await respond(requestIdOf(await waiting), { body: '"again"' });
    expect(text((await second.outcome).payload)).toBe('"again"');
  });
});

describe('response', () => {
  it('is accepted in Lambda’s words', async () => {
    const { next, respond } = await open();
    const accepted = await respond(requestIdOf(await next()), { body: 'x', headers: { 'Content-Type': 'text/plain' } });
    expect(accepted).toMatchObject({ status: 202, body: '{"status":"OK"}\n' });
    expect(accepted.headers['content-type']).toBe('application/json');
  });

  it('is any bytes, none at all, and may come in chunks', async () => {
    const { next, respond, first, start } = await open();
    const bytes = Buffer.from([0, 255, 10, 13, 128]);
    await respond(requestIdOf(await next()), { body: bytes });
    expect(Buffer.from((await first.outcome).payload)).toEqual(bytes);
    const second = start({});
    await respond(requestIdOf(await next()), { body: '' });
    expect((await second.outcome).payload).toHaveLength(0);
    const third = start({});
    await respond(requestIdOf(await next()), { body: 'ab', headers: { 'Transfer-Encoding': 'chunked' } });
    expect(text((await third.outcome).payload)).toBe('ab');
  });

  it('with an error in its trailers is an error of the function', async () => {
    const { next, respond, first, start } = await open();
    const trailer = 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body';
    const headers = { Trailer: trailer, 'Transfer-Encoding': 'chunked' };
    const accepted = await respond(requestIdOf(await next()), {
      body: 'half',
      headers,
      trailers: {
        'Lambda-Runtime-Function-Error-Type': 'Function.Late',
        'Lambda-Runtime-Function-Error-Body': Buffer.from('{"errorMessage":"late"}').toString('base64'),
      },
    });
    expect(accepted.status).toBe(202);
    expect(await first.outcome).toMatchObject({ functionError: 'Unhandled' });
    expect(text((await first.outcome).payload)).toBe('{"errorMessage":"late"}');
    const second = start({});
    await respond(requestIdOf(await next()), { body: 'whole', headers, trailers: {} });
    expect(text((await second.outcome).payload)).toBe('whole');
  });

  it('needs the id of the invocation', async () => {
    const { next, respond } = await open();
    await next();
    for (const requestId of ['other', '%E0%A4%A', encodeURIComponent('ä')]) {
      expect(await respond(requestId)).toMatchObject({
        status: 400,
        body: '{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}\n',
      });
    }
  });

  it('that breaks off fails the invocation', async () => {
    const { next, raw, first } = await open();
    const requestId = requestIdOf(await next());
    const head = `POST /2018-06-01/runtime/invocation/${requestId}/response HTTP/1.1\r\nHost: 127.0.0.1:1\r\nContent-Length: 10\r\n\r\n`;
    await raw(`${head}half`, { hangsUp: true });
    expect(JSON.parse(text((await first.outcome).payload))).toMatchObject({ errorType: 'Runtime.TruncatedResponse' });
  });

  it('over the limit is read to its end and refused', async () => {
    const { next, respond, first } = await open();
    const refused = await respond(requestIdOf(await next()), { body: Buffer.alloc(8_000_000, 'x') });
    expect(refused).toMatchObject({
      status: 413,
      body: '{"errorMessage":"Exceeded maximum allowed payload size (6291556 bytes).","errorType":"RequestEntityTooLarge"}\n',
    });
    expect((await first.outcome).functionError).toBe('Unhandled');
    expect((await api.send('GET', '/2018-06-01/ping')).status).toBe(200);
  });
});

describe('one connection', () => {
  const head = (method: string, path: string, more = '') =>
    `${method} /2018-06-01/runtime/invocation/${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${more}\r\n`;

  it('takes plain and chunked requests in turn', async () => {
    const { talk, first, start } = await open();
    const { write, until } = talk();
    const nextId = async () => /request-id: ([0-9a-f-]{36})/i.exec(await until(/\r\n\r\n\{\}$/))?.[1] ?? '';
    write(head('GET', 'next'));
    const id = await nextId();
    write(`${head('POST', `${id}/response`, 'Content-Length: 3\r\n')}"a"`);
    expect(await until(/OK"\}\n$/)).toMatch(/^HTTP\/1\.1 202 Accepted\r\n/);
    expect(text((await first.outcome).payload)).toBe('"a"');
    write(head('GET', 'next'));
    const second = start();
    const secondId = await nextId();
    write(`${head('POST', `${secondId}/response`, 'Transfer-Encoding: chunked\r\n')}3\r\n"b"\r\n`);
    write('0\r\n\r\n');
    expect(await until(/OK"\}\n$/)).toMatch(/^HTTP\/1\.1 202 Accepted\r\n/);
    expect(text((await second.outcome).payload)).toBe('"b"');
    write(head('GET', 'next'));
    const third = start();
    const thirdId = await nextId();
    write(`${head('POST', `${thirdId}/response`, 'Content-Length: 3\r\n')}"c"`);
    await until(/OK"\}\n$/);
    expect(text((await third.outcome).payload)).toBe('"c"');
  });

  it('answers requests that come before their turn one after the other', async () => {
    const { talk, first } = await open();
    const { write, until } = talk();
    // The second call is not allowed while the first one is open, so the order shows in the answers.
    write(head('GET', 'next'));
    write(head('GET', 'nowhere/response') + head('GET', 'next'));
    const answers = await until(/HTTP\/1\.1 200[\s\S]*HTTP\/1\.1 405[\s\S]*HTTP\/1\.1 200[\s\S]*\r\n\r\n\{\}$/);
    expect(answers.match(/request-id: \S+/gi)).toHaveLength(2);
    first.outcome.catch(() => undefined);
  });

  it('takes a response and the call for the next event in one piece, and answers both together', async () => {
    const { talk, first, start } = await open();
    const { write, until } = talk();
    const ids = async () => /request-id: ([0-9a-f-]{36})/i.exec(await until(/\r\n\r\n\{\}$/))?.[1] ?? '';
    write(head('GET', 'next'));
    const id = await ids();
    // Called back before anything else happens, the caller has its second event ready when the runtime asks for it.
    const again = first.outcome.then(({ payload }) => [text(payload), start()] as const);
    write(`${head('POST', `${id}/response`, 'Content-Length: 3\r\n')}"a"${head('GET', 'next')}`);
    const both = await until(/\r\n\r\n\{\}$/);
    expect(both).toMatch(/^HTTP\/1\.1 202 Accepted\r\n[\s\S]*\{"status":"OK"\}\nHTTP\/1\.1 200 OK\r\n/);
    const [payload, second] = await again;
    expect(payload).toBe('"a"');
    const secondId = /request-id: ([0-9a-f-]{36})/i.exec(both)?.[1] ?? '';
    // No event waits now, and the acceptance does not wait for one either.
    write(`${head('POST', `${secondId}/response`, 'Content-Length: 3\r\n')}"b"${head('GET', 'next')}`);
    expect(await until(/OK"\}\n$/)).toMatch(/^HTTP\/1\.1 202 Accepted\r\n/);
    expect(text((await second.outcome).payload)).toBe('"b"');
    const third = start();
    expect(await ids()).not.toBe(secondId);
    third.outcome.catch(() => undefined);
  });

  it.each([
    ['an error', 'error', 'Content-Length: 2\r\n', '{}'],
    ['a chunked response', 'response', 'Transfer-Encoding: chunked\r\n', '1\r\n0\r\n0\r\n\r\n'],
  ])('does so behind %s, too', async (_, outcome, more, body) => {
    const { talk, first, start } = await open();
    const { write, until } = talk();
    const nextId = async () => /request-id: ([0-9a-f-]{36})/i.exec(await until(/\r\n\r\n\{\}$/))?.[1] ?? '';
    write(head('GET', 'next'));
    write(head('POST', `${await nextId()}/${outcome}`, more) + body);
    await until(/OK"\}\n$/);
    await first.outcome;
    const second = start();
    write(head('GET', 'next'));
    const id = await nextId();
    const third = second.outcome.then(({ payload }) => [text(payload), start()] as const);
    write(`${head('POST', `${id}/response`, 'Content-Length: 3\r\n')}"a"${head('GET', 'next')}`);
    expect((await until(/\r\n\r\n\{\}$/)).match(/^HTTP\S+ \d+/gm)).toEqual(['HTTP/1.1 202', 'HTTP/1.1 200']);
    const [payload, { outcome: unanswered }] = await third;
    expect(payload).toBe('"a"');
    unanswered.catch(() => undefined);
  });

  it.each([
    ['plain', 'Content-Length: 2\r\n', '{}'],
    ['chunked', 'Transfer-Encoding: chunked\r\n', '1\r\n0\r\n0\r\n\r\n'],
  ])(
    'that is lost takes no event with the call that waited behind another (after a %s response)',
    async (_, more, body) => {
      const { talk, first, start } = await open();
      const lost = talk();
      lost.write(head('GET', 'next'));
      const [, id = ''] = /request-id: ([0-9a-f-]{36})/i.exec(await lost.until(/\r\n\r\n\{\}$/)) ?? [];
      lost.write(head('POST', `${id}/response`, more) + body);
      await lost.until(/OK"\}\n$/);
      await first.outcome;
      lost.write(head('GET', 'next') + head('GET', 'next'));
      await api.send('GET', '/2018-06-01/ping');
      await lost.hangUp();
      await api.send('GET', '/2018-06-01/ping');
      const second = start({ for: 'the living' });
      const { write, until } = talk();
      write(head('GET', 'next'));
      expect(await until(/\}$/)).toMatch(/\{"for":"the living"\}$/);
      second.outcome.catch(() => undefined);
    },
  );

  it('tells a refusal at once, although the call for the next event came with it', async () => {
    const { talk, first } = await open();
    const { write, until } = talk();
    write(head('GET', 'next'));
    await until(/\r\n\r\n\{\}$/);
    const unknown = '00000000-0000-4000-8000-000000000000';
    write(`${head('POST', `${unknown}/response`, 'Content-Length: 3\r\n')}"a"${head('GET', 'next')}`);
    expect(await until(/HTTP\/1\.1 200[\s\S]*\}$/)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    first.outcome.catch(() => undefined);
  });

  it('comes in pieces of one byte', async () => {
    const { talk } = await open();
    const { write, until } = talk();
    for (const byte of head('GET', 'next')) {
      write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await until(/\{\}$/)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });
});

describe('error', () => {
  it.each([
    ['Runtime.ImportModuleError', 'Runtime.ImportModuleError'],
    ['Function.MyError', 'Function.MyError'],
    ['Function.lower', 'Function.Unknown'],
    ['TypeError', 'Runtime.Unknown'],
    [undefined, 'Runtime.Unknown'],
  ])('of type %s is %s in the report, and its body goes to the caller', async (given, shown) => {
    const { next, send, first } = await open();
    const requestId = requestIdOf(await next());
    const headers = given === undefined ? {} : { 'Lambda-Runtime-Function-Error-Type': given };
    const body = '{ "errorMessage" : "as it is" }';
    const path = `/2018-06-01/runtime/invocation/${requestId}/error`;
    expect((await send('POST', path, { body, headers })).status).toBe(202);
    expect(text((await first.outcome).payload)).toBe(body);
    void next().catch(() => undefined);
    expect((await first.completion).report).toMatchObject({ status: 'error', errorType: shown });
  });

  it.each([
    [
      '{"errorMessage":"m","errorType":"T","stackTrace":["a"],"errorCause":{"x":1}}',
      '{"errorMessage":"m","errorType":"T","stackTrace":["a"]}',
    ],
    ['no JSON', 'Invalid error body'],
  ])('with a cause loses it on the way to the caller: %s', async (body, payload) => {
    const { next, send, first } = await open();
    const requestId = requestIdOf(await next());
    const headers = { 'Content-Type': 'application/vnd.aws.lambda.error.cause+json' };
    await send('POST', `/2018-06-01/runtime/invocation/${requestId}/error`, { body, headers });
    expect(text((await first.outcome).payload)).toBe(payload);
  });

  it('may carry a megabyte of X-Ray cause in its header', async () => {
    const { next, send, first } = await open();
    const path = `/2018-06-01/runtime/invocation/${requestIdOf(await next())}/error`;
    const headers = { 'Lambda-Runtime-Function-XRay-Error-Cause': 'x'.repeat(1024 * 1024) };
    expect((await send('POST', path, { body: '{"errorMessage":"m"}', headers })).status).toBe(202);
    expect(text((await first.outcome).payload)).toBe('{"errorMessage":"m"}');
  });

  it('over the limit is an oversized response', async () => {
    const { next, send, first } = await open();
    const path = `/2018-06-01/runtime/invocation/${requestIdOf(await next())}/error`;
    expect((await send('POST', path, { body: Buffer.alloc(7_000_000, 'x') })).status).toBe(413);
    expect(text((await first.outcome).payload)).toContain('Function.ResponseSizeTooLarge');
  });

  it('is refused while a response is on its way', async () => {
    const { next, send, begin, first } = await open();
    const requestId = requestIdOf(await next());
    const path = `/2018-06-01/runtime/invocation/${requestId}`;
    const hangUp = await begin(`${path}/response`);
    const refused = await send('POST', `${path}/error`, { body: '{}' });
    expect(refused.body).toBe(
      '{"errorMessage":"State transition from InvocationResponse to InvocationErrorResponse failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}\n',
    );
    hangUp();
    expect((await first.outcome).functionError).toBe('Unhandled');
  });
});

describe('metadata', () => {
  const path = '/2026-01-15/metadata/execution-environment';

  it('names the availability zone to who has the token', async () => {
    const { send, identity } = await open();
    const { environmentId } = identity();
    const token = environmentId.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
    const reply = await send('GET', path, { headers: { Authorization: `Bearer ${token}` } });
    expect(reply).toMatchObject({ status: 200, body: '{"AvailabilityZoneID":"euc1-az1"}\n' });
    expect(reply.headers['cache-control']).toContain('max-age=');
    expect((await send('GET', path)).status).toBe(401);
    expect((await send('POST', path)).status).toBe(405);
  });
});

/** Numbers from 0 inclusive to 1 exclusive, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
