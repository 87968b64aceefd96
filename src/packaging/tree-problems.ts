import { canRead, type WalkedFile } from '../system/walk-files.js';
import type { PackageProblem } from './package-problem.js';

/** Files that we may not read: leaving them out in silence would change what runs. */
export function findUnreadableFiles(files: readonly WalkedFile[]): readonly PackageProblem[] {
  return files
    .filter(({ kind, absolutePath, mode }) => kind === 'file' && !canRead(absolutePath, mode))
    .map(({ name }) => ({ name, reason: 'unreadable' as const }));
}

/**
 * Names that are not the same file on every system, or that a tool on the way would change. Of folders that
 * collide the folders are named, and not again each of the files in them.
 */
export function findNameProblems(names: readonly string[]): readonly PackageProblem[] {
  const problems: PackageProblem[] = [];
  const seen = new Map<string, string>();
  const reported = new Set<string>();
  const check = (name: string): void => {
    if (name === '') return;
    const folded = isPlain(name) ? name.toLowerCase() : name.normalize('NFC').toLowerCase();
    const other = seen.get(folded);
    if (other === name || reported.has(name)) return;
    check(parentOf(name));
    if (other === undefined) seen.set(folded, name);
    // Where the folders differ already, they have been reported.
    else if (parentOf(name) === parentOf(other)) {
      reported.add(name);
      problems.push({ name, reason: 'same-name-but-case', other });
    }
  };
  for (const name of names) {
    if (name.includes('\\')) problems.push({ name, reason: 'backslash' });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    if (/[\u0000-\u001f\u007f]/.test(name)) problems.push({ name, reason: 'control-character' });
    check(name);
  }
  return problems;
}

function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')));
}

function isPlain(name: string): boolean {
  return /^[\x20-\x7e]*$/.test(name);
}
