import { appendFile, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AsyncEvent } from '../../../../src/local/core/async/async-event.js';
import { openAsyncEventLog } from '../../../../src/local/store/async-event-log.js';
import { createTempFolder } from '../../../../src/system/temp-folder.js';

function event(requestId: string, payload: Uint8Array = Buffer.from('{"a":1}')): AsyncEvent {
  return {
    requestId,
    functionName: 'orders',
    functionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:orders',
    qualifier: undefined,
    region: 'eu-west-1',
    payload: Uint8Array.from(payload),
    traceHeader: 'Root=1-0',
    acceptedAtMs: 1000.5,
    progress: { attempts: 0, refusals: 0, dueAtMs: 1000.5 },
  };
}

let folder: Awaited<ReturnType<typeof createTempFolder>>;
let file: string;

beforeEach(async () => {
  folder = await createTempFolder('event-log');
  file = path.join(folder.path, 'deep', 'async.log');
});
afterEach(() => folder.remove());

async function reopened(): Promise<readonly AsyncEvent[]> {
  const log = await openAsyncEventLog(file);
  await log.dispose();
  return log.recovered;
}

describe('openAsyncEventLog', () => {
  it('gives back what was added, moved on and not removed, byte for byte and in order', async () => {
    const log = await openAsyncEventLog(file);
    const binary = Uint8Array.from({ length: 256 }, (_, index) => index);
    await Promise.all([
      log.add(event('a')),
      log.add(event('b', binary)),
      log.add({ ...event('c'), qualifier: 'live' }),
    ]);
    const progress = {
      attempts: 1,
      refusals: 0,
      dueAtMs: 61_000,
      lastResult: { executedVersion: '3', functionError: 'Unhandled', payload: binary },
    };
    await log.progress('b', progress);
    await log.remove('a');
    await log.dispose();
    expect(await reopened()).toEqual([
      { ...event('b', binary), progress },
      { ...event('c'), qualifier: 'live' },
    ]);
  });

  it('ignores a torn tail wherever it was torn, and appends cleanly after it', async () => {
    const log = await openAsyncEventLog(file);
    await log.add(event('kept'));
    const { size: keptBytes } = await stat(file);
    await log.add(event('torn', Buffer.from('{"name":"ä"}')));
    await log.dispose();
    const whole = await readFile(file);
    for (let length = keptBytes; length < whole.length; length += 1) {
      await writeFile(file, whole.subarray(0, length));
      const again = await openAsyncEventLog(file);
      expect(again.recovered.map(({ requestId }) => requestId)).toEqual(['kept']);
      await again.add(event('next'));
      await again.dispose();
      expect((await reopened()).map(({ requestId }) => requestId)).toEqual(['kept', 'next']);
    }
  });

  it.each([
    ['zeros, as after a power cut', Buffer.alloc(4096)],
    ['noise', Buffer.from('8f3a1c7e99'.repeat(30), 'hex')],
  ])('ignores a tail of %s', async (_, tail) => {
    const log = await openAsyncEventLog(file);
    await log.add(event('kept'));
    await log.dispose();
    await appendFile(file, tail);
    expect((await reopened()).map(({ requestId }) => requestId)).toEqual(['kept']);
  });

  it('does not take a flipped bit for an event', async () => {
    const log = await openAsyncEventLog(file);
    await log.add(event('kept'));
    const { size } = await stat(file);
    await log.add(event('damaged'));
    await log.dispose();
    const bytes = await readFile(file);
    bytes[size + 40]! ^= 1;
    await writeFile(file, bytes);
    expect((await reopened()).map(({ requestId }) => requestId)).toEqual(['kept']);
  });

  it('shrinks the file to the living events and loses none of them', async () => {
    const log = await openAsyncEventLog(file, { compactionSlackBytes: 10_000 });
    const payload = Buffer.alloc(1000, 0x31);
    for (let round = 0; round < 20; round += 1) {
      const ids = Array.from({ length: 20 }, (_, index) => `${round}-${index}`);
      await Promise.all(ids.map((id) => log.add(event(id, payload))));
      await Promise.all(ids.slice(1).map((id) => log.remove(id)));
    }
    const { sizeBytes } = log;
    await log.dispose();
    expect(sizeBytes).toBe((await stat(file)).size);
    expect(sizeBytes).toBeLessThan(20 * 1400 + 10_000 + 20 * 1400);
    expect((await reopened()).map(({ requestId }) => requestId)).toEqual(
      Array.from({ length: 20 }, (_, round) => `${round}-0`),
    );
  });

  it('writes many events with few flushes', async () => {
    const log = await openAsyncEventLog(file);
    await Promise.all(Array.from({ length: 5000 }, (_, index) => log.add(event(`id-${index}`))));
    await log.dispose();
    expect(await reopened()).toHaveLength(5000);
  });

  it('refuses to write after it was closed', async () => {
    const log = await openAsyncEventLog(file);
    await log.dispose();
    await expect(log.add(event('late'))).rejects.toMatchObject({ code: 'internal' });
    await truncate(file, 0);
    expect(await reopened()).toEqual([]);
  });
});
