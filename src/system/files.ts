import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  createReadStream,
  createWriteStream,
  existsSync,
  openSync,
  readFileSync,
  readSync,
} from 'node:fs';
import * as fs from 'node:fs/promises';
import path from 'node:path';

export type { FileHandle } from 'node:fs/promises';

export { closeSync, constants, createReadStream, createWriteStream, existsSync, openSync, readFileSync, readSync };
export const {
  access,
  appendFile,
  chmod,
  copyFile,
  cp,
  link,
  lstat,
  mkdir,
  open,
  opendir,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  unlink,
  utimes,
  writeFile,
} = fs;

/** The `code` of a Node system error (`ENOENT`, `EACCES` …); undefined for any other value. */
export function systemErrorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The text of a UTF-8 file, or undefined when there is none. */
export function readTextIfExists(file: string): Promise<string | undefined> {
  return ifExists(fs.readFile(file, 'utf8'));
}

/** What an operation on a file gives, or undefined when there is no such file. */
export async function ifExists<Value>(operation: Promise<Value>): Promise<Value | undefined> {
  try {
    return await operation;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export interface AtomicWriteOptions {
  /** Permission bits of the new file. Default 0o644. */
  readonly mode?: number;
  /** Waits until the disk has the bytes; for state that was acknowledged to a client. Default true. */
  readonly durable?: boolean;
}

/**
 * Replaces a file as a whole: a reader sees the old or the new content, never a part, also after a
 * kill or a full disk. The folder is made when it is missing.
 */
export async function writeFileAtomically(
  file: string,
  content: string | Uint8Array,
  options: AtomicWriteOptions = {},
): Promise<void> {
  const { mode = 0o644, durable = true } = options;
  const folder = path.dirname(file);
  await fs.mkdir(folder, { recursive: true });
  const temporary = path.join(folder, `.${path.basename(file)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await fs.open(temporary, 'wx', mode);
    try {
      await handle.writeFile(content);
      if (durable) await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(temporary, file);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
}
