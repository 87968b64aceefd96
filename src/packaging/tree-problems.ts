import { canRead, type WalkedFile } from '../system/walk-files.js';
import type { PackageProblem } from './package-problem.js';

/** Files that we may not read: leaving them out in silence would change what runs. */
export function findUnreadableFiles(files: readonly WalkedFile[]): readonly PackageProblem[] {
  return files
    .filter((file) => file.kind === 'file' && !canRead(file))
    .map(({ name }) => ({ name, reason: 'unreadable' as const }));
}

/** No name has it in it, and folding leaves it as it is. */
const BETWEEN_NAMES = '//';

/** A name with anything but the printable characters of ASCII, or with a backslash. */
const NOT_PLAIN = /[^\x20-\x5b\x5d-\x7e]/;

/**
 * Names that are not the same file on every system, or that a tool on the way would change. Of folders that
 * collide the folders are named, and not again each of the files in them.
 * @param folders names of all folders that the others stand in
 */
export function findNameProblems(names: readonly string[], folders: ReadonlySet<string>): readonly PackageProblem[] {
  const odd = names.filter((name) => NOT_PLAIN.test(name)).flatMap(findOddCharacters);
  // That there is no collision, as nearly always, is known sooner than which there are.
  return hasCollisions(names, folders) ? [...odd, ...findCollisions(names)] : odd;
}

function findOddCharacters(name: string): readonly PackageProblem[] {
  const problems: PackageProblem[] = [];
  if (name.includes('\\')) problems.push({ name, reason: 'backslash' });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(name)) problems.push({ name, reason: 'control-character' });
  return problems;
}

function hasCollisions(names: readonly string[], folders: ReadonlySet<string>): boolean {
  // Folded as one text, which takes half the time of folding each.
  const folded = fold([...names, ...folders].join(BETWEEN_NAMES)).split(BETWEEN_NAMES);
  return new Set(folded).size < names.length + folders.size;
}

function findCollisions(names: readonly string[]): readonly PackageProblem[] {
  const problems: PackageProblem[] = [];
  const seen = new Map<string, string>();
  const reported = new Set<string>();
  const check = (name: string): void => {
    if (name === '') return;
    const folded = fold(name);
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
  for (const name of names) check(name);
  return problems;
}

function fold(name: string): string {
  return NOT_PLAIN.test(name) ? name.normalize('NFC').toLowerCase() : name.toLowerCase();
}

function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')));
}
