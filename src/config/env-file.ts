import path from 'node:path';
import { parseEnv } from 'node:util';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { readTextIfExists } from '../system/files.js';

export interface EnvFileVariables {
  readonly variables: Readonly<Record<string, string>>;
  /** The file that the value of a name was taken from. */
  readonly fileOf: ReadonlyMap<string, string>;
}

/**
 * Reads files of `NAME=value` lines (quotes, comments and `export` as Node reads them); later files win.
 * @throws LambdakitError `config-invalid` for a file that is not there.
 */
export async function readEnvFiles(
  folder: string,
  files: readonly string[],
  placeOf: () => string,
): Promise<EnvFileVariables> {
  const variables: Record<string, string> = {};
  const fileOf = new Map<string, string>();
  for (const file of files) {
    const text = await readTextIfExists(path.resolve(folder, file));
    if (text === undefined) {
      throw new LambdakitError('config-invalid', `${placeOf()}: envFile: there is no file ${file} in ${folder}`, {
        hint: 'Make the file, or take it out of envFile.',
      });
    }
    for (const [name, value] of Object.entries(parseEnv(text))) {
      variables[name] = value ?? '';
      fileOf.set(name, file);
    }
  }
  return { variables, fileOf };
}
