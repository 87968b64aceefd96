import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFunction } from '../../src/packaging/package-function.js';
import { readArchiveDirectory } from '../../src/packaging/read-archive.js';

const run = promisify(execFile);
const repository = path.resolve(import.meta.dirname, '../..');
const isInstalled = (program: string, ...args: string[]) => spawnSync(program, args).error === undefined;
/** Of the tree that `makeTree` makes. Another one means that every package of every user is uploaded once more. */
const RECORDED_SHA256 = 'wkDGix094Zo6XUuAU584DjhU8WAgnasBDMfmbO0MDik=';
const missing = (program: string) => `(skipped: ${program} is not installed)`;

let root: string;
let tree: string;
/** A program that packages a folder, to be run in another process. */
let packer: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-packaging-'));
  tree = path.join(root, 'tree');
  await makeTree(tree, (names) => names);
  packer = path.join(repository, 'node_modules', `.packer.${process.pid}.mjs`);
  await build({
    stdin: {
      contents: `import { packageFunction } from './src/packaging/package-function.ts';
        const [source, outputFile] = process.argv.slice(2);
        console.log((await packageFunction({ key: 'x', source, outputFile })).sha256);`,
      resolveDir: repository,
    },
    outfile: packer,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'warning',
  });
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
  await rm(packer, { force: true });
});

/** A tree that has one of everything that a package may hold. */
async function makeTree(folder: string, order: (names: readonly string[]) => readonly string[]): Promise<void> {
  const files: Record<string, string | Buffer> = {
    bootstrap: '#!/bin/sh\necho hello\n',
    'index.js': 'exports.handler = async () => 1;\n'.repeat(200),
    'lib/deep/er/a.txt': 'a',
    'lib/ünïcode ☃.txt': 'snow',
    'lib/B.txt': 'B',
    'lib/empty.txt': '',
    'lib/random.bin': Buffer.from(Array.from({ length: 9000 }, (_, index) => (index * 7919) % 251)),
    'node_modules/.store/dep/index.js': 'module.exports = 1;',
  };
  for (const name of order(Object.keys(files))) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), files[name]!);
  }
  await mkdir(path.join(folder, 'empty-folder'), { recursive: true });
  await symlink('.store/dep', path.join(folder, 'node_modules/dep'));
}

const pack = (source: string, name: string) =>
  packageFunction({ key: 'x', source, outputFile: path.join(root, `${name}.zip`) });
const packElsewhere = async (node: string, source: string, env: NodeJS.ProcessEnv = {}, shell = '') => {
  const out = path.join(root, `${randomBytes(6).toString('hex')}.zip`);
  const { stdout } =
    shell === ''
      ? await run(node, [packer, source, out], { env: { ...process.env, ...env } })
      : await run('sh', ['-c', `${shell}; exec "$@"`, 'sh', node, packer, source, out]);
  return stdout.trim();
};

