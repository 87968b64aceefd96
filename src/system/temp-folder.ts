import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { mkdtemp, realpath } from './quick-files.js';

/** A new private folder under the machine's temp folder; whoever makes it removes it with `remove`. */
export async function createTempFolder(purpose: string): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(await realpath(os.tmpdir()), `lambdakit-${purpose}-`));
  return {
    path: folder,
    remove: async () => {
      try {
        // In one call: file by file takes several times as long, and nobody waits for us meanwhile.
        rmSync(folder, { recursive: true, force: true });
      } catch {
        // On Windows a virus scanner or a dying child may hold a file for a moment.
        await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
      }
    },
  };
}
