import path from 'node:path';
import { readdir, readFile, rm, writeFile } from '../system/files.js';

/** What installers leave that depends on the machine or the moment, and that no function needs. */
const USELESS = new Set(['INSTALLER', 'REQUESTED', 'direct_url.json', 'uv_cache.json']);

/**
 * Makes installed packages the same on every machine: no start scripts (they name the interpreter of
 * this machine), no traces of the installer, no compiled files.
 */
export async function cleanInstalledPackages(folder: string): Promise<void> {
  await rm(path.join(folder, 'bin'), { recursive: true, force: true });
  await rm(path.join(folder, '.lock'), { force: true });
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const isMetadata = entry.parentPath.endsWith('.dist-info');
    if (entry.isDirectory() && entry.name === '__pycache__') await rm(file, { recursive: true, force: true });
    else if (isMetadata && USELESS.has(entry.name)) await rm(file, { force: true });
    else if (isMetadata && entry.name === 'RECORD') await cleanRecord(file);
  }
}

/** Takes the removed files out of the list of a package's files. */
async function cleanRecord(file: string): Promise<void> {
  const lines = (await readFile(file, 'utf8')).split(/\r?\n/);
  const kept = lines.filter((line) => {
    const [name = ''] = line.split(',');
    const isScript = /^(\.\.\/)*bin\//.test(name);
    return !isScript && !name.includes('__pycache__/') && !USELESS.has(path.posix.basename(name));
  });
  await writeFile(file, kept.join('\n'));
}
