import path from 'node:path';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { existsSync } from '../system/files.js';

/** The names of a project file, in the order in which they are looked for. */
export const CONFIG_FILE_NAMES = ['lambdakit.json', 'lambdakit.jsonc', 'lambdakit.yaml', 'lambdakit.yml'] as const;

/**
 * The project file of a folder or of the nearest folder above it; undefined where there is none.
 * @throws LambdakitError `config-invalid` when one folder holds two of them: which one counts would be a guess.
 */
export function findConfigFile(folder: string): string | undefined {
  let current = path.resolve(folder);
  for (;;) {
    const found = CONFIG_FILE_NAMES.filter((name) => existsSync(path.join(current, name)));
    if (found.length > 1) {
      throw new LambdakitError('config-invalid', `${current} holds more than one project file: ${found.join(', ')}`, {
        hint: 'Keep one of them, or name the right one with --config.',
      });
    }
    if (found[0] !== undefined) return path.join(current, found[0]);
    const parent = path.dirname(current);
    if (parent === current) return undefined;
    current = parent;
  }
}
