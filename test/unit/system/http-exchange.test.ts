import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { hangUpSignal, headerOf, readRequestBody, sendJson } from '../../../src/system/http-exchange.js';

let stop: () => Promise<void> = async () => undefined;

afterEach(() => stop());

async function serve(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stop = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return (server.address() as AddressInfo).port;
}

describe('readRequestBody', () => {
  const echo = (maxBytes: number) => async (request: IncomingMessage, response: ServerResponse) => {
    const body = await readRequestBody(request, maxBytes);
    sendJson(response, 200, typeof body === 'string' ? body : body.toString('utf8'));
  };

  it('takes a body of exactly the limit and refuses one byte more, without cutting the client off', async () => {
    const port = await serve(echo(5));
    const post = async (body: string) => (await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body })).json();
    expect(await post('12345')).toBe('12345');
    expect(await post('123456')).toBe('too-large');
    expect(await post('x'.repeat(10_000_000))).toBe('too-large');
    expect(await post('')).toBe('');
  });

  it('says when the connection ended before the body was whole', async () => {
    const bodies: unknown[] = [];
    let isRead: () => void = () => undefined;
    const read = new Promise<void>((resolve) => {
      isRead = resolve;
    });
    const port = await serve(async (request) => {
      bodies.push(await readRequestBody(request, 1000));
      isRead();
    });
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly so much', () => socket.destroy());
    await read;
    expect(bodies).toEqual(['truncated']);
  });
});

describe('hangUpSignal', () => {
  it('aborts when the client is gone, but not after the reply', async () => {
    const signals: AbortSignal[] = [];
    const port = await serve((request, response) => {
      signals.push(hangUpSignal(response));
      if (request.url === '/answered') sendJson(response, 200, 'x', { 'X-More': 'yes' });
      else request.socket.destroy();
    });
    const response = await fetch(`http://127.0.0.1:${port}/answered`);
    expect([response.headers.get('X-More'), await response.json()]).toEqual(['yes', 'x']);
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
  });
});

describe('headerOf', () => {
  it('reads a header, joins a repeated one, and knows a missing one', () => {
    const request = { headers: { one: 'a', 'set-cookie': ['b', 'c'] } } as unknown as IncomingMessage;
    expect([headerOf(request, 'one'), headerOf(request, 'set-cookie'), headerOf(request, 'none')]).toEqual([
      'a',
      'b, c',
      undefined,
    ]);
  });
});
