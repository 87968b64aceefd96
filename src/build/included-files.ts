import path from 'node:path';
import ignore from 'ignore';
import { constants, copyFile, mkdir } from '../system/files.js';
import { walkFiles } from '../system/walk-files.js';

/** Says of a name whether patterns (as in .gitignore) take it; without patterns everything is taken. */
export function includeMatcher(patterns: readonly string[] | undefined): (name: string) => boolean {
  if (patterns === undefined) return () => true;
  const matcher = ignore().add([...patterns]);
  return (name) => matcher.ignores(name);
}

/** Copies the files of a folder that match patterns to the same places below another: files beside a bundle or a binary. */
export async function copyIncludedFiles(from: string, to: string, patterns: readonly string[] = []): Promise<void> {
  if (patterns.length === 0) return;
  const isIncluded = includeMatcher(patterns);
  const names: string[] = [];
  walkFiles(from, {
    wants: (name, isFolder) => !['.git', '.lambdakit'].includes(name) && (isFolder || isIncluded(name)),
    onFile: ({ name, kind }) => {
      if (kind === 'file') names.push(name);
    },
    onProblem: () => undefined,
  });
  for (const name of names) {
    const target = path.join(to, name);
    await mkdir(path.dirname(target), { recursive: true });
    await copyFile(path.join(from, name), target, constants.COPYFILE_FICLONE);
  }
}
