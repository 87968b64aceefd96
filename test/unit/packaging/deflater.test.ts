import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compileDeflater, Deflater } from '../../../src/packaging/deflater.js';

const program = compileDeflater();

/** Numbers that look random and are the same each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Content between noise and endless repetition. */
function makeContent(seed: number, length: number): Buffer {
  const next = numbers(seed);
  const content = Buffer.alloc(length);
  const letters = 1 + Math.floor(next() ** 2 * 255);
  const repeats = next();
  for (let at = 0; at < length; ) {
    const back = Math.floor(next() * Math.min(at, 40_000));
    const size = next() < repeats ? Math.floor(next() ** 3 * 400) : 0;
    for (let end = Math.min(length, at + size); back > 0 && at < end; at++) content[at] = content[at - back]!;
    if (at < length) content[at++] = Math.floor(next() * letters);
  }
  return content;
}

function deflate(deflater: Deflater, content: Buffer): Buffer | undefined {
  content.copy(deflater.room(content.length));
  const data = deflater.deflate(content.length);
  return data === undefined ? undefined : Buffer.from(data);
}

const SIZES = [1, 2, 4, 5, 6, 9, 15, 63, 64, 300, 4_095, 32_767, 32_768, 32_769, 65_535, 65_536, 70_001, 300_000];
const contents = [
  ...SIZES.flatMap((size, row) => [1, 2, 3].map((seed) => makeContent(row * 100 + seed, size))),
  ...Array.from({ length: 200 }, (_, seed) => makeContent(seed + 10_000, 1 + Math.floor(numbers(seed)() * 3_000))),
  Buffer.alloc(1_000_000, 'a'),
  Buffer.alloc(200_000, 'abcdefghijklmnopqrstuvwxyz'),
  // Counts that double: the longest codes that there can be.
  Buffer.concat(Array.from({ length: 17 }, (_, power) => Buffer.alloc(2 ** power, power + 65))),
  Buffer.from(Array.from({ length: 1_024 }, (_, at) => at & 0xff)),
];

describe('the deflater', () => {
  it('writes what zlib reads', () => {
    const deflater = new Deflater(program);
    let smaller = 0;
    for (const content of contents) {
      const data = deflate(deflater, content);
      if (data === undefined) continue;
      smaller += 1;
      expect(data.length).toBeLessThan(content.length);
      expect(inflateRawSync(data).equals(content)).toBe(true);
    }
    expect(smaller).toBeGreaterThan(contents.length / 2);
  });

  it('gives the same bytes whatever it deflated before', () => {
    const alone = contents.map((content) => deflate(new Deflater(program), content));
    const next = numbers(7);
    const order = contents
      .map((_, row) => ({ row, key: next() }))
      .toSorted((a, b) => a.key - b.key)
      .map(({ row }) => row);
    const deflater = new Deflater(program);
    for (const row of order) expect(deflate(deflater, contents[row]!)).toEqual(alone[row]);
  });

  it('gives the recorded bytes', () => {
    const deflater = new Deflater(program);
    const hash = createHash('sha256');
    for (const content of contents) hash.update(deflate(deflater, content) ?? content);
    // Another one means that every package is uploaded once more, and needs another FORMAT in archive-manifest.ts.
    expect(hash.digest('hex')).toBe('822eb00917d43beb6ccecbddea84ec91a3e40e56faa630c528f0f3f3444c7d45');
  });

  it('leaves alone what does not become smaller', () => {
    const next = numbers(1);
    const noise = Buffer.from(Array.from({ length: 100_000 }, () => Math.floor(next() * 256)));
    expect(deflate(new Deflater(program), noise)).toBeUndefined();
  });

  it('packs text about as well as zlib', () => {
    const lines = Array.from({ length: 3_000 }, (_, n) => `export const name${n * 7} = require('./module-${n % 97}');`);
    const text = Buffer.from(lines.join('\n'));
    const { length } = deflate(new Deflater(program), text)!;
    expect(length).toBeLessThan(deflateRawSync(text, { level: 4 }).length * 1.05);
  });

  it('takes content that is bigger than its memory, and gives that memory back', () => {
    const deflater = new Deflater(program);
    const big = Buffer.alloc(20_000_000, 'many equal lines of text\n');
    expect(inflateRawSync(deflate(deflater, big)!).equals(big)).toBe(true);
    expect(deflater.room(1).length).toBeLessThan(16_777_216);
  });

  it('keeps what was read when the room becomes bigger', () => {
    const deflater = new Deflater(program);
    deflater.room(10).write('0123456789');
    const bigger = deflater.room(5_000_000);
    expect(bigger.length).toBeGreaterThanOrEqual(5_000_000);
    expect(bigger.toString('latin1', 0, 10)).toBe('0123456789');
  });
});
