import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of the installed package: the nearest one above this module that holds `oclif.manifest.json`
 * or the sources. Works from `src/` (tests) and from a chunk of `dist/` alike.
 */
export function packageRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!(existsSync(path.join(folder, 'package.json')) && existsSync(path.join(folder, 'bin', 'run.js')))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`the package of ${import.meta.url} has no root`);
    folder = parent;
  }
  return folder;
}
