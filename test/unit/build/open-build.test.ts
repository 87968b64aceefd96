import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenBuild, openBuild } from '../../../src/build/open-build.js';

let folder: string;
let opened: OpenBuild | undefined;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-open-'));
  await mkdir(path.join(folder, 'src'));
});
afterEach(async () => {
  await opened?.dispose();
  opened = undefined;
  await rm(folder, { recursive: true, force: true });
});

const write = (name: string, text: string) => writeFile(path.join(folder, name), text);
const open = async (handler = 'src/index.handler') => {
  opened = await openBuild({ key: 'fn', projectFolder: folder, code: '.', runtime: 'nodejs24.x', handler });
  return opened;
};

describe('openBuild', () => {
  it('builds what changed, and goes on after a failure', async () => {
    await write('src/index.ts', "import { n } from './n.js';\nexport const handler = () => n;\n");
    await write('src/n.ts', 'export const n = 1;\n');
    const { rebuild } = await open();
    const first = await rebuild();
    const built = () => readFile(path.join(first.output, 'src/index.js'), 'utf8');
    expect(first.builder).toBe('esbuild');
    expect(await built()).toContain('var n = 1;');
    await write('src/n.ts', 'export const n = ;\n');
    await expect(rebuild()).rejects.toThrow('src/n.ts:1:18: Unexpected ";"');
    expect(await built()).toContain('var n = 1;');
    await write('src/n.ts', 'export const n = 2;\n');
    const again = await rebuild();
    expect(again.inputs).toContain(path.join(folder, 'src/n.ts'));
    expect(await built()).toContain('var n = 2;');
  });

  it('runs other builders again', async () => {
    await write('src/index.js', 'exports.handler = 1;');
    const { rebuild } = await open();
    expect(await rebuild()).toMatchObject({ builder: 'none', output: folder });
  });

  it('builds no more when it is disposed', async () => {
    await write('src/index.ts', 'export const handler = 1;');
    const { rebuild, dispose } = await open();
    await dispose();
    await expect(rebuild()).rejects.toThrow('was closed');
  });
});
