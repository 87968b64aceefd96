import path from 'node:path';
import { LIMITS } from '../lambda/limits.js';
import { mkdir, readFile, rename, rm } from '../system/files.js';
import { extractZip } from './store/extract-zip.js';

/**
 * Unpacks an archive into a new folder, which appears whole or not at all.
 * @throws InvalidZip, ZipTooLarge (over the 250 MB that Lambda takes unpacked)
 */
export async function unpackZip(file: string, folder: string): Promise<void> {
  const partial = `${folder}.${process.pid}`;
  try {
    await mkdir(path.dirname(folder), { recursive: true });
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial);
    await extractZip(await readFile(file), partial, { maxBytes: LIMITS.unzippedBytes });
    await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
