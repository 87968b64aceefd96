import { randomBytes } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { extractZip } from '../../../../src/local/store/extract-zip.js';
import { InvalidZip, ZipTooLarge } from '../../../../src/local/store/invalid-zip.js';
import { makeZip, type ZipMember } from '../../../service/zip-maker.js';

const LINK = 0o120777;
const LIMITS = { maxBytes: 1_000_000 };

describe('extractZip', () => {
  let outer: string;
  let folder: string;
  beforeEach(async () => {
    outer = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-zip-'));
    folder = path.join(outer, 'root');
    await mkdir(folder);
  });
  afterEach(() => rm(outer, { recursive: true, force: true }));
  const extract = (members: readonly ZipMember[], limits = LIMITS) => extractZip(makeZip(members), folder, limits);
  const everythingOutside = async () => (await readdir(outer)).filter((name) => name !== 'root');

  it('writes files, folders and links with their permissions', async () => {
    const bytes = await extract([
      { name: 'a/', mode: 0o040755 },
      { name: 'a/run.sh', content: '#!/bin/sh\n', mode: 0o100755 },
      { name: 'b/c/plain.txt', content: 'text', stored: true },
      { name: 'link', content: 'a/run.sh', mode: LINK },
      { name: 'a/up', content: '../b/c/plain.txt', mode: LINK },
      { name: 'grün.txt', content: 'ü', mode: 0 },
    ]);
    expect(bytes).toBe(10 + 4 + 8 + 16 + 2);
    expect((await stat(path.join(folder, 'a/run.sh'))).mode & 0o777).toBe(0o755);
    expect((await stat(path.join(folder, 'grün.txt'))).mode & 0o777).toBe(0o644);
    expect(await readlink(path.join(folder, 'link'))).toBe('a/run.sh');
    expect(await readFile(path.join(folder, 'a/up'), 'utf8')).toBe('text');
  });

  it('drops setuid and setgid', async () => {
    await extract([{ name: 'su', mode: 0o106755 }]);
    expect((await stat(path.join(folder, 'su'))).mode & 0o7777).toBe(0o755);
  });

  const attacks: readonly (readonly [string, readonly ZipMember[]])[] = [
    ['a path above the root', [{ name: '../x', content: 'x' }]],
    ['a path above the root further down', [{ name: 'a/../../x', content: 'x' }]],
    ['an absolute path', [{ name: '/tmp/lambdakit-escape', content: 'x' }]],
    ['a drive', [{ name: 'C:/x', content: 'x' }]],
    ['a backslash', [{ name: 'a\\..\\x', content: 'x' }]],
    ['a NUL', [{ name: 'a.js\0.txt', content: 'x' }]],
    ['an empty part', [{ name: 'a//b', content: 'x' }]],
    ['an empty name', [{ name: '', content: 'x' }]],
    ['a name that is not UTF-8', [{ name: Buffer.from([0x61, 0xff, 0xfe]), content: 'x' }]],
    [
      'one name twice',
      [
        { name: 'a', content: '1' },
        { name: 'a', content: '2' },
      ],
    ],
    [
      'two names that differ by case',
      [
        { name: 'A', content: '1' },
        { name: 'a', content: '2' },
      ],
    ],
    [
      'two names that differ by Unicode form',
      [
        { name: 'é', content: '1' },
        { name: 'é', content: '2' },
      ],
    ],
    [
      'a file under a file',
      [
        { name: 'a', content: '1' },
        { name: 'a/b', content: '2' },
      ],
    ],
    ['a link out of the root', [{ name: 'l', content: '../../etc/passwd', mode: LINK }]],
    ['an absolute link', [{ name: 'l', content: '/etc/passwd', mode: LINK }]],
    [
      'a link through a link',
      [
        { name: 'd', content: '.', mode: LINK },
        { name: 'l', content: 'd/../..', mode: LINK },
      ],
    ],
    [
      'a file under a link',
      [
        { name: 'l', content: '.', mode: LINK },
        { name: 'l/x', content: 'x' },
      ],
    ],
    ['a FIFO', [{ name: 'f', mode: 0o010644 }]],
    ['a device', [{ name: 'f', mode: 0o020644 }]],
    ['encryption', [{ name: 'a', content: 'x', lie: { flags: 1 } }]],
    ['another method', [{ name: 'a', content: 'x', lie: { method: 12 } }]],
    ['a size that is too small', [{ name: 'a', content: 'x'.repeat(100), lie: { size: 10 } }]],
    ['a size that is too large', [{ name: 'a', content: 'x', lie: { size: 10 } }]],
    ['a wrong checksum', [{ name: 'a', content: 'x', lie: { crc: 1 } }]],
    ['a local name of its own', [{ name: 'good.js', content: 'x', lie: { localName: '../evil' } }]],
    [
      'overlapping members',
      [
        { name: 'a', content: randomBytes(1000) },
        { name: 'b', content: 'x', lie: { localOffsetOf: 0 } },
      ],
    ],
    ['a bomb', [{ name: 'zeros', content: Buffer.alloc(3_000_000) }]],
  ];

  it.each(attacks)('refuses %s and writes nothing outside', async (_, members) => {
    await expect(extract(members, { maxBytes: 1e9 })).rejects.toBeInstanceOf(InvalidZip);
    expect(await everythingOutside()).toEqual([]);
    await expect(lstat('/tmp/lambdakit-escape')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('stops before the first write when the files are too large together', async () => {
    const members = [1, 2, 3].map((n) => ({ name: `f${n}`, content: randomBytes(400_000) }));
    await expect(extract(members)).rejects.toBeInstanceOf(ZipTooLarge);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('not a zip at all, only words and more words')],
    ['a directory that points beyond the end', cut(makeZip([{ name: 'a', content: 'x' }]), 0, 20)],
  ])('refuses %s', async (_, zip) => {
    await expect(extractZip(zip, folder, LIMITS)).rejects.toBeInstanceOf(InvalidZip);
  });

  it('survives 600 archives with flipped bytes', async () => {
    const original = makeZip([
      { name: 'a/b.js', content: 'module.exports = 1;' },
      { name: 'l', content: 'a/b.js', mode: LINK },
      { name: 'big', content: randomBytes(2000) },
    ]);
    const next = generator(20261121);
    for (let round = 0; round < 600; round++) {
      const mutant = Buffer.from(original);
      for (let flips = 1 + (next() % 4); flips > 0; flips--) mutant[next() % mutant.length] = next() % 256;
      const target = path.join(folder, String(round));
      await mkdir(target);
      const result = await extractZip(mutant, target, LIMITS).catch((error: unknown) => error);
      const isFine = typeof result === 'number' || result instanceof InvalidZip || result instanceof ZipTooLarge;
      expect(isFine, `round ${round}: ${String(result)}`).toBe(true);
      await rm(target, { recursive: true });
    }
    expect(await everythingOutside()).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });
});

function cut(zip: Buffer, start: number, end: number): Buffer {
  return Buffer.concat([zip.subarray(0, start), zip.subarray(end)]);
}

/** Small numbers that are the same in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}
