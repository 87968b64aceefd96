import path from 'node:path';
import { canRead, type WalkedFile } from '../system/walk-files.js';
import type { PackageProblem } from './package-problem.js';

/** Files that we may not read: leaving them out in silence would change what runs. */
export function findUnreadableFiles(files: readonly WalkedFile[]): readonly PackageProblem[] {
  return files
    .filter(({ kind, absolutePath, mode }) => kind === 'file' && !canRead(absolutePath, mode))
    .map(({ name }) => ({ name, reason: 'unreadable' as const }));
}

/** Names that are not the same file on every system, or that a tool on the way would change. */
export function findNameProblems(names: readonly string[]): readonly PackageProblem[] {
  const problems: PackageProblem[] = [];
  const seen = new Map<string, string>();
  for (const name of names) {
    if (name.includes('\\')) problems.push({ name, reason: 'backslash' });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    if (/[\u0000-\u001f\u007f]/.test(name)) problems.push({ name, reason: 'control-character' });
    const folded = isPlain(name) ? name.toLowerCase() : name.normalize('NFC').toLowerCase();
    const other = seen.get(folded);
    if (other === undefined) seen.set(folded, name);
    // Where the folders differ already, they have been reported.
    else if (path.posix.dirname(name) === path.posix.dirname(other))
      problems.push({ name, reason: 'same-name-but-case', other });
  }
  return problems;
}

function isPlain(name: string): boolean {
  return /^[\x20-\x7e]*$/.test(name);
}
