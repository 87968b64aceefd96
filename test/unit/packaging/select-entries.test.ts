import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LambdakitError } from '../../../src/errors/lambdakit-error.js';
import { findFiles, type SelectOptions, selectEntries } from '../../../src/packaging/select-entries.js';

const isRoot = process.getuid?.() === 0;
const isWindows = process.platform === 'win32';

let folder: string;
let outside: string;
beforeEach(async () => {
  outside = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-select-'));
  folder = path.join(outside, 'tree');
  await mkdir(folder);
});
afterEach(async () => {
  await rm(outside, { recursive: true, force: true });
});

const write = async (...names: string[]) => {
  for (const name of names) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), name);
  }
};
const link = (target: string, name: string) => symlink(target, path.join(folder, name));
const select = (root: string, options?: SelectOptions) => selectEntries(findFiles(root, options), options);
const names = (options?: SelectOptions) => select(folder, options).map(({ name }) => name);
/** The problems of a refusal, as `name: reason`. */
const problems = (options?: SelectOptions): readonly string[] => {
  try {
    select(folder, options);
  } catch (error) {
    expect((error as LambdakitError).code).toBe('package-invalid');
    const list = (error as LambdakitError).details?.problems as { name: string; reason: string }[];
    return list.map(({ name, reason }) => `${name}: ${reason}`);
  }
  throw new Error('nothing was refused');
};

