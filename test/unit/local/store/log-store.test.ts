import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LogStore, openLogStore } from '../../../../src/local/store/log-store.js';

const KEY = { region: 'eu-west-1', logGroupName: '/aws/lambda/f' };
const DAY_MS = 86_400_000;

describe('the log store', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-log-store-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = (options: object = {}) => openLogStore(folder, { now: Date.now, ...options });
  const messages = async (store: LogStore, stream: string) => {
    const found: string[] = [];
    for await (const { message } of store.stream(KEY, stream)?.read() ?? []) found.push(message);
    return found;
  };
  const event = (message: string, timestamp = Date.now()) => ({ timestamp, message });

  it('keeps every character of a message', async () => {
    const store = await open();
    const hard = ['\u0000\u0001\n', 'Grüße 🎉\r\n', '\ud800 alone', `"${'x'.repeat(300_000)}"`, '\u2028\u2029'];
    await store.append(
      KEY,
      's',
      hard.map((message) => event(message)),
    );
    expect(await messages(store, 's')).toEqual(hard);
    expect(await messages(await open(), 's')).toEqual(hard);
  });

  it('takes appends from all sides at once, each once', async () => {
    const store = await open();
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => store.append(KEY, `s${index % 5}`, [event(`${index}`)])),
    );
    const found = await Promise.all([0, 1, 2, 3, 4].map((index) => messages(store, `s${index}`)));
    expect(found.flat().sort()).toEqual(Array.from({ length: 50 }, (_, index) => `${index}`).sort());
  });

  it('goes on after a line that a kill has torn', async () => {
    const first = await open();
    await first.append(KEY, 's', [event('whole')]);
    const [file] = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.log'));
    await appendFile(path.join(folder, file ?? ''), '[1,2,3,"to');
    const second = await open();
    await second.append(KEY, 's', [event('next')]);
    expect(await messages(second, 's')).toEqual(['whole', 'next']);
    const sequences: number[] = [];
    for await (const { sequence } of second.stream(KEY, 's')?.read() ?? []) sequences.push(sequence);
    expect(sequences).toEqual([0, 1]);
  });

  it('never holds more of a stream than it may', async () => {
    const maxStreamBytes = 20_000;
    const store = await open({ maxStreamBytes });
    for (let index = 0; index < 100; index++) await store.append(KEY, 's', [event(`${index} ${'x'.repeat(1_000)}`)]);
    const found = await messages(store, 's');
    expect(found.at(-1)).toMatch(/^99 /);
    expect(found.length).toBeLessThan(20);
    expect((await store.stream(KEY, 's')?.facts())?.storedBytes).toBeLessThanOrEqual(maxStreamBytes);
  });

  it('keeps the newest streams of a group, and of all', async () => {
    let now = 1_000_000;
    const store = await openLogStore(folder, { now: () => now, maxStreamsPerGroup: 3 });
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      now += 1_000;
      await store.append(KEY, name, [event(name, now)]);
    }
    expect(store.streams(KEY).map(({ logStreamName }) => logStreamName)).toEqual(['c', 'd', 'e']);
    const small = await openLogStore(folder, { now: () => now, maxTotalBytes: 10 });
    now += 1_000;
    await small.append(KEY, 'f', [event('f', now)]);
    expect(small.streams(KEY).map(({ logStreamName }) => logStreamName)).toEqual(['f']);
  });

  it('honours the retention of a group', async () => {
    let now = Date.UTC(2026, 0, 10);
    const store = await openLogStore(folder, { now: () => now });
    await store.append(KEY, 'old', [event('old', now - 2 * DAY_MS)]);
    await store.append(KEY, 'both', [event('gone', now - 2 * DAY_MS), event('here', now)]);
    await store.updateGroup(KEY, (group) => group && { ...group, retentionInDays: 1 });
    expect(store.streams(KEY).map(({ logStreamName }) => logStreamName)).toEqual(['both']);
    expect(await messages(store, 'both')).toEqual(['here']);
    now += 2 * DAY_MS;
    expect(await messages(store, 'both')).toEqual([]);
  });

  it('leaves nothing of a group that is deleted', async () => {
    const store = await open();
    const files = async () =>
      (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    await store.append(KEY, 's', [event('m')]);
    expect(await files()).toHaveLength(2);
    await store.updateGroup(KEY, () => undefined);
    expect(store.group(KEY)).toBeUndefined();
    expect(await files()).toEqual([]);
  });
});
