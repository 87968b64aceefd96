import { closestName } from '../config/closest-name.js';
import { interpolate } from '../config/interpolate.js';
import type { Project } from '../config/load-project.js';
import { valueAt } from '../config/value-path.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { parseFunctionReference } from '../lambda/function-name.js';
import type { ActionContext } from './action-context.js';

/** The function that a command's argument means. */
export interface FunctionTarget {
  /** What the API takes: a name, or the ARN that was given, without qualifier. */
  readonly functionName: string;
  /** The qualifier that was written behind the name. */
  readonly qualifier: string | undefined;
  /** Its key in the project file. */
  readonly key: string | undefined;
}

/**
 * Reads FUNCTION: a key of the project file or the name that stands there, else a name or an ARN.
 * In a project a bare word that it does not know is taken for a mistake, not for another function.
 * @throws LambdakitError `invalid-input`.
 */
export async function resolveFunctionTarget(
  given: string,
  context: Pick<ActionContext, 'project'>,
): Promise<FunctionTarget> {
  const reference = parseFunctionReference(given);
  if (reference === undefined) {
    throw new LambdakitError('invalid-input', `"${given}" is neither a function name nor a function ARN.`, {
      hint: 'A name has letters, digits, - and _; NAME:QUALIFIER and an ARN are fine too.',
    });
  }
  const { functionName, qualifier, accountId } = reference;
  if (accountId !== undefined) return { functionName: withoutQualifier(given, qualifier), qualifier, key: undefined };
  const project = await context.project();
  if (project.functionKeys.length === 0) return { functionName, qualifier, key: undefined };
  const names = await Promise.all(
    project.functionKeys.map(async (key) => ({ key, name: await configuredName(project, key) })),
  );
  const found = names.find(({ key }) => key === functionName) ?? names.find(({ name }) => name === functionName);
  if (found !== undefined) return { functionName: found.name, qualifier, key: found.key };
  const meant = closestName(functionName, project.functionKeys);
  throw new LambdakitError('invalid-input', `The project has no function "${functionName}".`, {
    hint: `${meant === undefined ? `It has ${project.functionKeys.join(', ')}.` : `Did you mean "${meant}"?`} A function outside of the project is named by its ARN.`,
  });
}

function withoutQualifier(given: string, qualifier: string | undefined): string {
  return qualifier === undefined ? given : given.slice(0, -(qualifier.length + 1));
}

/** The `functionName` of a key, found without settling the rest of the function: its other references may be missing here. */
async function configuredName(project: Project, key: string): Promise<string> {
  const { stage, document, folder, options } = project;
  const places = [...(stage === undefined ? [] : [['stages', stage, 'functions', key]]), ['functions', key]];
  const raw = places
    .map((place) => valueAt(document?.data, [...place, 'functionName']))
    .find((value) => value !== undefined);
  if (typeof raw !== 'string') return key;
  const { environment = {}, resolveRemote, signal } = options;
  const name = await interpolate(raw, {
    folder,
    stage,
    environment,
    resolveRemote,
    signal,
    placeOf: () => `functions.${key}.functionName`,
  });
  return String(name);
}
