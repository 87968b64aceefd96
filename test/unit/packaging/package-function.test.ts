import { createHash, randomBytes } from 'node:crypto';
import {
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LambdakitError } from '../../../src/errors/lambdakit-error.js';
import { type PackageRequest, packageFunction } from '../../../src/packaging/package-function.js';
import { readArchiveDirectory } from '../../../src/packaging/read-archive.js';

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-package-'));
  folder = path.join(root, 'tree');
  await mkdir(folder);
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const OLD = new Date('2020-02-02T02:02:02Z');
const write = async (files: Readonly<Record<string, string | Buffer>>, base = folder) => {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(base, name)), { recursive: true });
    await writeFile(path.join(base, name), content);
  }
};
const pack = (options: Partial<PackageRequest> = {}) =>
  packageFunction({
    key: 'api',
    source: folder,
    outputFile: path.join(root, '.lambdakit/package/api.zip'),
    ...options,
  });
const failure = async (promise: Promise<unknown>): Promise<LambdakitError> => {
  try {
    await promise;
  } catch (error) {
    return error as LambdakitError;
  }
  throw new Error('nothing was thrown');
};
const FILES = { 'index.js': 'x'.repeat(5000), 'lib/a.js': 'a', 'lib/b.bin': randomBytes(3000), empty: '' };

