import path from 'node:path';
import { promisify } from 'node:util';
import { crc32, inflateRaw, inflateRawSync } from 'node:zlib';
import { constants, mkdir, open, symlink } from '../../system/files.js';
import { InvalidZip, ZipTooLarge } from './invalid-zip.js';
import { readZipDirectory, type ZipEntry } from './zip-directory.js';
import { checkZipNames } from './zip-names.js';

export interface ExtractLimits {
  /** All files together, in bytes. */
  readonly maxBytes: number;
}

const PARALLEL = 8;
/** Below this size the hand-over to another thread costs more than inflating. */
const SYNC_BYTES = 65_536;
const MAX_RATIO = 1_000;
const RATIO_FREE_BYTES = 1_048_576;

const inflate = promisify(inflateRaw);

/**
 * Unpacks a zip into an empty folder and returns the size of all files in bytes. Nothing is written
 * outside the folder: names and links are checked before the first write, links are made last.
 * @throws InvalidZip @throws ZipTooLarge
 */
export async function extractZip(zip: Buffer, folder: string, limits: ExtractLimits): Promise<number> {
  const entries = readZipDirectory(zip);
  checkZipNames(entries);
  const total = checkSizes(entries, limits);
  const links = await readLinks(entries);
  await makeFolders(entries, folder);
  const files = entries.filter((entry) => !entry.isFolder && !entry.isSymlink);
  await writeAll(files, folder);
  for (const { name, target } of links) await symlink(target, path.join(folder, name));
  return total;
}

function checkSizes(entries: readonly ZipEntry[], { maxBytes }: ExtractLimits): number {
  let total = 0;
  for (const entry of entries) {
    if (entry.size > RATIO_FREE_BYTES && entry.size > entry.data.length * MAX_RATIO) {
      throw new InvalidZip(`"${entry.name}" inflates more than ${MAX_RATIO} times`);
    }
    total += entry.size;
  }
  if (total > maxBytes) throw new ZipTooLarge(`${total} bytes unpacked`);
  return total;
}

interface Link {
  readonly name: string;
  readonly target: string;
}

/** Links may point anywhere inside the root, but not through another link: a chain could lead out. */
async function readLinks(entries: readonly ZipEntry[]): Promise<readonly Link[]> {
  const linked = entries.filter((entry) => entry.isSymlink);
  const names = new Set(linked.map(({ name }) => name));
  return Promise.all(
    linked.map(async (entry) => {
      const target = Buffer.from(await inflateEntry(entry)).toString('utf8');
      const resolved = path.posix.normalize(path.posix.join(path.posix.dirname(entry.name), target));
      const leaves = path.posix.isAbsolute(target) || resolved === '..' || resolved.startsWith('../');
      if (target === '' || target.includes('\0') || target.includes('\\') || leaves) {
        throw new InvalidZip(`the link "${entry.name}" leads out of the archive`);
      }
      const isUnderLink = parentsOf(entry.name).some((parent) => names.has(parent));
      const isThroughLink = parentsOf(resolved).some((parent) => names.has(parent));
      if (isUnderLink || isThroughLink) throw new InvalidZip(`the link "${entry.name}" leads through another link`);
      return { name: entry.name, target };
    }),
  );
}

function parentsOf(name: string): string[] {
  const parts = name.split('/');
  return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

async function makeFolders(entries: readonly ZipEntry[], folder: string): Promise<void> {
  const folders = new Set(
    entries.map(({ name, isFolder }) => (isFolder ? name.replace(/\/$/, '') : path.posix.dirname(name))),
  );
  for (const name of folders) await mkdir(path.join(folder, name), { recursive: true, mode: 0o755 });
}

/** Ends all writers before it throws, so that the caller can remove the folder. */
async function writeAll(files: readonly ZipEntry[], folder: string): Promise<void> {
  let next = 0;
  let hasFailed = false;
  const work = async () => {
    for (let entry = files[next++]; entry !== undefined && !hasFailed; entry = files[next++]) {
      await writeEntry(entry, folder).catch((error: unknown) => {
        hasFailed = true;
        throw error;
      });
    }
  };
  const results = await Promise.allSettled(Array.from({ length: PARALLEL }, work));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

async function writeEntry(entry: ZipEntry, folder: string): Promise<void> {
  const content = await inflateEntry(entry);
  // Archives made on Windows carry no permissions; the owner must be able to read in any case.
  const mode = (entry.mode === 0 ? 0o644 : entry.mode) | 0o400;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
  const handle = await open(path.join(folder, entry.name), flags, mode);
  try {
    await handle.writeFile(content);
    // The process's umask may have taken bits away.
    await handle.chmod(mode);
  } finally {
    await handle.close();
  }
}

async function inflateEntry(entry: ZipEntry): Promise<Uint8Array> {
  const content = await inflateData(entry);
  if (content.length !== entry.size) throw new InvalidZip(`"${entry.name}" is not ${entry.size} bytes long`);
  if (crc32(content) !== entry.crc32) throw new InvalidZip(`"${entry.name}" fails its checksum`);
  return content;
}

async function inflateData(entry: ZipEntry): Promise<Uint8Array> {
  if (entry.method === 0) return entry.data;
  // One byte more than declared is enough to notice a lie.
  const options = { maxOutputLength: entry.size + 1 };
  try {
    return entry.size <= SYNC_BYTES ? inflateRawSync(entry.data, options) : await inflate(entry.data, options);
  } catch (error) {
    throw new InvalidZip(`"${entry.name}" cannot be inflated`, { cause: error });
  }
}
