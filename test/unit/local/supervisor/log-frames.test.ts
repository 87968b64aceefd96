import { describe, expect, it } from 'vitest';
import { MAX_LOG_EVENT_BYTES } from '../../../../src/local/core/logs/line-splitter.js';
import { createFrameReader, framesItsLogs } from '../../../../src/local/supervisor/log-frames.js';

function frame(type: number, message: string | Buffer, timeMs = 1_000): Buffer {
  const body = Buffer.from(message as string);
  const head = Buffer.alloc(16);
  head.writeUInt32BE(type >>> 0, 0);
  head.writeUInt32BE(body.length, 4);
  head.writeBigUInt64BE(BigInt(timeMs) * 1_000n, 8);
  return Buffer.concat([head, body]);
}

function read(chunks: readonly Uint8Array[]) {
  const frames: { kind: string; level: string | undefined; time: number; text: string }[] = [];
  const all: Uint8Array[] = [];
  const reader = createFrameReader(
    {
      onFrame: ({ message, ...rest }) => {
        frames.push({ ...rest, text: Buffer.from(message).toString('utf8') });
        all.push(message);
      },
      onOutput: (bytes) => all.push(bytes),
    },
    () => 5_000,
  );
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return { frames, all: Buffer.concat(all).toString('utf8') };
}

describe('createFrameReader', () => {
  it.each([
    [0xa55a0003, 'text', undefined],
    [0xa55a0003 | (3 << 2), 'text', 'INFO'],
    [0xa55a0002 | (5 << 2), 'json', 'ERROR'],
    [0xa55a0003 | (6 << 2), 'text', 'FATAL'],
  ])('reads the type %i as %s of level %s', (type, kind, level) => {
    expect(read([frame(type >>> 0, 'a\nb\n')]).frames).toEqual([{ kind, level, time: 1_000, text: 'a\nb\n' }]);
  });

  it('tells frames from what stands between them, however the pipe cut them', () => {
    const bytes = Buffer.concat([
      Buffer.from('before å\n'),
      ...[frame(0xa55a0003, 'é\n'), frame(0xa55a0003, ''), Buffer.from('between\n'), frame(0xa55a0003, '\u{1f600}')],
      Buffer.from('after å'),
    ]);
    const whole = { texts: ['é\n', '', '\u{1f600}'], all: 'before å\né\nbetween\n\u{1f600}after å' };
    const shown = ({ frames, all }: ReturnType<typeof read>) => ({ texts: frames.map(({ text }) => text), all });
    expect(shown(read([bytes]))).toEqual(whole);
    expect(shown(read([...bytes].map((byte) => Uint8Array.of(byte))))).toEqual(whole);
    for (let at = 1; at < bytes.length; at += 1) {
      expect(shown(read([bytes.subarray(0, at), bytes.subarray(at)]))).toEqual(whole);
    }
  });

  it('makes several events of a message that is longer than one may be, and cuts no character', () => {
    const text = `x${'é'.repeat(MAX_LOG_EVENT_BYTES)}`;
    const { frames } = read([frame(0xa55a0003, text), frame(0xa55a0003, 'next')]);
    expect(frames.map((one) => one.text).join('')).toBe(`${text}next`);
    expect(frames.length).toBe(4);
    for (const one of frames) expect(Buffer.byteLength(one.text)).toBeLessThanOrEqual(MAX_LOG_EVENT_BYTES);
  });

  it.each([
    ['another type', frame(0xa55a0007 | 0x80, 'text')],
    ['a level that there is not', frame((0xa55a0003 | (20 << 2)) >>> 0, 'text')],
    ['a time that cannot be', frame(0xa55a0003, 'text', 10 ** 12)],
    ['half a head', frame(0xa55a0003, 'text').subarray(0, 9)],
  ])('takes for output what only begins like a frame: %s', (_, bytes) => {
    const { frames, all } = read([Buffer.from('a'), bytes, Buffer.from('b')]);
    expect(frames).toEqual([]);
    expect(all).toBe(Buffer.concat([Buffer.from('a'), bytes, Buffer.from('b')]).toString('utf8'));
  });

  it('does not wait for more when output ends like the beginning of a frame', async () => {
    let text = '';
    const reader = createFrameReader({ onFrame: () => undefined, onOutput: (bytes) => (text += String(bytes)) });
    reader.push(Buffer.from([0x41, 0xa5]));
    expect(text).toBe('A');
    await new Promise((resolve) => setImmediate(resolve));
    expect(text).toHaveLength(2);
  });
});

it.each([
  ['nodejs24.x', true],
  ['python3.8', true],
  ['java17', true],
  ['java25', true],
  ['java11', false],
  ['java8.al2', false],
])('%s writes frames: %s', (runtime, writes) => {
  expect(framesItsLogs(runtime)).toBe(writes);
});
