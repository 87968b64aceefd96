import path from 'node:path';
import ignore from 'ignore';
import { copyFile, mkdir } from '../system/files.js';
import { walkFiles } from '../system/walk-files.js';

/** Copies the files of a folder that match patterns (as in .gitignore) to the same places below another. */
export async function copyIncludedFiles(from: string, to: string, patterns: readonly string[]): Promise<void> {
  if (patterns.length === 0) return;
  const matcher = ignore().add([...patterns]);
  const names: string[] = [];
  walkFiles(from, {
    wants: (name, isFolder) => !['.git', '.lambdakit'].includes(name) && (isFolder || matcher.ignores(name)),
    onFile: ({ name, kind }) => {
      if (kind === 'file') names.push(name);
    },
    onProblem: () => undefined,
  });
  for (const name of names) {
    const target = path.join(to, name);
    await mkdir(path.dirname(target), { recursive: true });
    await copyFile(path.join(from, name), target);
  }
}
