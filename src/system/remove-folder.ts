import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';

/** Removes a folder with the few files in it, and nothing when there is none; what is busy it tries again for a moment. */
export async function removeSmallFolder(folder: string): Promise<void> {
  try {
    // In one call: file by file takes several times as long.
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // A mount of a namespace that is just ending, a virus scanner or a dying child may hold a file.
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  }
}
