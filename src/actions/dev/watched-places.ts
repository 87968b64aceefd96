import path from 'node:path';
import type { BuilderName } from '../../build/build-request.js';
import { existsSync } from '../../system/files.js';

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

/** What package managers leave in the node_modules that they have made. */
const INSTALL_MARKS = ['.package-lock.json', '.modules.yaml', '.yarn-integrity', '.yarn-state.yml'];

/** True for a node_modules folder that somebody has written by hand, as in layers. */
export function isHandMadeModules(folder: string): boolean {
  return path.basename(folder) === 'node_modules' && !INSTALL_MARKS.some((mark) => existsSync(path.join(folder, mark)));
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
