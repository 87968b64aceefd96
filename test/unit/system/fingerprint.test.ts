import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../src/system/fingerprint.js';

describe('fingerprint', () => {
  it('is the same for the same text, here and on other machines', () => {
    expect(fingerprint('{"functions":{}}')).toBe(fingerprint('{"functions":{}}'));
    expect(fingerprint('')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('tells a hundred thousand texts apart that differ in one place, each of its parts nearly so', () => {
    const prints = Array.from({ length: 100_000 }, (_, index) => fingerprint(`{"memorySize":${index},"timeout":3}`));
    expect(new Set(prints).size).toBe(prints.length);
    for (const part of [0, 8, 16, 24]) {
      const parts = new Set(prints.map((print) => print.slice(part, part + 8)));
      // Of so many numbers of 32 bits, drawn at random, about one is there twice.
      expect(parts.size).toBeGreaterThan(prints.length - 20);
    }
  });

  it('tells order, length and characters beyond ASCII apart', () => {
    const texts = ['ab', 'ba', 'a', 'aa', 'aaa', 'ä', 'a\u0308', '\u{1F600}', '\0', '\0\0'];
    expect(new Set(texts.map(fingerprint)).size).toBe(texts.length);
  });
});
