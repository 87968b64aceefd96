import path from 'node:path';
import { constants, copyFile, mkdir, symlink } from '../system/files.js';
import { absolutePathOf, readlinkSync, walkFiles } from '../system/walk-files.js';
import type { BuilderContext } from './build-request.js';
import { includeMatcher } from './included-files.js';

const NEVER_COPIED = new Set(['.git', '.lambdakit', '.venv', '__pycache__', '.pytest_cache', '.DS_Store']);

/**
 * Copies the source of an interpreted language into the build folder, all of it or what `include`
 * names. What else stays out of the package is the packager's business.
 */
export async function copySourceFiles(
  { codeFolder, request }: BuilderContext,
  to: string,
  outputFolders: readonly string[] = [],
): Promise<void> {
  const isIncluded = includeMatcher(request.include);
  const copies: { readonly from: string; readonly name: string; readonly isLink: boolean }[] = [];
  walkFiles(codeFolder, {
    wants: (name, isFolder) =>
      !NEVER_COPIED.has(path.posix.basename(name)) && !outputFolders.includes(name) && (isFolder || isIncluded(name)),
    onFile: (file) => {
      const { name, kind } = file;
      if (kind === 'file' || kind === 'link')
        copies.push({ from: absolutePathOf(file), name, isLink: kind === 'link' });
    },
    // The packager reports what it cannot take; here it is only not copied.
    onProblem: () => undefined,
  });
  for (const { from, name, isLink } of copies) {
    const target = path.join(to, name);
    await mkdir(path.dirname(target), { recursive: true });
    if (isLink) await symlink(readlinkSync(from), target);
    else await copyFile(from, target, constants.COPYFILE_FICLONE);
  }
}
