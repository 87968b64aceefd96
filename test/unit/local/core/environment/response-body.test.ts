import { describe, expect, it } from 'vitest';
import { ResponseBody } from '../../../../../src/local/core/environment/response-body.js';
import { settle } from './fake-clock.js';

const bytes = (text: string) => Buffer.from(text);

describe('a response body', () => {
  it('yields the pieces as they were written', async () => {
    const body = new ResponseBody();
    void body.write(bytes('a')).then(() => body.write(bytes('b')).then(() => body.end()));
    const seen: string[] = [];
    for await (const piece of body) seen.push(Buffer.from(piece).toString());
    expect(seen).toEqual(['a', 'b']);
  });

  it('holds the writer back until the reader has taken everything', async () => {
    const body = new ResponseBody();
    let isTaken = false;
    void body.write(bytes('a')).then(() => {
      isTaken = true;
    });
    await settle();
    expect(isTaken).toBe(false);
    const reader = body[Symbol.asyncIterator]();
    await reader.next();
    const waiting = reader.next();
    await settle();
    expect(isTaken).toBe(true);
    body.end();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  it('lets the writer go on when the reader went away', async () => {
    const body = new ResponseBody();
    const written = body.write(bytes('a'));
    for await (const _ of body) break;
    await written;
    await body.write(bytes('b'));
  });

  it('can be read after its end, and takes nothing more', async () => {
    const body = new ResponseBody();
    void body.write(bytes('a'));
    body.end();
    await body.write(bytes('b'));
    const seen: string[] = [];
    for await (const piece of body) seen.push(Buffer.from(piece).toString());
    expect(seen).toEqual(['a']);
  });
});
