import path from 'node:path';
import type { BuilderName } from '../../build/build-request.js';

/** Folders that nobody edits, wherever they are. */
const NEVER_WATCHED = new Set([
  ...['node_modules', '.git', '.lambdakit', '.venv', '__pycache__', '.pytest_cache', '.mypy_cache', '.ruff_cache'],
  ...['.terraform', '.idea', '.vscode', '.DS_Store'],
]);

/** What editors leave beside a file while they write it. */
const EDITOR_FILE = /~$|^\.#|^#.*#$|\.sw[px]$|^4913$/;

/** Where toolchains write within the code folder. */
const OUTPUT_FOLDERS: Partial<Record<BuilderName, readonly string[]>> = {
  rust: ['target'],
  dotnet: ['bin', 'obj'],
  java: ['target', 'build', '.gradle'],
};

/** Says of a path below what is watched whether it is of no interest. */
export function ignoresPath(file: string): boolean {
  const name = path.basename(file);
  return NEVER_WATCHED.has(name) || EDITOR_FILE.test(name);
}

/** True for a path that a toolchain writes itself when it builds the folder. */
export function isToolchainOutput(file: string, codeFolder: string, builder: BuilderName): boolean {
  const [first = ''] = path.relative(codeFolder, file).split(path.sep);
  return OUTPUT_FOLDERS[builder]?.includes(first) === true;
}

export function isBelow(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative === '' || (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative));
}
