import { createHash, randomBytes } from 'node:crypto';
import path from 'node:path';
import { mkdir, readdir, readTextIfExists, rename, rm, writeFile } from '../../system/files.js';
import { extractZip } from './extract-zip.js';
import { explainWriteError } from './write-errors.js';

export interface StoredCode {
  /** Base64, as the API shows it. */
  readonly sha256: string;
  readonly bytes: number;
  readonly unzippedBytes: number;
}

/** Deployment packages and layers by content: each zip is kept and unpacked once, however often it is used. */
export interface CodeStore {
  /** @throws InvalidZip @throws ZipTooLarge */
  add(zip: Buffer): Promise<StoredCode>;
  /** The absolute folder that holds the unpacked files. */
  folderOf(sha256: string): string;
  /** The absolute path of the zip as it came. */
  zipOf(sha256: string): string;
  /** Removes every package that `isUsed` does not claim. */
  sweep(isUsed: (sha256: string) => boolean): Promise<void>;
}

const UNPACKED = 'unpacked';
const ZIP = 'package.zip';
const SIZE = 'unzipped-size';
const TEMPORARY = '.new-';

/** Opens the store in a folder. `maxBytes` limits what one package may hold unpacked. */
export async function openCodeStore(folder: string, maxBytes: number): Promise<CodeStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pending = new Map<string, Promise<StoredCode>>();
  /** Temporary folders of this process; those of others are what a kill left behind. */
  const drafts = new Set<string>();
  const place = (sha256: string) => path.join(folder, Buffer.from(sha256, 'base64').toString('hex'));
  const add = async (zip: Buffer, sha256: string): Promise<StoredCode> => {
    const final = place(sha256);
    const known = await readSize(final);
    if (known !== undefined) return { sha256, bytes: zip.length, unzippedBytes: known };
    // A kill leaves a temporary folder behind, never half of a package under its final name.
    const draft = `${TEMPORARY}${randomBytes(6).toString('hex')}`;
    const temporary = path.join(folder, draft);
    drafts.add(draft);
    try {
      await mkdir(path.join(temporary, UNPACKED), { recursive: true });
      const unzippedBytes = await extractZip(zip, path.join(temporary, UNPACKED), { maxBytes });
      await writeFile(path.join(temporary, ZIP), zip, { mode: 0o600, flush: true });
      await writeFile(path.join(temporary, SIZE), String(unzippedBytes), { flush: true });
      await rename(temporary, final);
      return { sha256, bytes: zip.length, unzippedBytes };
    } catch (error) {
      throw explainWriteError(error, folder);
    } finally {
      await rm(temporary, { recursive: true, force: true });
      drafts.delete(draft);
    }
  };
  return {
    add: (zip) => {
      const sha256 = createHash('sha256').update(zip).digest('base64');
      const running = pending.get(sha256);
      if (running !== undefined) return running;
      const result = add(zip, sha256).finally(() => pending.delete(sha256));
      pending.set(sha256, result);
      return result;
    },
    folderOf: (sha256) => path.join(place(sha256), UNPACKED),
    zipOf: (sha256) => path.join(place(sha256), ZIP),
    sweep: async (isUsed) => {
      for (const name of await readdir(folder)) {
        if (drafts.has(name)) continue;
        const sha256 = Buffer.from(name, 'hex').toString('base64');
        if (!name.startsWith(TEMPORARY) && isUsed(sha256)) continue;
        await rm(path.join(folder, name), { recursive: true, force: true });
      }
    },
  };
}

async function readSize(folder: string): Promise<number | undefined> {
  const text = await readTextIfExists(path.join(folder, SIZE));
  return text === undefined ? undefined : Number(text);
}
