import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type FileChange, watchFiles } from '../../../src/system/watch-files.js';

async function watchFolder(isIgnored: (file: string) => boolean = () => false) {
  const folder = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'lambdakit-watch-'));
  mkdirSync(path.join(folder, 'deep'));
  writeFileSync(path.join(folder, 'deep', 'a.txt'), 'one');
  const changes: FileChange[] = [];
  const errors: Error[] = [];
  const watcher = await watchFiles({
    paths: [folder],
    isIgnored,
    onChange: (change) => changes.push(change),
    onError: (error) => errors.push(error),
  });
  onTestFinished(async () => {
    await watcher.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const told = (kind: FileChange['kind'], name: string) =>
    vi.waitFor(() => expect(changes).toContainEqual({ kind, file: path.join(folder, name) }), 15_000);
  return { folder, changes, told, watcher };
}

it('tells of files that come, change and go', async () => {
  const { folder, told } = await watchFolder();
  writeFileSync(path.join(folder, 'deep', 'a.txt'), 'two');
  await told('changed', 'deep/a.txt');
  mkdirSync(path.join(folder, 'new'));
  writeFileSync(path.join(folder, 'new', 'b.txt'), 'b');
  await told('added', 'new/b.txt');
  rmSync(path.join(folder, 'new', 'b.txt'));
  await told('removed', 'new/b.txt');
  writeFileSync(path.join(folder, 'deep', 'a.txt~'), 'three');
  renameSync(path.join(folder, 'deep', 'a.txt~'), path.join(folder, 'deep', 'a.txt'));
  await told('changed', 'deep/a.txt');
});

it('sees the last of several saves that follow at once', async () => {
  const { folder, changes } = await watchFolder();
  const file = path.join(folder, 'deep', 'a.txt');
  let told = 0;
  for (let save = 1; save <= 10; save += 1) {
    writeFileSync(file, 'x'.repeat(save));
    await vi.waitFor(() => expect(changes.length).toBeGreaterThan(told), { timeout: 15_000, interval: 1 });
    told = changes.length;
  }
});

it('leaves out what is of no interest, and watches more', async () => {
  const { folder, changes, told, watcher } = await watchFolder((file) => file.endsWith('node_modules'));
  mkdirSync(path.join(folder, 'node_modules'));
  writeFileSync(path.join(folder, 'node_modules', 'x.js'), '');
  const other = mkdtempSync(path.join(folder, '..', 'lambdakit-watch-'));
  onTestFinished(() => rmSync(other, { recursive: true, force: true }));
  writeFileSync(path.join(other, 'c.txt'), 'c');
  watcher.add([path.join(other, 'c.txt')]);
  await vi.waitFor(() => {
    writeFileSync(path.join(other, 'c.txt'), String(changes.length + Math.random()));
    expect(changes.map(({ file }) => file)).toContain(path.join(other, 'c.txt'));
  }, 15_000);
  writeFileSync(path.join(folder, 'last.txt'), '');
  await told('added', 'last.txt');
  expect(changes.filter(({ file }) => file.includes('node_modules'))).toEqual([]);
});
