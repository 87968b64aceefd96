import { lstat, mkdir, readdir, readlink, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { extractZip } from '../../../src/local/store/extract-zip.js';
import { InvalidZip, ZipTooLarge } from '../../../src/local/store/invalid-zip.js';
import { createTempFolder } from '../../../src/system/temp-folder.js';
import { makeZip } from '../../service/zip-maker.js';
import { createDice, mutateBytes } from './dice.js';

const MAX_BYTES = 262_144_000;

const ORIGINALS = [
  makeZip([{ name: 'index.mjs', content: 'export const handler = async () => 1;' }]),
  makeZip([
    { name: 'a/', mode: 0o40755 },
    { name: 'a/b.txt', content: 'text '.repeat(200) },
    { name: 'a/link', content: 'b.txt', mode: 0o120777 },
    { name: 'c', content: 'stored', stored: true, mode: 0o100755 },
  ]),
  makeZip([
    { name: '../up', content: 'x' },
    { name: 'd/../../e', content: 'y' },
  ]),
  makeZip([
    { name: 'f', content: '../..', mode: 0o120777 },
    { name: 'f/g', content: 'through the link' },
  ]),
];

export interface MutantReport {
  readonly extracted: number;
  readonly refused: number;
  readonly slowestMs: number;
}

/** Unpacks mutants of good and of hostile archives. @throws Error for an escape, a surprise or more bytes than allowed */
export async function unpackMutants({ mutants, seed }: { mutants: number; seed: number }): Promise<MutantReport> {
  const dice = createDice(seed);
  const home = await createTempFolder('zip-mutants');
  // Two levels, so that what climbs out of the innermost is seen in the next.
  const outer = path.join(home.path, 'outer');
  const inner = path.join(outer, 'inner');
  let extracted = 0;
  let slowestMs = 0;
  await mkdir(inner, { recursive: true });
  for (let index = 0; index < mutants; index += 1) {
    const mutant = mutateBytes(dice.pick(ORIGINALS), dice);
    const beganMs = performance.now();
    try {
      const bytes = await extractZip(mutant, inner, { maxBytes: MAX_BYTES });
      if (bytes > MAX_BYTES) throw new Error(`${bytes} bytes were unpacked`);
      extracted += 1;
    } catch (error) {
      if (!(error instanceof InvalidZip || error instanceof ZipTooLarge || isLackOfName(error)))
        throw explain(error, index, seed);
    }
    slowestMs = Math.max(slowestMs, performance.now() - beganMs);
    await checkInside(inner, await realpath(inner)).catch((error: unknown) =>
      Promise.reject(explain(error, index, seed)),
    );
    const outside = [...(await readdir(outer)), ...(await readdir(home.path))];
    if (outside.join() !== 'inner,outer') throw explain(new Error(`outside are ${outside.join()}`), index, seed);
    if ((await readdir(inner)).length > 0) {
      await rm(inner, { recursive: true, force: true });
      await mkdir(inner);
    }
  }
  await home.remove();
  return { extracted, refused: mutants - extracted, slowestMs };
}

/** A name may be good in a zip and too long for the file system. */
function isLackOfName(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'ENAMETOOLONG';
}

/** Links may lead to what is inside alone. */
async function checkInside(folder: string, root: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const stat = await lstat(file);
    if (stat.isDirectory()) await checkInside(file, root);
    else if (stat.isSymbolicLink()) {
      const target = path.resolve(folder, await readlink(file));
      if (target !== root && !target.startsWith(root + path.sep)) throw new Error(`${name} leads to ${target}`);
    } else if (!stat.isFile()) throw new Error(`${name} is no file`);
  }
}

function explain(error: unknown, index: number, seed: number): Error {
  return new Error(`mutant ${index} of seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`, {
    cause: error,
  });
}