describe('an archive', () => {
  let archive: string;
  beforeAll(async () => {
    archive = (await pack(tree, 'readers')).file;
  });

  const hasUnzip = isInstalled('unzip', '-v');
  it.skipIf(!hasUnzip)(`is opened by unzip, with modes and links ${hasUnzip ? '' : missing('unzip')}`, async () => {
    expect((await run('unzip', ['-tq', archive])).stdout).toContain('No errors detected');
    const out = path.join(root, 'unzipped');
    await run('unzip', ['-q', archive, '-d', out]);
    expect((await stat(path.join(out, 'bootstrap'))).mode & 0o777).toBe(0o755);
    expect((await stat(path.join(out, 'index.js'))).mode & 0o777).toBe(0o644);
    expect(await readFile(path.join(out, 'node_modules/dep/index.js'), 'utf8')).toBe('module.exports = 1;');
    expect(await readFile(path.join(out, 'lib/ünïcode ☃.txt'), 'utf8')).toBe('snow');
    expect((await stat(path.join(out, 'empty-folder'))).isDirectory()).toBe(true);
  });

  const hasPython = isInstalled('python3', '--version');
  it.skipIf(!hasPython)(`is opened by Python's zipfile ${hasPython ? '' : missing('python3')}`, async () => {
    const program =
      'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(z.testzip()); print("\\n".join(z.namelist()))';
    const { stdout } = await run('python3', ['-c', program, archive], {
      env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
    });
    const [fault, ...names] = stdout.trim().split('\n');
    expect(fault).toBe('None');
    expect(names).toEqual((await readArchiveDirectory(archive)).map(({ name }) => name));
  });

  const hasBsdtar = isInstalled('bsdtar', '--version');
  it.skipIf(!hasBsdtar)(`is opened by bsdtar ${hasBsdtar ? '' : missing('bsdtar')}`, async () => {
    const out = path.join(root, 'untarred');
    await mkdir(out);
    await run('bsdtar', ['-xf', archive, '-C', out], { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
    expect(await readFile(path.join(out, 'node_modules/dep/index.js'), 'utf8')).toBe('module.exports = 1;');
    expect(await readFile(path.join(out, 'lib/ünïcode ☃.txt'), 'utf8')).toBe('snow');
  });

  const hasSevenZip = isInstalled('7z');
  it.skipIf(!hasSevenZip)(`is tested by 7-Zip ${hasSevenZip ? '' : missing('7z')}`, async () => {
    expect((await run('7z', ['t', archive])).stdout).toContain('Everything is Ok');
  });

  const hasJar = isInstalled('jar', '--version');
  it.skipIf(!hasJar)(`is listed by jar ${hasJar ? '' : missing('jar')}`, async () => {
    const { stdout } = await run('jar', ['tf', archive], { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
    expect(stdout.trim().split('\n')).toHaveLength(10);
  });

  const hasGo = isInstalled('go', 'version');
  it.skipIf(!hasGo)(`is opened by Go's archive/zip ${hasGo ? '' : missing('go')}`, async () => {
    const program = path.join(root, 'reader/main.go');
    await mkdir(path.dirname(program));
    await writeFile(
      program,
      `package main
import ("archive/zip"; "fmt"; "io"; "os")
func main() {
  z, err := zip.OpenReader(os.Args[1]); if err != nil { panic(err) }
  for _, f := range z.File {
    r, err := f.Open(); if err != nil { panic(err) }
    n, err := io.Copy(io.Discard, r); if err != nil { panic(err) }
    fmt.Println(f.Name, f.Mode(), n, f.NonUTF8)
  }
}
`,
    );
    const { stdout } = await run('go', ['run', program, archive], { env: { ...process.env, GO111MODULE: 'off' } });
    expect(stdout).toContain('bootstrap -rwxr-xr-x 21 false');
    expect(stdout).toContain('lib/ünïcode ☃.txt -rw-r--r-- 4 false');
    expect(stdout).toContain('node_modules/dep Lrwxrwxrwx 10 false');
  });
});

describe('the bytes of an archive', () => {
  it('do not depend on order, times and place of the files', async () => {
    const { sha256 } = await pack(tree, 'first');
    const other = path.join(root, 'somewhere/else');
    await makeTree(other, (names) => names.toReversed());
    await utimes(path.join(other, 'index.js'), 1, 1);
    expect((await pack(other, 'second')).sha256).toBe(sha256);
  });

  it('do not depend on time zone, locale and umask', async () => {
    const { sha256 } = await pack(tree, 'third');
    const variants = await Promise.all([
      packElsewhere(process.execPath, tree, { TZ: 'Pacific/Kiritimati', LC_ALL: 'C' }),
      packElsewhere(process.execPath, tree, { TZ: 'America/Los_Angeles', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' }),
      packElsewhere(process.execPath, tree, { SOURCE_DATE_EPOCH: '1700000000' }),
      process.platform === 'win32' ? sha256 : packElsewhere(process.execPath, tree, {}, 'umask 077'),
    ]);
    expect(variants).toEqual(variants.map(() => sha256));
  });

  it('are those that were written down when the format was decided', async () => {
    expect((await pack(tree, 'recorded')).sha256).toBe(RECORDED_SHA256);
  });

  /** The npm package `node` in the cache folder of the tests; installed there once, by hand or by CI. */
  const caches = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  for (const major of [22, 24, 26]) {
    const node = path.join(caches, 'lambdakit-test', `node-${major}`, 'node_modules', '.bin', 'node');
    const has = process.versions.node.startsWith(`${major}.`) || isInstalled(node, '--version');
    const hint = `(skipped: no Node.js ${major}; npm install --prefix ${path.dirname(path.dirname(path.dirname(node)))} node@${major})`;
    it.skipIf(!has)(`do not depend on the version of Node.js: ${major} ${has ? '' : hint}`, async () => {
      const program = isInstalled(node, '--version') ? node : process.execPath;
      const { stdout } = await run(program, ['--version']);
      expect(stdout).toMatch(new RegExp(`^v${major}\\.`));
      expect(await packElsewhere(program, tree)).toBe(RECORDED_SHA256);
    });
  }
});

describe('big trees', () => {
  it('of big files go by way of streams: little memory, equal bytes, links and modes kept', async () => {
    const big = path.join(root, 'big');
    await makeTree(big, (names) => names);
    await writeFile(path.join(big, 'model.bin'), '');
    await truncate(path.join(big, 'model.bin'), 80_000_000);
    const first = await pack(big, 'big');
    const before = process.memoryUsage.rss();
    const second = await pack(big, 'big-again');
    expect(process.memoryUsage.rss() - before).toBeLessThan(60_000_000);
    expect(second.sha256).toBe(first.sha256);
    const entries = await readArchiveDirectory(first.file);
    expect(
      entries.filter(({ name }) => ['bootstrap', 'empty-folder/', 'model.bin', 'node_modules/dep'].includes(name)),
    ).toMatchObject([
      { name: 'bootstrap', mode: 0o100755 },
      { name: 'empty-folder/', mode: 0o40755 },
      { name: 'model.bin', mode: 0o100644, bytes: 80_000_000 },
      { name: 'node_modules/dep', mode: 0o120777 },
    ]);
    expect(new Set(entries.map(({ dosTime }) => dosTime))).toEqual(new Set([0x210000]));
    if (isInstalled('unzip', '-v')) expect((await run('unzip', ['-tq', first.file])).stdout).toContain('No errors');
  });

  it('are given up at once on abort', async () => {
    const big = path.join(root, 'abort');
    await mkdir(big);
    await writeFile(path.join(big, 'model.bin'), '');
    await truncate(path.join(big, 'model.bin'), 200_000_000);
    const controller = new AbortController();
    const running = packageFunction({
      key: 'x',
      source: big,
      outputFile: path.join(root, 'abort.zip'),
      signal: controller.signal,
    });
    setImmediate(() => controller.abort(new Error('stop')));
    await expect(running).rejects.toThrow();
    await expect(stat(path.join(root, 'abort.zip'))).rejects.toThrow('ENOENT');
  });
});
