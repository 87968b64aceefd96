import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { LambdakitError } from '../../src/errors/lambdakit-error.js';
import { packageFunction } from '../../src/packaging/package-function.js';
import { readArchiveDirectory } from '../../src/packaging/read-archive.js';

const repository = path.resolve(import.meta.dirname, '../..');
/** What the product allows itself for any tree of a hazard. */
const LIMIT_MS = 5_000;

type Make = (tree: string) => unknown;
/** Entries of the archive, or the problems with their reasons; `+` before a name: executable, `>` a link. */
type Outcome = readonly string[];

interface Hazard {
  readonly what: string;
  readonly make: Make;
  readonly outcome: Outcome;
  /** With --follow, where it differs. */
  readonly followed?: Outcome;
}

const file = (tree: string, name: string, content: string | Buffer = name): void => {
  mkdirSync(path.dirname(path.join(tree, name)), { recursive: true });
  writeFileSync(path.join(tree, name), content);
};
const link = (tree: string, target: string, name: string): void => {
  mkdirSync(path.dirname(path.join(tree, name)), { recursive: true });
  symlinkSync(target, path.join(tree, name));
};
const bytes = (tree: string, name: string): Buffer =>
  Buffer.concat([Buffer.from(`${tree}/`), Buffer.from(name, 'latin1')]);
const fifo = (tree: string, name: string): void => void execFileSync('mkfifo', [path.join(tree, name)]);