describe('packageFunction', () => {
  it('says what it made', async () => {
    await write(FILES);
    const result = await pack();
    const bytes = await readFile(result.file);
    expect(result).toMatchObject({
      key: 'api',
      sha256: createHash('sha256').update(bytes).digest('base64'),
      zippedBytes: bytes.length,
      unzippedBytes: 8001,
      entryCount: 4,
      needsStaging: false,
      warnings: [],
      reusedEntries: 0,
    });
    expect(result.biggest.map(({ name, bytes: size }) => [name, size])).toEqual([
      ['index.js', 5000],
      ['lib/b.bin', 3000],
      ['lib/a.js', 1],
      ['empty', 0],
    ]);
  });

  it('writes entries with one date, two modes, UTF-8 names and no extra fields', async () => {
    await write({ 'ünïcode.txt': 'a', run: '#!/bin/sh' });
    await chmod(path.join(folder, 'run'), 0o4775);
    await mkdir(path.join(folder, 'empty'));
    await symlink('run', path.join(folder, 'same'));
    const { file } = await pack();
    const entries = await readArchiveDirectory(file);
    expect(entries.map(({ name, mode, method, dosTime }) => [name, mode.toString(8), method, dosTime])).toEqual([
      ['empty/', '40755', 0, 0x210000],
      ['run', '100755', 0, 0x210000],
      ['same', '120777', 0, 0x210000],
      ['ünïcode.txt', '100644', 0, 0x210000],
    ]);
    const bytes = await readFile(file);
    const flags = entries.map(({ headerOffset }) => bytes.readUInt16LE(headerOffset + 6));
    const extras = entries.map(({ headerOffset }) => bytes.readUInt16LE(headerOffset + 28));
    expect([flags, extras]).toEqual([
      [0x800, 0x800, 0x800, 0x800],
      [0, 0, 0, 0],
    ]);
  });

  it('stores what deflating does not make smaller', async () => {
    await write(FILES);
    const entries = await readArchiveDirectory((await pack()).file);
    expect(Object.fromEntries(entries.map(({ name, method }) => [name, method]))).toEqual({
      'index.js': 8,
      'lib/a.js': 0,
      'lib/b.bin': 0,
      empty: 0,
    });
  });

  it('gives equal bytes for equal content, whatever the order, times, modes and place of the files', async () => {
    await write(FILES);
    const first = await pack();
    const other = path.join(root, 'elsewhere/copy');
    await write(Object.fromEntries(Object.entries(FILES).reverse()), other);
    await utimes(path.join(other, 'index.js'), OLD, OLD);
    await chmod(path.join(other, 'lib/a.js'), 0o600);
    const second = await pack({ source: other, outputFile: path.join(root, 'other.zip') });
    expect(second.sha256).toBe(first.sha256);
  });

  it('gives equal bytes on one thread and on many', async () => {
    const compressible = Array.from({ length: 40 }, (_, index) => [
      `f${index}.txt`,
      Buffer.from(randomBytes(80_000).toString('hex')),
    ]);
    await write(Object.fromEntries(compressible));
    const many = await pack();
    // Each of these is too small to be worth a thread.
    const digests = await Promise.all(
      compressible.map(async ([name]) => {
        const { file } = await pack({ include: [`/${name}`], outputFile: path.join(root, `${name}.zip`) });
        return (await readArchiveDirectory(file))[0];
      }),
    );
    const together = await readArchiveDirectory(many.file);
    expect(together.map(({ compressedBytes, crc32 }) => [compressedBytes, crc32])).toEqual(
      digests.toSorted((a, b) => (a!.name < b!.name ? -1 : 1)).map((entry) => [entry!.compressedBytes, entry!.crc32]),
    );
  });

  it('takes a .zip file as it is', async () => {
    await write(FILES);
    const { file, sha256, zippedBytes } = await pack();
    expect(await pack({ source: file })).toMatchObject({
      file,
      sha256,
      zippedBytes,
      entryCount: 4,
      unzippedBytes: 8001,
    });
    await writeFile(path.join(root, 'no.zip'), 'not a zip');
    expect((await failure(pack({ source: path.join(root, 'no.zip') }))).code).toBe('package-invalid');
    expect((await failure(pack({ source: path.join(root, 'gone.zip') }))).code).toBe('file-not-found');
  });

  it('warns of an empty package', async () => {
    expect((await pack()).warnings).toMatchObject([{ code: 'empty' }]);
  });

  it('warns of what looks like secrets, by name or content, and not of what only could', async () => {
    await write({
      id_ed25519: '-',
      'certs/server.key': '-----BEGIN PRIVATE KEY-----',
      'certs/ca.pem': '-----BEGIN CERTIFICATE-----',
      '.npmrc': '//registry.example/:_authToken=abc',
      'sub/.npmrc': 'save-exact=true',
      '.env': 'A=1',
      '.env.example': 'A=',
      'aws/credentials': 'aws_secret_access_key = x',
      'key.js': 'PRIVATE KEY-----',
    });
    const progress: string[] = [];
    const { warnings } = await pack({
      exclude: ['!.env', '!.env.example'],
      onProgress: ({ text }) => progress.push(text),
    });
    expect(warnings).toMatchObject([
      { code: 'secret-file', entries: ['.env', '.npmrc', 'aws/credentials', 'certs/server.key', 'id_ed25519'] },
    ]);
    expect(progress).toEqual([warnings[0]?.message]);
  });

  it('leaves no half archive when it fails or is aborted', async () => {
    await write(FILES);
    const { sha256 } = await pack();
    await symlink('/etc', path.join(folder, 'bad'));
    await failure(pack());
    await rm(path.join(folder, 'bad'));
    await write({
      'big.txt': randomBytes(4_000_000).toString('hex'),
      'big2.txt': randomBytes(4_000_000).toString('hex'),
    });
    const controller = new AbortController();
    const running = pack({ signal: controller.signal });
    controller.abort(new Error('stop'));
    await expect(running).rejects.toThrow('stop');
    expect(await readdir(path.join(root, '.lambdakit/package'))).toEqual(['api.zip', 'api.zip.entries.json']);
    const kept = createHash('sha256').update(await readFile(path.join(root, '.lambdakit/package/api.zip')));
    expect(kept.digest('base64')).toBe(sha256);
  });
});

