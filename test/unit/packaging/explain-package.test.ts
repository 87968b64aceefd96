import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildFunction } from '../../../src/build/build-function.js';
import { compareDirectories, explainDifference } from '../../../src/packaging/explain-difference.js';
import { layerPrefix } from '../../../src/packaging/layer-prefix.js';
import { packageFunction } from '../../../src/packaging/package-function.js';
import { npmPackageOf, packageStats } from '../../../src/packaging/package-stats.js';
import { readArchiveDirectory } from '../../../src/packaging/read-archive.js';
import { squarify } from '../../../src/packaging/squarify.js';
import { renderTreemap } from '../../../src/packaging/treemap.js';

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-explain-'));
  folder = path.join(root, 'tree');
  await mkdir(folder);
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const write = async (files: Readonly<Record<string, string>>) => {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
};
const pack = async (name: string) =>
  (await packageFunction({ key: 'x', source: folder, outputFile: path.join(root, `${name}.zip`) })).file;

describe('explainDifference', () => {
  it('says of each entry how it differs', async () => {
    await write({ same: 'a', changed: 'a', gone: 'a', program: 'a' });
    const before = await pack('before');
    await rm(path.join(folder, 'gone'));
    await write({ changed: 'bb', added: 'a' });
    await chmod(path.join(folder, 'program'), 0o755);
    const difference = await explainDifference(before, await pack('after'));
    expect(difference).toEqual({
      entries: [
        { name: 'added', kinds: ['added'], after: { bytes: 1, compressedBytes: 1, mode: '644' } },
        {
          name: 'changed',
          kinds: ['content'],
          before: { bytes: 1, compressedBytes: 1, mode: '644' },
          after: { bytes: 2, compressedBytes: 2, mode: '644' },
        },
        { name: 'gone', kinds: ['removed'], before: { bytes: 1, compressedBytes: 1, mode: '644' } },
        {
          name: 'program',
          kinds: ['mode'],
          before: { bytes: 1, compressedBytes: 1, mode: '644' },
          after: { bytes: 1, compressedBytes: 1, mode: '755' },
        },
      ],
      isReordered: false,
      isSameContent: false,
    });
  });

  it('tells a rebuilt archive with other dates and order from one with other content', async () => {
    await write({ aa: 'a', bb: 'b'.repeat(500) });
    const directory = await readArchiveDirectory(await pack('one'));
    const rebuilt = directory.map((entry) => ({ ...entry, dosTime: 1, compressedBytes: 77 })).reverse();
    const difference = compareDirectories(directory, rebuilt);
    expect(difference.entries.map(({ name, kinds }) => [name, kinds])).toEqual([
      ['aa', ['time', 'compression']],
      ['bb', ['time', 'compression']],
    ]);
    expect(difference).toMatchObject({ isReordered: true, isSameContent: true });
    expect(compareDirectories(directory, directory)).toEqual({ entries: [], isReordered: false, isSameContent: true });
  });
});

