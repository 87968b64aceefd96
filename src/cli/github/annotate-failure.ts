import path from 'node:path';
import type { LambdakitError } from '../../errors/lambdakit-error.js';
import { workingFolder } from '../../system/environment-variables.js';
import { existsSync } from '../../system/files.js';
import { type Annotation, annotate } from './workflow-command.js';

const ANNOTATED = Symbol('annotated');

/** What ended a command and is no failure. */
const QUIET_CODES: ReadonlySet<string> = new Set(['interrupted', 'differences-found', 'declined']);

/** Shows an error on the job's page, once: beside the line of the project file or of the source where it is known. */
export function annotateFailure(error: LambdakitError, title?: string): void {
  if (QUIET_CODES.has(error.code) || ANNOTATED in error) return;
  for (const annotation of annotationsOf(error)) annotate(title === undefined ? annotation : { ...annotation, title });
  markAnnotated(error);
}

/** For an error whose parts have been shown one by one. */
export function markAnnotated(error: LambdakitError): void {
  Object.assign(error, { [ANNOTATED]: true });
}

interface Place {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

interface Problem extends Place {
  readonly path?: string;
  readonly message?: string;
  readonly text?: string;
}

/** One annotation, or one for each problem of the project file. */
export function annotationsOf({ code, message, hint, details = {} }: LambdakitError): readonly Annotation[] {
  const title = `lambdakit: ${code}`;
  // Problems of the project file, or faults of the source that a bundler has found.
  const problems = [details.problems, details.errors].find((list) => Array.isArray(list) && list.length > 0);
  if (problems === undefined) {
    const text = hint === undefined ? message : `${message}\n${hint}`;
    return [{ level: 'error', title, message: text, ...placeOf(details as Place) }];
  }
  return (problems as readonly Problem[]).map((problem) => ({
    level: 'error',
    title,
    message: [problem.path, problem.message ?? problem.text]
      .filter((part) => part !== undefined && part !== '')
      .join(' '),
    ...placeOf(problem),
  }));
}

function placeOf({ file, line, column }: Place): Place {
  // Bundlers name files from the folder of the code; a place that is none would only mislead.
  const isThere = typeof file === 'string' && existsSync(path.resolve(workingFolder(), file));
  return isThere && typeof line === 'number' ? { file, line, column } : {};
}
