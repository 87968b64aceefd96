import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FunctionRecord } from '../../../../src/local/core/catalog/records.js';
import { createCodeSweeper } from '../../../../src/local/store/code-sweeper.js';
import { openServiceState } from '../../../../src/local/store/state-folder.js';
import { makeZip } from '../../../service/zip-maker.js';

describe('createCodeSweeper', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-sweep-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('keeps what is used, and what was used until twenty minutes ago', async () => {
    const state = await openServiceState(folder);
    const [used, old] = await Promise.all(
      ['1', '2'].map((content) => state.code.add(makeZip([{ name: 'a', content }]))),
    );
    const record = {
      latest: { code: { CodeSha256: used?.sha256 }, settings: {} },
      versions: {},
    } as unknown as FunctionRecord;
    await state.functions.update('r/f', () => record);
    let now = 0;
    const sweeper = createCodeSweeper(state, () => now);
    const isThere = (code: typeof used) => existsSync(state.code.folderOf(code?.sha256 ?? ''));
    await sweeper.sweep();
    now = 19 * 60_000;
    await sweeper.sweep();
    expect([isThere(used), isThere(old)]).toEqual([true, true]);
    now = 20 * 60_000;
    await sweeper.sweep();
    expect([isThere(used), isThere(old)]).toEqual([true, false]);
  });
});