describe('packageStats', () => {
  it('sums entries by installed package and finds waste', async () => {
    const big = 'x'.repeat(20_000);
    await write({
      'index.js': 'a',
      'index.js.map': 'map',
      'node_modules/dep/index.js': big,
      'node_modules/dep/node_modules/inner/index.js': 'inner',
      'node_modules/@aws-sdk/client-x/index.js': 'sdk',
      'node_modules/typescript/lib/tsc.js': 'compiler',
      'node_modules/dep/index.d.ts': 'types',
      'node_modules/dep/test/a.js': big,
      'node_modules/dep/README.md': 'read',
    });
    const stats = await packageStats(await pack('stats'), { runtime: 'nodejs24.x' });
    expect(stats.packages.map(({ name }) => name)).toEqual(['dep', 'typescript', 'inner', '@aws-sdk/client-x']);
    expect(stats.packages[0]).toEqual({ name: 'dep', bytes: 40_009 });
    expect(stats.entries[0]).toMatchObject({ name: 'node_modules/dep/index.js', bytes: 20_000 });
    expect(Object.fromEntries(stats.waste.map(({ kind, count, bytes }) => [kind, [count, bytes]]))).toEqual({
      compiler: [1, 8],
      declarations: [1, 5],
      documentation: [1, 4],
      duplicates: [1, 20_000],
      'runtime-has-it': [1, 3],
      'source-map': [1, 3],
      tests: [1, 20_000],
    });
    const forOther = await packageStats(await pack('stats'), { runtime: 'provided.al2023' });
    expect(forOther.waste.map(({ kind }) => kind)).not.toContain('runtime-has-it');
  });

  it('opens bundles up into modules and packages', async () => {
    await write({
      'index.ts': "import dep from 'dep';\nexport const handler = () => dep;",
      'node_modules/dep/package.json': '{"name":"dep"}',
      'node_modules/dep/index.js': `module.exports = ${JSON.stringify('x'.repeat(3000))};`,
    });
    const { output, metafile } = await buildFunction({
      key: 'x',
      projectFolder: folder,
      code: '.',
      runtime: 'nodejs24.x',
      handler: 'index.handler',
    });
    const { file } = await packageFunction({ key: 'x', source: output, outputFile: path.join(root, 'bundle.zip') });
    const stats = await packageStats(file, { bundle: metafile });
    expect(stats.modules.map(({ name }) => name)).toEqual(['node_modules/dep/index.js', 'index.ts']);
    expect(stats.packages[0]).toMatchObject({ name: 'dep' });
    const html = renderTreemap('hello & <goodbye>', stats);
    expect(html).toContain('hello &#38; &#60;goodbye&#62;');
    expect(html).toContain('index.js/node_modules/dep: ');
    expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  });

  it('knows Python packages by what pip leaves', async () => {
    await write({
      'idna/core.py': 'abc',
      'idna-3.10.dist-info/METADATA': 'de',
      'app.py': 'x',
      'botocore/a.json': 'data',
    });
    const stats = await packageStats(await pack('python'), { runtime: 'python3.14' });
    expect(stats.packages).toEqual([{ name: 'idna', bytes: 5 }]);
    expect(stats.waste).toMatchObject([{ kind: 'runtime-has-it', bytes: 4 }]);
  });

  it.each([
    ['node_modules/a/b.js', 'a'],
    ['x/node_modules/@s/a/b.js', '@s/a'],
    ['node_modules/a/node_modules/b/c.js', 'b'],
    ['node_modules/.pnpm/a@1/node_modules/a/i.js', 'a'],
    ['src/index.js', undefined],
  ])('finds the package of %s', (name, expected) => {
    expect(npmPackageOf(name)).toBe(expected);
  });
});

describe('squarify', () => {
  it('fills the box with areas in proportion, without overlap', () => {
    const values = [60, 30, 20, 10, 5, 1];
    const boxes = squarify(values, { x: 10, y: 20, width: 300, height: 200 });
    const scale = (300 * 200) / 126;
    expect(boxes.map(({ width, height }) => Math.round(width * height))).toEqual(
      values.map((value) => Math.round(value * scale)),
    );
    for (const [index, a] of boxes.entries()) {
      expect(a.x).toBeGreaterThanOrEqual(10 - 1e-6);
      expect(a.x + a.width).toBeLessThanOrEqual(310 + 1e-6);
      expect(a.y + a.height).toBeLessThanOrEqual(220 + 1e-6);
      expect(Math.max(a.width / a.height, a.height / a.width)).toBeLessThan(5);
      for (const b of boxes.slice(index + 1)) {
        const isApart =
          a.x + a.width <= b.x + 1e-6 ||
          b.x + b.width <= a.x + 1e-6 ||
          a.y + a.height <= b.y + 1e-6 ||
          b.y + b.height <= a.y + 1e-6;
        expect(isApart).toBe(true);
      }
    }
  });

  it('takes nothing for nothing', () => {
    expect(squarify([], { x: 0, y: 0, width: 1, height: 1 })).toEqual([]);
  });
});

describe('layerPrefix', () => {
  it.each([
    [['nodejs24.x', 'nodejs22.x'], { 'node_modules/a/index.js': '' }, 'nodejs'],
    [['python3.14'], { 'idna/core.py': '' }, 'python'],
    [['python3.14'], { 'python/idna/core.py': '' }, ''],
    [['java21'], { 'a.jar': '' }, 'java/lib'],
    [['nodejs24.x', 'python3.14'], { a: '' }, ''],
    [['provided.al2023'], { 'extensions/agent': '' }, ''],
    [[], { a: '' }, ''],
  ])('for %j with %j is %j', async (runtimes, files, expected) => {
    await write(files);
    expect(layerPrefix(folder, runtimes)).toBe(expected);
  });
});
