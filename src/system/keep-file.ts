import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { randomUuid } from './random-uuid.js';

export interface KeepFileOptions {
  /** Waits until the disk has the bytes, so that a file that is there is whole whatever happens. Default false. */
  readonly durable?: boolean;
}

/**
 * Keeps what a later run can use and can also do without: for this user alone, and a reader sees the old or the new content.
 * False where that is not possible, such as in a read-only home.
 */
export function keepFile(
  file: string,
  content: string | Uint8Array,
  { durable = false }: KeepFileOptions = {},
): boolean {
  const unfinished = `${file}.${randomUuid()}`;
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(unfinished, content, { mode: 0o600, flush: durable });
    renameSync(unfinished, file);
    return true;
  } catch {
    discard(unfinished);
    return false;
  }
}

/** Nobody minds when it was never made. */
function discard(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // as unreachable as it was for writing
  }
}