const HAZARDS: readonly Hazard[] = [
  {
    what: 'link to a file',
    make: (t) => [file(t, 'a'), link(t, 'a', 'b')],
    outcome: ['a', '>b'],
    followed: ['a', 'b'],
  },
  {
    what: 'link to a folder',
    make: (t) => [file(t, 'd/a'), link(t, 'd', 'e')],
    outcome: ['d/a', '>e'],
    followed: ['d/a', 'e/a'],
  },
  {
    what: 'chain of links',
    make: (t) => [file(t, 'd/a'), link(t, 'd', 'e'), link(t, 'e/a', 'f')],
    outcome: ['d/a', '>e', '>f'],
    followed: ['d/a', 'e/a', 'f'],
  },
  {
    what: 'absolute link to a file of the machine',
    make: (t) => link(t, '/etc/hostname', 'h'),
    outcome: ['h: absolute-link'],
  },
  {
    what: 'absolute link into the tree',
    make: (t) => [file(t, 'a'), link(t, `${t}/a`, 'b')],
    outcome: ['b: absolute-link'],
  },
  { what: 'link to a device', make: (t) => link(t, '/dev/zero', 'z'), outcome: ['z: absolute-link'] },
  {
    what: 'link to the folder it is in',
    make: (t) => [file(t, 'a'), link(t, '.', 'self')],
    outcome: ['a', '>self'],
    followed: ['self: link-loop'],
  },
  {
    what: 'link to a folder above, inside the tree',
    make: (t) => [file(t, 'd/a'), link(t, '..', 'd/up')],
    outcome: ['d/a', '>d/up'],
    followed: ['d/up: link-loop'],
  },
  { what: 'link out of the tree', make: (t) => link(t, '../..', 'out'), outcome: ['out: link-leaves-folder'] },
  {
    what: 'link out of the tree and back in',
    make: (t) => [file(t, 'a'), link(t, `../${path.basename(t)}/a`, 'b')],
    outcome: ['b: link-leaves-folder'],
  },
  {
    what: 'link out by way of another link',
    make: (t) => [mkdirSync(`${t}/d`), link(t, '../..', 'd/out'), link(t, 'd/out', 'b')],
    outcome: ['b: link-leaves-folder', 'd/out: link-leaves-folder'],
  },
  { what: 'broken link', make: (t) => link(t, 'nowhere', 'b'), outcome: ['b: broken-link'] },
  {
    what: 'links in a circle',
    make: (t) => [link(t, 'b', 'a'), link(t, 'a', 'b')],
    outcome: ['a: link-loop', 'b: link-loop'],
  },
  {
    what: 'link to what stays out of the package',
    make: (t) => [file(t, '.git/config'), link(t, '.git/config', 'c')],
    outcome: ['c: link-to-excluded'],
    followed: ['c'],
  },
  { what: 'hard links', make: (t) => [file(t, 'a'), linkSync(`${t}/a`, `${t}/b`)], outcome: ['a', 'b'] },
  { what: 'FIFO', make: (t) => fifo(t, 'pipe'), outcome: ['pipe: special-file'] },
  {
    what: 'link to a FIFO',
    make: (t) => [fifo(t, 'pipe'), link(t, 'pipe', 'l')],
    outcome: ['l: special-file', 'pipe: special-file'],
  },
  {
    what: 'socket',
    make: async (t) => {
      const server = net.createServer().listen(path.join(t, 's'));
      await once(server, 'listening');
      onTestFinished(() => void server.close());
    },
    outcome: ['s: special-file'],
  },
  {
    what: 'file name that is not UTF-8',
    make: (t) => writeFileSync(bytes(t, 'b\xfcro'), ''),
    outcome: ['b\\xfcro: not-utf8'],
  },
  {
    what: 'folder name that is not UTF-8',
    make: (t) => [mkdirSync(bytes(t, 'b\xfcro')), writeFileSync(bytes(t, 'b\xfcro/a'), '')],
    outcome: ['b\\xfcro: not-utf8'],
  },
  { what: 'UTF-8 name', make: (t) => file(t, 'ünïcode ☃ \u{1F600}'), outcome: ['ünïcode ☃ \u{1F600}'] },
  { what: 'backslash in a name', make: (t) => file(t, 'a\\b'), outcome: ['a\\b: backslash'] },
  { what: 'line feed in a name', make: (t) => file(t, 'a\nb'), outcome: ['a\nb: control-character'] },
  { what: 'files that differ in case', make: (t) => [file(t, 'A'), file(t, 'a')], outcome: ['a: same-name-but-case'] },
  {
    what: 'folders that differ in case',
    make: (t) => [file(t, 'D/x'), file(t, 'd/x')],
    outcome: ['d: same-name-but-case'],
  },
  {
    what: 'names that differ in the form of their accents',
    make: (t) => [file(t, 'e\u0301'), file(t, '\u00e9')],
    outcome: ['\u00e9: same-name-but-case'],
  },
  {
    what: 'time before 1980',
    make: (t) => [file(t, 'a'), utimesSync(`${t}/a`, 157_766_400, 157_766_400)],
    outcome: ['a'],
  },
  {
    what: 'time after 2107',
    make: (t) => [file(t, 'a'), utimesSync(`${t}/a`, 4_417_977_600, 4_417_977_600)],
    outcome: ['a'],
  },
  {
    what: 'setuid, setgid and sticky bits',
    make: (t) => [file(t, 'a'), chmodSync(`${t}/a`, 0o7755)],
    outcome: ['+a'],
  },
  { what: 'program without the bit', make: (t) => file(t, 'bootstrap'), outcome: ['+bootstrap'] },
  {
    what: 'empty file and empty folder',
    make: (t) => [file(t, 'a', ''), mkdirSync(`${t}/d/e`, { recursive: true })],
    outcome: ['a', 'd/e/'],
  },
  {
    what: 'names of dots, dashes and blanks',
    make: (t) => [file(t, '-rf'), file(t, ' x '), file(t, '..a'), file(t, 'a.')],
    outcome: [' x ', '-rf', '..a', 'a.'],
  },
  {
    what: 'longest name',
    make: (t) => file(t, `${'d'.repeat(200)}/${'f'.repeat(255)}`),
    outcome: [`${'d'.repeat(200)}/${'f'.repeat(255)}`],
  },
  {
    what: 'more than Lambda unpacks, as a sparse file of 4.1 GB',
    make: (t) => [file(t, 'big'), truncateSync(`${t}/big`, 4_402_341_478)],
    outcome: ['over-size'],
  },
];

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'lambdakit-hazards-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }), 120_000);

