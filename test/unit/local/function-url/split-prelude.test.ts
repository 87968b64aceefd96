import { describe, expect, it } from 'vitest';
import { splitPrelude } from '../../../../src/local/function-url/split-prelude.js';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const WHOLE = Buffer.from('{"statusCode":206,"cookies":["a=1"]}\0\0\0\0\0\0\0\0the body \0\0 goes on');

describe('splitPrelude', () => {
  it.each([1, 2, 7, 40, 1000])('finds the end of the prelude in pieces of %i bytes', async (size) => {
    const split = await splitPrelude(inPieces(WHOLE, size));
    expect(split?.head).toEqual({
      status: 206,
      headers: [
        ['content-type', 'application/json'],
        ['set-cookie', 'a=1'],
      ],
    });
    expect(await textOf(split!.body)).toBe('the body \0\0 goes on');
  });

  it.each([
    ['it ends before the eight NUL bytes', '{"statusCode":200}'],
    ['it is no JSON object', 'hello\0\0\0\0\0\0\0\0body'],
    ['it is empty', ''],
  ])('is undefined when %s', async (_, text) => {
    expect(await splitPrelude(inPieces(Buffer.from(text), 4))).toBeUndefined();
  });

  it('gives up on a prelude without end', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield Buffer.alloc(65_536, 0x20);
    }
    expect(await splitPrelude(endless())).toBeUndefined();
  });
});
