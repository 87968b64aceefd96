import { describe, expect, it } from 'vitest';
import { createLogTail, LOG_TAIL_BYTES } from '../../../../../src/local/core/logs/log-tail.js';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encode = (text: string) => new TextEncoder().encode(text);

describe('createLogTail', () => {
  it('keeps everything while there is room', () => {
    const tail = createLogTail();
    tail.appendLine('START RequestId: x Version: $LATEST\n');
    tail.appendOutput('hello\r\n');
    tail.appendLine('END RequestId: x\n');
    expect(strict.decode(tail.toBytes())).toBe('START RequestId: x Version: $LATEST\nhello\r\nEND RequestId: x\n');
  });

  it('is empty when nothing was written', () => {
    expect(createLogTail().toBytes()).toEqual(new Uint8Array());
  });

  it('puts a line of its own after output without a newline', () => {
    const tail = createLogTail();
    tail.appendOutput('no newline');
    tail.appendOutput(' yet');
    tail.appendLine('END RequestId: x\n');
    tail.appendLine('framed');
    tail.appendLine('last\n');
    expect(strict.decode(tail.toBytes())).toBe('no newline yet\nEND RequestId: x\nframed\nlast\n');
  });

  it('is valid UTF-8 and the end of the log, for every cut position of multi-byte output', () => {
    const text = 'aé日😀\u0000\uFEFFß👩‍👩‍👧\n'.repeat(40);
    const bytes = encode(text);
    for (let maxBytes = 0; maxBytes <= bytes.length + 4; maxBytes++) {
      const tail = createLogTail(maxBytes);
      tail.appendOutput(text);
      const kept = tail.toBytes();
      expect(kept.length).toBeLessThanOrEqual(maxBytes);
      expect(kept.length).toBeGreaterThanOrEqual(Math.min(maxBytes, bytes.length) - 3);
      expect(text.endsWith(strict.decode(kept))).toBe(true);
    }
  });

  it('is the same however the output was cut into appends, 1,000 ways', () => {
    const characters = [...'aé日😀\n'];
    for (let seed = 1; seed <= 1000; seed++) {
      const tail = createLogTail();
      let all = '';
      for (let part = 0; part < 30; part++) {
        const text = characters[(seed * 7 + part) % 5]!.repeat((seed * (part + 3)) % 211);
        tail.appendOutput(text);
        all += text;
      }
      const kept = tail.toBytes();
      const decoded = strict.decode(kept);
      expect(kept.length).toBeLessThanOrEqual(LOG_TAIL_BYTES);
      expect(all.endsWith(decoded)).toBe(true);
      expect(kept.length).toBeGreaterThan(Math.min(LOG_TAIL_BYTES, encode(all).length) - 4);
    }
  });

  it('cuts one text far longer than the tail inside of a surrogate pair without harm', () => {
    for (const prefix of ['', 'a', 'ab', 'abc']) {
      const tail = createLogTail();
      const text = `${prefix}${'😀'.repeat(100_000)}`;
      tail.appendOutput(text);
      expect(text.endsWith(strict.decode(tail.toBytes()))).toBe(true);
      tail.appendOutput('x'.repeat(LOG_TAIL_BYTES - 2));
      expect(strict.decode(tail.toBytes())).toBe('x'.repeat(LOG_TAIL_BYTES - 2));
    }
  });

  it('keeps its memory small under many small lines', () => {
    const tail = createLogTail();
    for (let index = 0; index < 200_000; index++) tail.appendOutput(`${index}\n`);
    const lines = strict.decode(tail.toBytes()).split('\n');
    expect(lines.at(-2)).toBe('199999');
    expect(lines.at(1)).toBe(String(200_000 - lines.length + 2));
  });
});
