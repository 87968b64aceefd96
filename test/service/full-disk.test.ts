import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FunctionRecord } from '../../src/local/core/catalog/records.js';
import { openServiceState } from '../../src/local/store/state-folder.js';
import { makeZip } from './zip-maker.js';

const MEGABYTE = 1_048_576;

function canMount(): boolean {
  if (process.platform !== 'linux') return false;
  const probe = mkdtempSync(path.join(os.tmpdir(), 'lambdakit-mount-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe]);
  if (status === 0) spawnSync('umount', [probe]);
  rmdirSync(probe);
  return status === 0;
}

describe.skipIf(!canMount())('a state folder on a disk of 4 MB (needs the right to mount one)', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-full-'));
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]).status).toBe(0);
  });
  afterEach(async () => {
    spawnSync('umount', ['-l', folder]);
    await rm(folder, { recursive: true, force: true });
  });

  const record = (functionName: string, padding: number) =>
    ({
      functionName,
      padding: 'x'.repeat(padding),
      versions: {},
      latest: { code: {}, settings: {} },
    }) as unknown as FunctionRecord;

  it('keeps what it had and says that the disk is full, at every level', async () => {
    const state = await openServiceState(folder);
    await state.functions.update('r/kept', () => record('kept', 10));
    const small = makeZip([{ name: 'a.js', content: 'a' }]);
    const kept = await state.code.add(small);
    for (let level = 0; level < 12; level++) {
      await writeFile(path.join(folder, 'ballast'), Buffer.alloc(Math.min(level * 0.35, 3.99) * MEGABYTE)).catch(
        () => undefined,
      );
      const updated = await state.functions
        .update('r/kept', () => record('kept', 800_000))
        .then(
          () => undefined,
          (error: unknown) => error,
        );
      if (updated !== undefined) expect(updated).toMatchObject({ code: 'disk-full' });
      const added = await state.code.add(makeZip([{ name: 'b', content: randomBytes(500_000) }])).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (added !== undefined) expect(added).toMatchObject({ code: 'disk-full' });
      const reread = await openServiceState(folder);
      expect(reread.functions.get('r/kept')).toEqual(state.functions.get('r/kept'));
      if (level === 11) expect([updated, added]).not.toContain(undefined);
    }
    await mkdir(path.join(folder, 'code'), { recursive: true });
    expect((await readdir(path.join(folder, 'code'))).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(kept.bytes).toBe(small.length);
    expect((await stat(path.join(folder, 'functions', 'r', 'kept.json'))).size).toBeGreaterThan(10);
  });
});
