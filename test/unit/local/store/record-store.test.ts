import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRecordStore } from '../../../../src/local/store/record-store.js';

describe('openRecordStore', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-records-'));
  });
  afterEach(async () => {
    await chmod(folder, 0o700);
    await rm(folder, { recursive: true, force: true });
  });

  it('finds again what was written, also in sub-folders', async () => {
    const store = await openRecordStore<{ n: number }>(folder);
    await store.update('eu/b', () => ({ n: 2 }));
    await store.update('eu/a', () => ({ n: 1 }));
    await store.update('us/c', () => ({ n: 3 }));
    await store.update('us/c', () => undefined);
    const again = await openRecordStore<{ n: number }>(folder);
    expect(again.values()).toEqual([{ n: 1 }, { n: 2 }]);
    expect(again.get('us/c')).toBeUndefined();
  });

  it('runs changes of one record one after the other', async () => {
    const store = await openRecordStore<{ n: number }>(folder);
    await Promise.all(Array.from({ length: 50 }, () => store.update('x', (current) => ({ n: (current?.n ?? 0) + 1 }))));
    expect(store.get('x')).toEqual({ n: 50 });
    expect(JSON.parse(await readFile(path.join(folder, 'x.json'), 'utf8'))).toEqual({ n: 50 });
  });

  it('keeps the old record when a change refuses, and goes on', async () => {
    const store = await openRecordStore<{ n: number }>(folder);
    await store.update('x', () => ({ n: 1 }));
    const refused = store.update('x', () => {
      throw new Error('no');
    });
    await expect(refused).rejects.toThrow('no');
    expect(store.get('x')).toEqual({ n: 1 });
    await store.update('x', () => ({ n: 2 }));
    expect(store.get('x')).toEqual({ n: 2 });
  });

  it.skipIf(process.getuid?.() === 0)(
    'keeps the old record when the disk refuses (needs a user that permissions bind)',
    async () => {
      const store = await openRecordStore<{ n: number }>(folder);
      await store.update('x', () => ({ n: 1 }));
      await chmod(folder, 0o500);
      await expect(store.update('x', () => ({ n: 2 }))).rejects.toMatchObject({ code: 'permission-denied' });
      expect(store.get('x')).toEqual({ n: 1 });
    },
  );

  it('ignores what a kill left behind and names a damaged file', async () => {
    await writeFile(path.join(folder, '.x.json.abc.tmp'), '{"n":');
    expect((await openRecordStore(folder)).values()).toEqual([]);
    await writeFile(path.join(folder, 'x.json'), '{"n":');
    await expect(openRecordStore(folder)).rejects.toMatchObject({
      code: 'state-damaged',
      message: expect.stringContaining('x.json'),
    });
    expect(await readdir(folder)).toContain('x.json');
  });
});