describe('selectEntries', () => {
  it('lists files in the byte order of their names, never by locale', async () => {
    await write('b', 'C', 'a/z', 'a.js', 'ä', 'a-b/c', '\u{1F600}', '\uFF21');
    expect(names()).toEqual(['C', 'a-b/c', 'a.js', 'a/z', 'b', 'ä', '\uFF21', '\u{1F600}']);
  });

  it('keeps an empty folder as an entry, and no other', async () => {
    await write('full/file');
    await mkdir(path.join(folder, 'empty/inner'), { recursive: true });
    expect(names()).toEqual(['empty/inner/', 'full/file']);
  });

  it('leaves out what never belongs into a package', async () => {
    await write(
      'index.js',
      '.git/config',
      '.lambdakit/x',
      'lambdakit.json',
      '.env',
      '.env.local',
      'a/.env',
      '.DS_Store',
    );
    await write(
      'node_modules/.bin/x',
      'node_modules/.modules.yaml',
      'node_modules/.pnpm-workspace-state-v1.json',
      'node_modules/.yarn-integrity',
      'node_modules/x/index.js',
      'a/__pycache__/m.pyc',
      '.vscode/s.json',
      'a/lambdakit.json',
    );
    expect(names()).toEqual(['a/lambdakit.json', 'index.js', 'node_modules/x/index.js']);
  });

  it('follows .lambdakitignore and exclude, which may take exclusions back', async () => {
    await write('index.js', 'test/a.js', 'docs/a.md', '.env', 'keep.log', 'drop.log');
    await writeFile(path.join(folder, '.lambdakitignore'), 'test/\n*.log\n!keep.log\n');
    expect(names({ exclude: ['docs', '!.env'] })).toEqual(['.env', 'index.js', 'keep.log']);
  });

  it('takes only what include names', async () => {
    await write('src/a.js', 'src/deep/b.js', 'src/c.txt', 'other.js');
    await mkdir(path.join(folder, 'empty'));
    expect(names({ include: ['src/**', '!*.txt'] })).toEqual(['src/a.js', 'src/deep/b.js']);
  });

  it('puts a prefix before every name', async () => {
    await write('index.js');
    expect(names({ prefix: '/nodejs/' })).toEqual(['nodejs/index.js']);
  });

  it.skipIf(isWindows)('knows two modes: 755 for programs and 644, whatever the file has', async () => {
    await write('plain', 'program', 'special', 'private', 'bootstrap', 'extensions/agent');
    await chmod(path.join(folder, 'program'), 0o711);
    await chmod(path.join(folder, 'special'), 0o6755);
    await chmod(path.join(folder, 'private'), 0o600);
    const modes = Object.fromEntries(select(folder).map(({ name, mode }) => [name, mode.toString(8)]));
    expect(modes).toEqual({
      bootstrap: '755',
      'extensions/agent': '755',
      plain: '644',
      private: '644',
      program: '755',
      special: '755',
    });
  });

  describe.skipIf(isWindows)('links', () => {
    it('stay links when they lead to a place inside', async () => {
      await write('node_modules/.store/x/index.js', 'file');
      await link('.store/x', 'node_modules/x');
      await link('./file', 'same');
      await link('.', 'self');
      const links = select(folder).filter(({ kind }) => kind === 'link');
      expect(links.map(({ name, target }) => [name, target])).toEqual([
        ['node_modules/x', '.store/x'],
        ['same', './file'],
        ['self', '.'],
      ]);
    });

    it('become copies with follow', async () => {
      await write('store/x/index.js', 'store/x/deep/a.js', 'file');
      await link('store/x', 'x');
      await link('file', 'same');
      await link('../file', 'store/up');
      await link('../x/deep', 'store/deep');
      expect(names({ follow: true })).toEqual([
        'file',
        'same',
        'store/deep/a.js',
        'store/up',
        'store/x/deep/a.js',
        'store/x/index.js',
        'x/deep/a.js',
        'x/index.js',
      ]);
      expect(select(folder, { follow: true }).every(({ kind }) => kind === 'file')).toBe(true);
    });

    it.each([false, true])('are refused when they lead out, nowhere or in circles (follow: %s)', async (follow) => {
      await writeFile(path.join(outside, 'secret'), 'x');
      await write('file');
      await link('../secret', 'out');
      await link('../tree/file', 'out-and-in');
      await link('/etc/hostname', 'absolute');
      await link(path.join(folder, 'file'), 'absolute-inside');
      await link('gone', 'broken');
      await link('circle-b', 'circle-a');
      await link('circle-a', 'circle-b');
      expect(problems({ follow })).toEqual([
        'absolute: absolute-link',
        'absolute-inside: absolute-link',
        'broken: broken-link',
        'circle-a: link-loop',
        'circle-b: link-loop',
        'out: link-leaves-folder',
        'out-and-in: link-leaves-folder',
      ]);
    });

    it('to a folder above are refused when they would have to be copied', async () => {
      await write('a/b/file');
      await link('..', 'a/b/up');
      expect(names()).toEqual(['a/b/file', 'a/b/up']);
      expect(problems({ follow: true })).toEqual(['a/b/up: link-loop']);
    });

    it('to something that stays out are refused', async () => {
      await write('.env', 'docs/a.md');
      await link('.env', 'env');
      await link('docs', 'manual');
      expect(problems({ exclude: ['docs'] })).toEqual(['env: link-to-excluded', 'manual: link-to-excluded']);
    });

    it('that stay out are not looked at', async () => {
      await write('index.js');
      await link('gone', 'broken');
      expect(names({ exclude: ['broken'] })).toEqual(['index.js']);
    });
  });

  describe.skipIf(isWindows)('refuses, all in one list,', () => {
    it('pipes, names that are not UTF-8, backslashes and control characters', async () => {
      await write('fine', 'back\\slash', 'line\nbreak');
      execFileSync('mkfifo', [path.join(folder, 'pipe')]);
      await writeFile(Buffer.concat([Buffer.from(`${folder}/latin-`), Buffer.from([0xe9])]), '');
      expect(problems()).toEqual([
        'back\\slash: backslash',
        'latin-\\xe9: not-utf8',
        'line\nbreak: control-character',
        'pipe: special-file',
      ]);
    });

    it.skipIf(process.platform === 'darwin')('names that differ only in case or in the form of an accent', async () => {
      await write('Readme', 'README', 'caf\u00e9', 'cafe\u0301', 'a/x', 'A/x');
      expect(problems()).toEqual([
        'Readme: same-name-but-case',
        'a: same-name-but-case',
        'caf\u00e9: same-name-but-case',
      ]);
    });

    it.skipIf(isRoot)('files and folders that cannot be read (skipped for root, who can read all)', async () => {
      await write('secret', 'closed/file');
      await chmod(path.join(folder, 'secret'), 0);
      await chmod(path.join(folder, 'closed'), 0);
      expect(problems()).toEqual(['closed/: unreadable', 'secret: unreadable']);
      await chmod(path.join(folder, 'closed'), 0o755);
    });

    it('with a message that fits a terminal', async () => {
      await write('line\nbreak');
      await link('gone', 'broken');
      let message = '';
      try {
        select(folder);
      } catch (error) {
        message = (error as Error).message;
      }
      expect(message.split('\n').slice(1)).toEqual([
        '  broken is a link to gone, which does not exist',
        '  "line\\nbreak" has a control character in its name',
      ]);
    });
  });
});
