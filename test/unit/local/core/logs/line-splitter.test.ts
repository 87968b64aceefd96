import { describe, expect, it } from 'vitest';
import { createLineSplitter, MAX_LOG_EVENT_BYTES } from '../../../../../src/local/core/logs/line-splitter.js';

const MIXED = 'plain\nžluťoučký\r\n日本語 テスト\r more\n😀👩‍👩‍👧\n\uFEFFbom\0nul\n\nno newline é';
const encode = (text: string) => new TextEncoder().encode(text);
const texts = (lines: readonly { readonly text: string }[]) => lines.map(({ text }) => text);

function split(chunks: readonly Uint8Array[], maxEventBytes?: number): string[] {
  const splitter = createLineSplitter(maxEventBytes);
  return texts([...chunks.flatMap((chunk) => splitter.push(chunk, undefined)), ...splitter.end()]);
}

describe('createLineSplitter', () => {
  it('splits at \\n and keeps CR, CRLF, NUL, empty lines, a byte order mark and the unfinished end', () => {
    expect(split([encode(MIXED)])).toEqual([
      'plain\n',
      'žluťoučký\r\n',
      '日本語 テスト\r more\n',
      '😀👩‍👩‍👧\n',
      '\uFEFFbom\0nul\n',
      '\n',
      'no newline é',
    ]);
  });

  it('gives the same lines when the output is cut in two at every byte position', () => {
    const bytes = encode(MIXED);
    const whole = split([bytes]);
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(split([bytes.subarray(0, cut), bytes.subarray(cut)]), `cut at ${cut}`).toEqual(whole);
    }
  });

  it('gives the same lines when the output comes byte by byte', () => {
    const bytes = encode(MIXED);
    expect(split(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(split([bytes]));
  });

  it('cuts a long line at the size limit without cutting a character, for every limit and every offset', () => {
    for (let limit = 4; limit <= 24; limit++) {
      for (let offset = 0; offset < 5; offset++) {
        const text = `${'a'.repeat(offset)}${'é日😀'.repeat(9)}\nend`;
        const bytes = encode(text);
        for (const chunks of [[bytes], Array.from(bytes, (byte) => Uint8Array.of(byte))]) {
          const lines = split(chunks, limit);
          expect(lines.join('')).toBe(text);
          expect(Math.max(...lines.map((line) => encode(line).length))).toBeLessThanOrEqual(limit);
          expect(lines.filter((line) => line.includes('\uFFFD'))).toEqual([]);
        }
      }
    }
  });

  it('splits a line of 1 MB at 262,144 bytes', () => {
    const bytes = encode(`${'x'.repeat(1_000_000)}\n`);
    const lines = split([bytes.subarray(0, 70_000), bytes.subarray(70_000)]);
    expect(lines.map((line) => line.length)).toEqual([
      MAX_LOG_EVENT_BYTES,
      MAX_LOG_EVENT_BYTES,
      MAX_LOG_EVENT_BYTES,
      213_569,
    ]);
    expect(lines.join('')).toBe(`${'x'.repeat(1_000_000)}\n`);
  });

  it('keeps a line of exactly the limit whole', () => {
    expect(split([encode(`${'x'.repeat(MAX_LOG_EVENT_BYTES - 1)}\nnext\n`)]).map((line) => line.length)).toEqual([
      MAX_LOG_EVENT_BYTES,
      5,
    ]);
  });

  it('flushes an unfinished line but holds back a half-written character', () => {
    const splitter = createLineSplitter();
    const bytes = encode('abc😀');
    expect(splitter.push(bytes.subarray(0, 5), 'a')).toEqual([]);
    expect(splitter.flush()).toEqual([{ text: 'abc', requestId: 'a' }]);
    expect(splitter.flush()).toEqual([]);
    expect(splitter.push(bytes.subarray(5), 'b')).toEqual([]);
    expect(splitter.flush()).toEqual([{ text: '😀', requestId: 'a' }]);
    expect(splitter.end()).toEqual([]);
  });

  it('shows a character that was never finished as U+FFFD at the end of the process', () => {
    expect(split([encode('abc😀').subarray(0, 5)])).toEqual(['abc\uFFFD']);
  });

  it('does not hold back bytes that are no UTF-8', () => {
    const splitter = createLineSplitter();
    splitter.push(Uint8Array.of(0x61, 0x80, 0x80, 0x80, 0x80, 0xff), undefined);
    expect(texts(splitter.flush())).toEqual([`a${'\uFFFD'.repeat(5)}`]);
  });

  it('gives a line to the request during which its first byte came', () => {
    const splitter = createLineSplitter();
    const lines = [
      ...splitter.push(encode('init\nhalf'), undefined),
      ...splitter.push(encode(' way\none\ntwo'), 'r1'),
      ...splitter.push(encode(' end\nthree\n'), 'r2'),
      ...splitter.push(encode('four\n'), undefined),
    ];
    expect(lines.map(({ text, requestId }) => [text, requestId])).toEqual([
      ['init\n', undefined],
      ['half way\n', undefined],
      ['one\n', 'r1'],
      ['two end\n', 'r1'],
      ['three\n', 'r2'],
      ['four\n', undefined],
    ]);
  });

  it('loses nothing of random bytes in random pieces, valid or not, and never holds a newline inside of a line', () => {
    let seed = 20_261_121;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const alphabet = [0x0a, 0x0d, 0x00, 0x61, 0x80, 0xbf, 0xc3, 0xe6, 0xf0, 0x9f, 0xff];
    for (let round = 0; round < 500; round++) {
      const bytes = Buffer.from(Array.from({ length: random(400) }, () => alphabet[random(alphabet.length)]!));
      const chunks: Buffer[] = [];
      for (let at = 0; at < bytes.length; ) {
        const length = 1 + random(20);
        chunks.push(bytes.subarray(at, at + length));
        at += length;
      }
      const lines = split(chunks);
      expect(lines.join('')).toBe(bytes.toString('utf8'));
      expect(lines.filter((line, index) => line.indexOf('\n') !== line.length - 1 && index < lines.length - 1)).toEqual(
        [],
      );
    }
  });

  it('does not keep the chunk: the caller may reuse its buffer', () => {
    const splitter = createLineSplitter();
    const chunk = encode('abc');
    splitter.push(chunk, undefined);
    chunk.fill(0x7a);
    expect(texts(splitter.end())).toEqual(['abc']);
  });
});