const MODES = ['default', '--follow', 'modes as on Windows'] as const;

describe.skipIf(process.platform !== 'linux')('a tree with (Linux)', () => {
  for (const [index, hazard] of HAZARDS.entries()) {
    for (const mode of MODES) {
      it(`${hazard.what}: ${mode}`, { timeout: LIMIT_MS * 4 }, async () => {
        const tree = path.join(root, `${index}-${MODES.indexOf(mode)}`);
        mkdirSync(tree);
        await hazard.make(tree);
        if (mode === 'modes as on Windows') loseModes(tree);
        const started = process.cpuUsage();
        const found = await outcomeOf(tree, mode === '--follow');
        const { user, system } = process.cpuUsage(started);
        expect((user + system) / 1_000).toBeLessThan(LIMIT_MS);
        const expected = (mode === '--follow' ? hazard.followed : undefined) ?? hazard.outcome;
        const withoutBit = (name: string) => (name === '+bootstrap' ? name : name.replace(/^\+/, ''));
        expect(found).toEqual(mode === 'modes as on Windows' ? expected.map(withoutBit) : expected);
      });
    }
  }

  it('many faults: one list names all of them', async () => {
    const tree = path.join(root, 'many');
    mkdirSync(tree);
    link(tree, 'nowhere', 'broken');
    fifo(tree, 'pipe');
    file(tree, 'a\\b');
    file(tree, 'X');
    file(tree, 'x');
    link(tree, '/etc/passwd', 'passwd');
    expect(await outcomeOf(tree, false)).toEqual([
      'a\\b: backslash',
      'broken: broken-link',
      'passwd: absolute-link',
      'pipe: special-file',
      'x: same-name-but-case',
    ]);
  });

  it('folders that differ in case is refused with include too', async () => {
    const tree = path.join(root, 'included');
    mkdirSync(tree);
    file(tree, 'D/x');
    file(tree, 'd/y');
    expect(await outcomeOf(tree, false, ['**/x', '**/y'])).toEqual(['d: same-name-but-case']);
  });
});

async function outcomeOf(source: string, follow: boolean, include?: readonly string[]): Promise<Outcome> {
  try {
    const outputFile = `${source}.zip`;
    const { file: archive } = await packageFunction({
      key: 'x',
      source,
      outputFile,
      follow,
      ...(include && { include }),
    });
    return (await readArchiveDirectory(archive)).map(({ name, mode, dosTime }) => {
      expect(dosTime).toBe(0x210000);
      expect([0o100644, 0o100755, 0o40755, 0o120777]).toContain(mode);
      return `${mode === 0o100755 ? '+' : mode === 0o120777 ? '>' : ''}${name}`;
    });
  } catch (error) {
    const { code, details } = error as LambdakitError;
    if (code !== 'package-invalid') return [code];
    const problems = (details?.problems ?? []) as readonly { name: string; reason: string }[];
    return problems.map(({ name, reason }) => `${name}: ${reason}`);
  }
}

/** A checkout on Windows, or a file system that keeps no modes: everything is 666. */
function loseModes(folder: string): void {
  for (const name of readdirSync(folder, { encoding: 'buffer' })) {
    const entry = Buffer.concat([Buffer.from(`${folder}/`), name]);
    const stats = lstatSync(entry);
    if (stats.isDirectory() && name.every((byte) => byte < 0x80)) loseModes(entry.toString());
    else if (stats.isFile()) chmodSync(entry, 0o666);
  }
}

