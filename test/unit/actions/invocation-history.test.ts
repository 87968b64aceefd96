import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findInvocation, recordInvocation } from '../../../src/actions/invocations/invocation-history.js';
import { histogramOf } from '../../../src/actions/invocations/invoke-many.js';

describe('earlier invocations', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-history-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const context = () => ({ project: async () => ({ folder }) as never });
  const record = (text: string | undefined, nowMs: number) =>
    recordInvocation(
      { functionName: 'hello', qualifier: undefined, payload: text === undefined ? undefined : Buffer.from(text) },
      context(),
      nowMs,
    );

  it('are found by their id, its beginning, or as the last one', async () => {
    const first = await record('{ "a": 1 }\n', 1_000);
    await record('{"b":2}', 2_000);
    await record(undefined, 3_000);
    expect(Buffer.from((await findInvocation(first ?? '', context())).payload ?? []).toString()).toBe('{ "a": 1 }\n');
    expect((await findInvocation((first ?? '').slice(-8), context())).id).toBe(first);
    expect(await findInvocation('last', context())).toMatchObject({ payload: undefined, functionName: 'hello' });
  });

  it('are a hundred at most, and none is too large', async () => {
    for (let index = 1; index <= 105; index++) await record(`${index}`, index * 1_000);
    const files = await readdir(path.join(folder, '.lambdakit', 'invocations'));
    expect(files).toHaveLength(100);
    expect(files.sort()[0]).toMatch(/^000000000006000-/);
    expect((await stat(path.join(folder, '.lambdakit', 'invocations', files[0] ?? ''))).mode & 0o077).toBe(0);
    expect(await record(JSON.stringify('x'.repeat(1_100_000)), 1)).toBeUndefined();
  });

  it('say when there is none', async () => {
    await expect(findInvocation('last', context())).rejects.toMatchObject({ code: 'invalid-input' });
    await record('1', 1);
    await expect(findInvocation('zzz', context())).rejects.toMatchObject({ message: 'There is no invocation "zzz".' });
  });
});

it('counts latencies in bars that double', () => {
  expect(histogramOf([0.2, 1.5, 3, 3.9, 4, 17])).toEqual([
    { fromMs: 0, toMs: 2, count: 2 },
    { fromMs: 2, toMs: 4, count: 2 },
    { fromMs: 4, toMs: 8, count: 1 },
    { fromMs: 8, toMs: 16, count: 0 },
    { fromMs: 16, toMs: 32, count: 1 },
  ]);
  expect(histogramOf([])).toEqual([]);
});
