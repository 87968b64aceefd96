import path from 'node:path';

/** Read from the root of the tree when it is there; the same syntax as .gitignore. */
export const IGNORE_FILE = '.lambdakitignore';

/** Files and folders that never belong into a package, wherever they stand. */
const NAMES: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  '.gitignore',
  '.gitattributes',
  IGNORE_FILE,
  '.lambdakit',
  '.DS_Store',
  'Thumbs.db',
  '.vscode',
  '.idea',
  '.env',
  '__pycache__',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.venv',
]);

/** The same, but only at the root of the tree. */
const ROOT_NAMES: ReadonlySet<string> = new Set([
  'lambdakit.json',
  'lambdakit.jsonc',
  'lambdakit.yaml',
  'lambdakit.yml',
]);

/**
 * The same, but only in a folder `node_modules`: besides programs, what npm, pnpm and Yarn note there for themselves,
 * with times and paths of the machine.
 */
const NODE_MODULES_NAMES: ReadonlySet<string> = new Set([
  '.bin',
  '.cache',
  '.package-lock.json',
  '.modules.yaml',
  '.pnpm-workspace-state.json',
  '.pnpm-workspace-state-v1.json',
  '.yarn-integrity',
  '.yarn-state.yml',
]);

/**
 * True for what stays out of a package unless a pattern that starts with `!` takes it back. A plain
 * look-up and no list of patterns: it is asked for every file of a node_modules.
 */
export function isExcludedByDefault(name: string): boolean {
  const last = name.slice(name.lastIndexOf('/') + 1);
  if (NAMES.has(last) || last.startsWith('.env.') || last.endsWith('.pyc')) return true;
  if (last.length === name.length) return ROOT_NAMES.has(last);
  return NODE_MODULES_NAMES.has(last) && path.posix.basename(path.posix.dirname(name)) === 'node_modules';
}
