import { describe, expect, it } from 'vitest';
import { utf8CutLength } from '../../../../../src/local/core/logs/utf8-boundary.js';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

describe('utf8CutLength', () => {
  it('cuts valid text at a character boundary, at most three bytes early, wherever the limit is', () => {
    const text = 'aé日😀\u{10FFFF}\u0800\uD7FF\uFFFD\u0080';
    const bytes = new TextEncoder().encode(text);
    for (let limit = 0; limit <= bytes.length; limit++) {
      const cut = utf8CutLength(bytes, limit);
      expect(limit - cut).toBeLessThanOrEqual(3);
      expect(text.startsWith(strict.decode(bytes.subarray(0, cut)))).toBe(true);
    }
  });

  it.each([
    ['continuation bytes alone', [0x80, 0x80, 0x80, 0x80], 4],
    ['a byte that leads nothing', [0x61, 0xff], 2],
    ['an overlong lead', [0x61, 0xc0], 2],
    ['a lead without the rest', [0x61, 0xf0], 1],
    ['a lead with too little of the rest', [0x61, 0xf0, 0x9f, 0x98], 1],
  ])('does not wait for %s longer than it may', (_name, bytes, expected) => {
    expect(utf8CutLength(Uint8Array.from(bytes), bytes.length)).toBe(expected);
  });
});
