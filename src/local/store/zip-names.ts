import { InvalidZip } from './invalid-zip.js';
import type { ZipEntry } from './zip-directory.js';

/**
 * Refuses names that leave the root or that two file systems would understand differently: absolute
 * and drive paths, `..`, backslashes, NUL, empty parts, two names that differ only by case or Unicode
 * form, and a file that is also a folder of others. @throws InvalidZip
 */
export function checkZipNames(entries: readonly ZipEntry[]): void {
  const seen = new Map<string, ZipEntry>();
  for (const entry of entries) {
    checkName(entry.name);
    const folded = foldName(entry.name);
    const earlier = seen.get(folded);
    if (earlier !== undefined && !(earlier.isFolder && entry.isFolder)) {
      throw new InvalidZip(`"${entry.name}" and "${earlier.name}" are one name`);
    }
    seen.set(folded, entry);
  }
  for (const entry of entries) refuseFileAsFolder(entry.name, seen);
}

function checkName(name: string): void {
  const parts = name.replace(/\/$/, '').split('/');
  const isBad =
    name.includes('\0') ||
    name.includes('\\') ||
    name.includes('\ufffd') ||
    /^[A-Za-z]:/.test(name) ||
    parts.some((part) => part === '' || part === '..');
  if (isBad) throw new InvalidZip(`"${name}" is not a relative path`);
}

function foldName(name: string): string {
  return name.replace(/\/$/, '').normalize('NFC').toLowerCase();
}

function refuseFileAsFolder(name: string, seen: ReadonlyMap<string, ZipEntry>): void {
  const folded = foldName(name);
  for (let at = folded.indexOf('/'); at >= 0; at = folded.indexOf('/', at + 1)) {
    const parent = seen.get(folded.slice(0, at));
    if (parent !== undefined && !parent.isFolder)
      throw new InvalidZip(`"${name}" lies under the file "${parent.name}"`);
  }
}