describe('while it is packaged', () => {
  /** A program that packages a folder and tells its largest memory, to be run in another process. */
  let packer: string;
  beforeAll(async () => {
    packer = path.join(repository, 'node_modules', `.hazard-packer.${process.pid}.mjs`);
    await build({
      stdin: {
        contents: `import { packageFunction } from './src/packaging/package-function.ts';
          const [source, outputFile] = process.argv.slice(2);
          try {
            const { entryCount } = await packageFunction({ key: 'x', source, outputFile });
            console.log(JSON.stringify({ entryCount, maxRssKb: process.resourceUsage().maxRSS }));
          } catch (error) { console.log(JSON.stringify({ code: error.code, problems: error.details?.problems })); }`,
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
  afterAll(() => rmSync(packer, { force: true }));

  const pack = (source: string, options: { uid?: number } = {}) => {
    const output = path.join(mkdtempSync(path.join(os.tmpdir(), 'lambdakit-hazard-out-')), 'x.zip');
    onTestFinished(() => rmSync(path.dirname(output), { recursive: true, force: true }));
    if (options.uid !== undefined) chmodSync(path.dirname(output), 0o777);
    const result = spawnSync(process.execPath, [packer, source, output], { encoding: 'utf8', ...options });
    return { ...JSON.parse(result.stdout), output };
  };

  it('a growing file gives a sound archive', async () => {
    const tree = path.join(root, 'growing');
    mkdirSync(tree);
    file(tree, 'log', 'x'.repeat(3_000_000));
    for (let index = 0; index < 50; index++) file(tree, `other-${index}`, Buffer.alloc(20_000, index));
    const writer = spawn('sh', ['-c', 'while :; do echo more >> log; done'], { cwd: tree, stdio: 'ignore' });
    try {
      for (let round = 0; round < 5; round++) {
        const { file: archive } = await packageFunction({ key: 'x', source: tree, outputFile: `${tree}.${round}.zip` });
        const entries = await readArchiveDirectory(archive);
        expect(entries).toHaveLength(51);
        if (spawnSync('unzip', ['-v']).error === undefined) {
          expect(spawnSync('unzip', ['-tq', archive], { encoding: 'utf8' }).stdout).toContain('No errors');
        }
      }
    } finally {
      writer.kill('SIGKILL');
      await once(writer, 'exit');
    }
  });

  const isRoot = process.getuid?.() === 0;
  it('what cannot be read is named, and there is no archive', () => {
    const tree = path.join(root, 'closed');
    mkdirSync(path.join(tree, 'folder'), { recursive: true });
    chmodSync(root, 0o755);
    file(tree, 'secret');
    chmodSync(path.join(tree, 'secret'), 0);
    chmodSync(path.join(tree, 'folder'), 0);
    const { problems } = pack(tree, isRoot ? { uid: 65_534 } : {});
    chmodSync(path.join(tree, 'folder'), 0o755);
    expect(problems).toMatchObject([
      { name: 'folder/', reason: 'unreadable' },
      { name: 'secret', reason: 'unreadable' },
    ]);
  });

  it('100,000 files give a sound Zip64 archive, in at most 200 MB of memory', { timeout: 240_000 }, () => {
    const tree = path.join(root, 'many-files');
    for (let part = 0; part < 100; part++) {
      mkdirSync(path.join(tree, String(part)), { recursive: true });
      for (let index = 0; index < 1_000; index++)
        writeFileSync(path.join(tree, String(part), `${index}.js`), `${index}`);
    }
    const { entryCount, maxRssKb, output } = pack(tree);
    expect(entryCount).toBe(100_000);
    expect(maxRssKb / 1_024).toBeLessThan(200);
    if (spawnSync('unzip', ['-v']).error === undefined) {
      expect(spawnSync('unzip', ['-tq', output], { encoding: 'utf8' }).stdout).toContain('No errors');
    }
  });

  it('240 MB of small files take at most 200 MB of memory', { timeout: 120_000 }, () => {
    const tree = path.join(root, 'heavy');
    mkdirSync(tree);
    const noise = Buffer.alloc(1_000_000);
    for (let index = 0; index < noise.length; index++) noise[index] = (index * 7919 + (index >> 3)) % 251;
    for (let index = 0; index < 240; index++) {
      noise.writeUInt32LE(index, 0);
      file(tree, `${index}.bin`, noise);
    }
    const { entryCount, maxRssKb } = pack(tree);
    expect(entryCount).toBe(240);
    expect(maxRssKb / 1_024).toBeLessThan(200);
  });
});
