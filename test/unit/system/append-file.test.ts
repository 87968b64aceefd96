import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendToFile } from '../../../src/system/append-file.js';

describe('appendToFile', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'lambdakit-test-append-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('makes the file, and appends to it', async () => {
    const file = path.join(folder, 'a.log');
    await appendToFile(file, Buffer.from('one\n'), 0o600);
    await appendToFile(file, Buffer.from('two\n'), 0o600);
    expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n');
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('writes many megabytes whole, and lets others work meanwhile', async () => {
    const file = path.join(folder, 'large.log');
    const bytes = Buffer.alloc(5_000_001, 'abc');
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    });
    const count = setImmediate(function again() {
      turns += 1;
      setImmediate(again).unref();
    });
    await appendToFile(file, bytes, 0o600);
    clearInterval(timer);
    clearImmediate(count);
    expect(readFileSync(file).equals(bytes)).toBe(true);
    expect(turns).toBeGreaterThan(1);
  });

  it.skipIf(process.platform !== 'linux')(
    'leaves nothing of what could not be written whole (skipped off Linux)',
    async () => {
      // What is no file of ours: every write to it fails as on a full disk.
      await expect(appendToFile('/dev/full', Buffer.from('x'), 0o600)).rejects.toMatchObject({ code: 'ENOSPC' });
      const file = path.join(folder, 'kept.log');
      writeFileSync(file, 'kept\n');
      await expect(appendToFile(path.join(file, 'below'), Buffer.from('x'), 0o600)).rejects.toMatchObject({
        code: 'ENOTDIR',
      });
      expect(readFileSync(file, 'utf8')).toBe('kept\n');
    },
  );
});
