import type { Project } from '../config/load-project.js';
import { type ResolvedFunction, resolveFunction } from '../config/resolve-function.js';
import { LambdakitError } from '../errors/lambdakit-error.js';

export interface ChooseFunctionsOptions {
  /** What the user named. */
  readonly names: readonly string[];
  /** Takes all functions of the project when none is named; without it more than one is a question. */
  readonly takesAll: boolean;
}

/**
 * The functions that a command works on, with all of their values settled.
 * @throws LambdakitError `config-not-found` when nothing is named and there is no project file,
 * `usage` when it is not clear which are meant.
 */
export async function chooseFunctions(
  project: Project,
  { names, takesAll }: ChooseFunctionsOptions,
): Promise<readonly ResolvedFunction[]> {
  const keys = names.length > 0 ? [...new Set(names)] : allKeys(project, takesAll);
  return Promise.all(keys.map((key) => resolveFunction(project, key)));
}

function allKeys(project: Project, takesAll: boolean): readonly string[] {
  const { functionKeys, file, folder } = project;
  if (file === undefined) {
    throw new LambdakitError(
      'config-not-found',
      `There is no lambdakit.json in ${folder} or above it, and no function is named.`,
      {
        hint: 'Run `lambdakit scaffold` to make a project, or name the function and describe it with flags.',
      },
    );
  }
  if (functionKeys.length === 0) {
    throw new LambdakitError('config-invalid', `${file} has no functions.`, { hint: 'Add one under "functions".' });
  }
  if (takesAll || functionKeys.length === 1) return functionKeys;
  throw new LambdakitError('usage', `The project has ${functionKeys.length} functions: ${functionKeys.join(', ')}.`, {
    hint: 'Name those that you mean, or give --all.',
  });
}
