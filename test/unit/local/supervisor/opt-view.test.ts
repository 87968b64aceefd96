import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareOptView } from '../../../../src/local/supervisor/opt-view.js';

describe('the view of the layers', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-opt-view-test-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function writeLayer(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name, file)), { recursive: true });
      await writeFile(path.join(folder, name, file), text);
    }
    return path.join(folder, name);
  }

  it('is empty without layers', async () => {
    const view = await prepareOptView({ workFolder: folder, layerFolders: [], isReadOnly: false });
    expect(await readdir(view)).toEqual([]);
  });

  it.each([true, false])(
    'has the later layer win, a file over a folder and back (read-only: %s)',
    async (isReadOnly) => {
      const first = await writeLayer('a', { 'x/one': '1', same: 'a', turned: 'file' });
      const second = await writeLayer('b', { 'x/two': '2', same: 'b', 'turned/inner': 'folder' });
      await symlink('two', path.join(second, 'x/link'));
      const view = await prepareOptView({ workFolder: folder, layerFolders: [first, second], isReadOnly });
      expect((await readdir(path.join(view, 'x'))).sort()).toEqual(['link', 'one', 'two']);
      expect(await readlink(path.join(view, 'x/link'))).toBe('two');
      expect(await readFile(path.join(view, 'same'), 'utf8')).toBe('b');
      expect(await readFile(path.join(view, 'turned/inner'), 'utf8')).toBe('folder');
      const back = await prepareOptView({ workFolder: folder, layerFolders: [second, first], isReadOnly });
      expect(await readFile(path.join(back, 'turned'), 'utf8')).toBe('file');
      expect(await readFile(path.join(first, 'same'), 'utf8')).toBe('a');
    },
  );

  it('is made once for a set of layers, also by many at the same time', async () => {
    const layerFolders = [await writeLayer('a', { file: '1' }), await writeLayer('b', { other: '2' })];
    const options = { workFolder: folder, layerFolders, isReadOnly: false };
    const views = await Promise.all(Array.from({ length: 8 }, () => prepareOptView(options)));
    expect(new Set(views).size).toBe(1);
    expect(await readdir(path.join(folder, 'opt'))).toHaveLength(1);
  });

  it('shares the files where nobody can write, and copies them without write permission elsewhere', async () => {
    const layerFolders = [await writeLayer('a', { file: '1' }), await writeLayer('b', { other: '2' })];
    const original = await stat(path.join(layerFolders[0]!, 'file'));
    const links = await prepareOptView({ workFolder: folder, layerFolders, isReadOnly: true });
    expect((await stat(path.join(links, 'file'))).ino).toBe(original.ino);
    const copies = await prepareOptView({ workFolder: folder, layerFolders, isReadOnly: false });
    const copy = await stat(path.join(copies, 'file'));
    expect(copy.ino).not.toBe(original.ino);
    expect(copy.mode & 0o222).toBe(0);
    expect((await stat(path.join(layerFolders[0]!, 'file'))).mode).toBe(original.mode);
  });

  it('is the layer itself when there is one and nobody can write', async () => {
    const layer = await writeLayer('a', { file: '1' });
    expect(await prepareOptView({ workFolder: folder, layerFolders: [layer], isReadOnly: true })).toBe(layer);
  });
});
