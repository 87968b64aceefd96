import path from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { existsSync, readFileSync } from '../system/files.js';
import { type WalkedFile, walkFiles } from '../system/walk-files.js';
import { IGNORE_FILE, isExcludedByDefault } from './default-exclusions.js';
import { type PackageProblem, refuse } from './package-problem.js';
import { resolveLinks, type SelectedLink } from './resolve-links.js';
import { findNameProblems, findUnreadableFiles } from './tree-problems.js';

export interface SelectOptions {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Copies what a link leads to instead of keeping the link. Never leads out of the folder. Default false. */
  readonly follow?: boolean;
  /** Put before every name, for example `nodejs` in a layer. */
  readonly prefix?: string;
}

/** One future entry of the archive. */
export interface SelectedEntry {
  /** Name in the archive, with `/`; that of a folder ends with it. */
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link';
  /** What it is made of; its name has no prefix. */
  readonly source: WalkedFile;
  /** Exactly 0o755 or 0o644; Lambda's developer guide asks for readable files and executable programs. */
  readonly mode: number;
  /** Where a link leads, relative to its own folder. */
  readonly target?: string;
}

/** What was found in a folder, before it is known whether it can be packaged. */
export interface FoundTree {
  readonly folder: string;
  readonly files: readonly WalkedFile[];
  readonly problems: readonly PackageProblem[];
}

/**
 * Finds what of a folder belongs into a package.
 * @param onFile told of every file as soon as it is found
 */
export function findFiles(
  folder: string,
  options: SelectOptions = {},
  onFile: (file: WalkedFile) => void = () => undefined,
): FoundTree {
  const problems: PackageProblem[] = [];
  const files = walk(folder, options, problems, onFile);
  return { folder, files, problems };
}

/**
 * The entries of a package, in the byte order of the names. Folders are entries only when
 * nothing else stands for them.
 * @throws LambdakitError `package-invalid` with everything that cannot be packaged faithfully, in one list.
 */
export function selectEntries(
  { folder, files: walked, problems: found }: FoundTree,
  options: SelectOptions = {},
): readonly SelectedEntry[] {
  const problems = [...found];
  const { files, links } = resolveLinks(folder, walked, options.follow === true, problems);
  const linked = links.map(({ file }) => file);
  const folders = foldersOf([...files, ...linked]);
  const leaves = files.filter(({ name, kind }) => kind === 'file' || !folders.has(name));
  const names = [...leaves, ...linked].map(({ name }) => name);
  const all = [...problems, ...findUnreadableFiles(files), ...findNameProblems(names, folders)];
  if (all.length > 0) throw refuse(folder, all);
  const entries = [...leaves.map(toEntry), ...links.map(toLinkEntry)];
  return inByteOrder(options.prefix === undefined ? entries : entries.map((entry) => prefixed(entry, options.prefix)));
}

function walk(
  folder: string,
  options: SelectOptions,
  problems: PackageProblem[],
  onFile: (file: WalkedFile) => void,
): readonly WalkedFile[] {
  const walked: WalkedFile[] = [];
  const patterns = exclusions(folder, options.exclude ?? []);
  const included = options.include === undefined ? undefined : ignore().add([...options.include]);
  walkFiles(folder, {
    wants: (name, isFolder) => {
      if (isExcluded(isFolder ? `${name}/` : name, isExcludedByDefault(name), patterns)) return false;
      return included === undefined || isFolder || included.ignores(name);
    },
    onFile: (file) => {
      // A folder of a selection exists through what is in it.
      if (file.kind !== 'folder' || included === undefined) walked.push(file);
      if (file.kind === 'file') onFile(file);
    },
    onProblem: (name, reason) => problems.push({ name, reason }),
  });
  return walked;
}

function exclusions(folder: string, patterns: readonly string[]): Ignore | undefined {
  const file = path.join(folder, IGNORE_FILE);
  const own = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return own === '' && patterns.length === 0
    ? undefined
    : ignore()
        .add(own)
        .add([...patterns]);
}

function isExcluded(name: string, byDefault: boolean, patterns: Ignore | undefined): boolean {
  if (patterns === undefined) return byDefault;
  const { ignored, unignored } = patterns.test(name);
  return ignored || (byDefault && !unignored);
}

/** Names of the folders that files are in, at any depth. */
function foldersOf(files: readonly WalkedFile[]): ReadonlySet<string> {
  const folders = new Set<string>();
  let last = '';
  for (const { name } of files) {
    // Most files are in the folder of the one before.
    if (last !== '' && name.lastIndexOf('/') === last.length && name.startsWith(last)) continue;
    last = parentOf(name);
    for (let folder = last; folder !== '' && !folders.has(folder); folder = parentOf(folder)) folders.add(folder);
  }
  return folders;
}

function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')));
}

function toEntry(source: WalkedFile): SelectedEntry {
  return source.kind === 'folder'
    ? { name: `${source.name}/`, kind: 'folder', source, mode: 0o755 }
    : { name: source.name, kind: 'file', source, mode: isExecutable(source) ? 0o755 : 0o644 };
}

function toLinkEntry({ file, target }: SelectedLink): SelectedEntry {
  return { name: file.name, kind: 'link', source: file, mode: 0o755, target };
}

/** A custom runtime's program must be executable, also when the checkout lost that (as on Windows). */
function isExecutable(file: WalkedFile): boolean {
  return (file.mode & 0o100) !== 0 || file.name === 'bootstrap' || file.name.startsWith('extensions/');
}

function prefixed(entry: SelectedEntry, prefix = ''): SelectedEntry {
  const trimmed = prefix.replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? entry : { ...entry, name: `${trimmed}/${entry.name}` };
}

/** Never by locale: the same tree must give the same archive everywhere. */
function inByteOrder(entries: readonly SelectedEntry[]): readonly SelectedEntry[] {
  // The order of UTF-16 units is that of the UTF-8 bytes, unless there are surrogates.
  if (!/[\ud800-\udfff]/.test(entries.map(({ name }) => name).join(''))) {
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
  return entries.toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
}