describe('packageFunction, again', () => {
  /** Packages again in an hour, when all times of change are old enough to be trusted. */
  const settle = async () => {
    await packageFunction(
      { key: 'api', source: folder, outputFile: path.join(root, '.lambdakit/package/api.zip') },
      { now: () => Date.now() + 3_600_000 },
    );
  };

  it('takes the last archive when nothing changed', async () => {
    await write(FILES);
    const first = await pack();
    await settle();
    const before = await stat(first.file);
    const again = await pack();
    expect(again).toMatchObject({
      sha256: first.sha256,
      reusedEntries: 4,
      unzippedBytes: 8001,
      biggest: first.biggest,
    });
    expect((await stat(first.file)).mtimeMs).toBe(before.mtimeMs);
  });

  it('takes the entries that did not change, and gives the bytes that a first packaging gives', async () => {
    await write({ ...FILES, 'gone.js': 'gone', 'dir/file': 'x' });
    await pack();
    await settle();
    await write({ 'lib/a.js': 'changed'.repeat(100), 'new.js': 'new' });
    await rm(path.join(folder, 'gone.js'));
    await rm(path.join(folder, 'dir'), { recursive: true });
    const again = await pack();
    expect(again.reusedEntries).toBe(3);
    expect(again.sha256).toBe((await pack({ outputFile: path.join(root, 'fresh.zip') })).sha256);
  });

  it('takes an entry by its content when only the times of the file changed', async () => {
    await write(FILES);
    const first = await pack();
    await settle();
    for (const name of Object.keys(FILES)) await utimes(path.join(folder, name), OLD, OLD);
    expect(await pack()).toMatchObject({ sha256: first.sha256, reusedEntries: 4 });
  });

  it('leaves the archive alone when files were saved with the same text', async () => {
    await write(FILES);
    const first = await pack();
    const before = await stat(first.file);
    await write({ 'lib/a.js': 'a', 'index.js': FILES['index.js'] });
    expect(await pack()).toMatchObject({ sha256: first.sha256, reusedEntries: 4, unzippedBytes: 8001 });
    expect(await stat(first.file)).toMatchObject({ mtimeMs: before.mtimeMs, ino: before.ino });
  });

  it('tells of secrets each time', async () => {
    await write({ ...FILES, 'deploy.pem': '-----BEGIN PRIVATE KEY-----' });
    const first = await pack();
    await settle();
    expect(first.warnings).toMatchObject([{ code: 'secret-file', entries: ['deploy.pem'] }]);
    expect((await pack()).warnings).toEqual(first.warnings);
  });

  it.each([
    ['what is left out', { exclude: ['lib'] }],
    ['what is taken', { include: ['index.js'] }],
    ['the prefix', { prefix: 'nodejs' }],
  ])('notices that %s is another', async (_, options) => {
    await write(FILES);
    const first = await pack();
    await settle();
    const again = await pack(options);
    expect(again.sha256).not.toBe(first.sha256);
    expect(again.sha256).toBe((await pack({ ...options, outputFile: path.join(root, 'fresh.zip') })).sha256);
  });

  it('notices that links are followed, and what followed links lead to', async () => {
    await write({ ...FILES, 'far/deep/file.js': 'one' });
    await symlink('far', path.join(folder, 'near'));
    const kept = await pack();
    await settle();
    const followed = await pack({ follow: true });
    expect(followed.sha256).not.toBe(kept.sha256);
    await write({ 'far/deep/file.js': 'two' });
    const fresh = await pack({ follow: true, outputFile: path.join(root, 'fresh.zip') });
    expect((await pack({ follow: true })).sha256).toBe(fresh.sha256);
  });

  it.each([
    ['is cut off', () => '{"names":'],
    [
      'has a column with a row too few',
      (manifest: string) => {
        const { compressedBytes, ...others } = JSON.parse(manifest);
        const shorter = Buffer.from(compressedBytes, 'base64').subarray(4).toString('base64');
        return JSON.stringify({ ...others, compressedBytes: shorter });
      },
    ],
    [
      'lacks a column',
      (manifest: string) => {
        const { inodes: _, ...others } = JSON.parse(manifest);
        return JSON.stringify(others);
      },
    ],
  ])('makes the archive anew when what is remembered of its entries %s', async (_, damaged) => {
    await write(FILES);
    const { file, sha256 } = await pack();
    await settle();
    const [summary, manifest = ''] = (await readFile(`${file}.entries.json`, 'utf8')).split('\n');
    await writeFile(`${file}.entries.json`, `${summary}\n${damaged(manifest)}\n`);
    await write({ 'lib/a.js': 'a' });
    expect(await pack()).toMatchObject({ sha256, reusedEntries: 0 });
  });

  it('notices a change that keeps size and times', async () => {
    await write({ file: 'aaaa' });
    await utimes(path.join(folder, 'file'), OLD, OLD);
    const first = await pack();
    await settle();
    await write({ file: 'bbbb' });
    await utimes(path.join(folder, 'file'), OLD, OLD);
    const again = await pack();
    expect(again.sha256).not.toBe(first.sha256);
    expect(again.sha256).toBe((await pack({ outputFile: path.join(root, 'fresh.zip') })).sha256);
  });

  it('notices a file that became a program, a folder or a link', async () => {
    await write({ a: 'a', b: 'b', c: 'c' });
    await pack();
    await settle();
    await chmod(path.join(folder, 'a'), 0o755);
    await rm(path.join(folder, 'b'));
    await mkdir(path.join(folder, 'b'));
    await rm(path.join(folder, 'c'));
    await symlink('a', path.join(folder, 'c'));
    expect((await pack()).sha256).toBe((await pack({ outputFile: path.join(root, 'fresh.zip') })).sha256);
  });

  it.each([
    ['was changed', (file: string) => appendFile(file, 'x')],
    ['was cut off', (file: string) => truncate(file, 100)],
    ['is gone', (file: string) => rm(file)],
  ])('makes the archive anew when the last one %s', async (_, damage) => {
    await write(FILES);
    const { file, sha256 } = await pack();
    await settle();
    await damage(file);
    expect(await pack()).toMatchObject({ sha256, reusedEntries: 0 });
  });

  it('makes the archive anew when what was remembered is damaged', async () => {
    await write(FILES);
    const { file, sha256 } = await pack();
    await writeFile(`${file}.entries.json`, '{"format":');
    expect(await pack()).toMatchObject({ sha256, reusedEntries: 0 });
  });

  it('leaves nothing beside an archive that the user named', async () => {
    await write(FILES);
    await pack({ outputFile: path.join(root, 'out/api.zip') });
    expect(await readdir(path.join(root, 'out'))).toEqual(['api.zip']);
  });
});

describe('packageFunction and sizes', () => {
  it('refuses what is bigger than Lambda unpacks, layers included, and names the biggest entries', async () => {
    await write({ 'small.js': 'x', 'model.bin': '' });
    await truncate(path.join(folder, 'model.bin'), 60_000_000);
    const error = await failure(pack({ layersUnzippedBytes: 210_000_000 }));
    expect(error.code).toBe('over-size');
    expect(error.message).toContain('257.5 MB unpacked (200.3 MB of them in layers); Lambda takes 250.0 MB');
    expect(error.message).toContain('model.bin');
    expect(error.details).toMatchObject({ unzippedBytes: 60_000_001 });
  });

  it('refuses what is over an own limit', async () => {
    await write({ 'a.bin': randomBytes(2000) });
    expect((await failure(pack({ maxZippedBytes: 2000 }))).code).toBe('over-size');
    await expect(pack({ maxZippedBytes: 3000 })).resolves.toMatchObject({ entryCount: 1 });
  });

  it('says when the archive has to go by way of S3', async () => {
    await write({ 'a.bin': randomBytes(53_000_000) });
    const result = await pack();
    expect(result).toMatchObject({ needsStaging: true, warnings: [{ code: 'needs-staging' }] });
  }, 120_000);
});
