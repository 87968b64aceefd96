import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { isLocalHost, type LoopbackFront, openLoopbackFront } from '../../../../src/local/neighbours/loopback-front.js';

describe('isLocalHost', () => {
  it.each(['localhost', 'localhost:80', '127.0.0.1:4000', '[::1]:4000', 'my-bucket.localhost:1', 'a.b.s3.localhost'])(
    'takes %s',
    (host) => {
      expect(isLocalHost(host)).toBe(true);
    },
  );

  it.each([
    undefined,
    '',
    'localhost.',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.example:80',
    'user@localhost',
    'localhost:80@evil.example',
    '0.0.0.0',
    '[::2]',
    'localhost:',
  ])('refuses %s', (host) => {
    expect(isLocalHost(host)).toBe(false);
  });
});

describe('openLoopbackFront', () => {
  let front: LoopbackFront | undefined;
  afterEach(() => front?.dispose());

  it('loads what is behind it with the first request, once', async () => {
    let loads = 0;
    let disposals = 0;
    front = await openLoopbackFront(0, async () => {
      loads += 1;
      return {
        answer: (_request, response) => void response.end('hello'),
        dispose: async () => {
          disposals += 1;
        },
      };
    });
    expect(loads).toBe(0);
    const get = async () => (await fetch(`http://127.0.0.1:${front!.port}/`)).text();
    expect(await Promise.all([get(), get(), get()])).toEqual(['hello', 'hello', 'hello']);
    expect(loads).toBe(1);
    await front.dispose();
    front = undefined;
    expect(disposals).toBe(1);
  });

  it('answers 500 while loading fails and tries again', async () => {
    let isBroken = true;
    front = await openLoopbackFront(0, async () => {
      if (isBroken) throw new Error('no node:sqlite here');
      return { answer: (_request, response) => void response.end('hello'), dispose: async () => undefined };
    });
    const get = () => fetch(`http://127.0.0.1:${front!.port}/`);
    const failed = await get();
    expect([failed.status, await failed.text()]).toEqual([500, 'no node:sqlite here']);
    isBroken = false;
    expect(await (await get()).text()).toBe('hello');
  });

  it.each([
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://localhost.evil.example' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ host: 'evil.example' }, 403],
    [{ origin: 'http://localhost:5173' }, 200],
    [{}, 200],
  ])('answers a request with %j with %i', async (headers, status) => {
    front = await openLoopbackFront(0, async () => ({
      answer: (_request, response) => void response.end(),
      dispose: async () => undefined,
    }));
    const sent = request({ host: '127.0.0.1', port: front.port, headers }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(status);
  });

  it('says that its port is taken', async () => {
    const load = async () => ({ answer: () => undefined, dispose: async () => undefined });
    front = await openLoopbackFront(0, load);
    await expect(openLoopbackFront(front.port, load)).rejects.toMatchObject({ code: 'port-taken' });
  });
});
