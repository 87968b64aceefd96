import os from 'node:os';
import path from 'node:path';
import { mkdtemp, realpath } from './quick-files.js';
import { removeSmallFolder } from './remove-folder.js';

/** A new private folder under the machine's temp folder; whoever makes it removes it with `remove`. */
export async function createTempFolder(purpose: string): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(await realpath(os.tmpdir()), `lambdakit-${purpose}-`));
  return {
    path: folder,
    remove: () => removeSmallFolder(folder),
  };
}
