import path from 'node:path';
import { isLambdakitError, LambdakitError } from '../errors/lambdakit-error.js';
import { readTextIfExists } from '../system/files.js';
import { runCommand } from '../system/run-command.js';
import { hasReference, type Reference, replaceReferences } from './reference.js';
import { formatPath, isMapping, type ValuePath } from './value-path.js';

/** Looks up `${ssm:/path}` and `${cfn:STACK.OUTPUT}`; given by whoever has AWS clients. Undefined: there is no such value. */
export type RemoteResolver = (
  kind: 'ssm' | 'cfn',
  name: string,
  signal: AbortSignal | undefined,
) => Promise<string | undefined>;

export interface InterpolationContext {
  readonly folder: string;
  readonly stage: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly resolveRemote: RemoteResolver | undefined;
  readonly signal: AbortSignal | undefined;
  /** `lambdakit.json:12:7`, for messages. */
  readonly placeOf: (path: ValuePath) => string;
}

/**
 * Replaces the references in every text below a value. A text that is one reference and nothing else
 * becomes a number or a boolean where it looks like one and `isText` does not say that text is wanted.
 * @throws LambdakitError `config-invalid` naming key and place of a reference that has no value.
 */
export async function interpolate(value: unknown, context: InterpolationContext, at: ValuePath = []): Promise<unknown> {
  if (hasReference(value)) return interpolateText(value, context, at);
  if (Array.isArray(value)) {
    return Promise.all(value.map((entry, index) => interpolate(entry, context, [...at, index])));
  }
  if (!isMapping(value)) return value;
  const entries = Object.entries(value).map(
    async ([key, entry]) => [key, await interpolate(entry, context, [...at, key])] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function interpolateText(text: string, context: InterpolationContext, at: ValuePath): Promise<string> {
  try {
    return await replaceReferences(text, (reference) => resolveReference(reference, context));
  } catch (error) {
    if (!isLambdakitError(error)) throw error;
    throw new LambdakitError(error.code, `${context.placeOf(at)}: ${formatPath(at)}: ${error.message}`, {
      ...(error.hint !== undefined && { hint: error.hint }),
      cause: error,
    });
  }
}

async function resolveReference(reference: Reference, context: InterpolationContext): Promise<string> {
  const value = (await lookUp(reference, context)) ?? reference.fallback;
  if (value !== undefined) return value;
  throw new LambdakitError('config-invalid', `${reference.source} has no value`, { hint: missingHint(reference) });
}

async function lookUp(reference: Reference, context: InterpolationContext): Promise<string | undefined> {
  const { kind, name } = reference;
  switch (kind) {
    case 'env':
      return context.environment[name];
    case 'stage':
      return context.stage;
    case 'file':
      return (await readTextIfExists(path.resolve(context.folder, name)))?.replace(/\r?\n$/, '');
    case 'git':
      return gitValue(reference, context);
    case 'ssm':
    case 'cfn':
      return context.resolveRemote?.(kind, name, context.signal);
    default:
      throw new LambdakitError('config-invalid', `${reference.source} asks for an unknown kind of value "${kind}"`, {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax that a person has to write
        hint: 'Known are ${env:NAME}, ${stage}, ${file:PATH}, ${git:sha}, ${ssm:/PATH} and ${cfn:STACK.OUTPUT}; write $${ for a literal ${.',
      });
  }
}

const GIT_ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  sha: ['rev-parse', 'HEAD'],
  'short-sha': ['rev-parse', '--short=12', 'HEAD'],
  branch: ['rev-parse', '--abbrev-ref', 'HEAD'],
};

async function gitValue(reference: Reference, context: InterpolationContext): Promise<string | undefined> {
  const args = GIT_ARGUMENTS[reference.name];
  if (args === undefined) {
    throw new LambdakitError('config-invalid', `${reference.source} asks git for "${reference.name}"`, {
      hint: `Known are ${Object.keys(GIT_ARGUMENTS)
        .map((name) => `\${git:${name}}`)
        .join(', ')}.`,
    });
  }
  const result = await runCommand('git', args, {
    cwd: context.folder,
    ...(context.signal !== undefined && { signal: context.signal }),
  });
  return result.exitCode === 0 ? result.stdout.trim() : undefined;
}

function missingHint(reference: Reference): string {
  const fallback = reference.source.replace(/\}$/, ', default}');
  switch (reference.kind) {
    case 'env':
      return `Set the environment variable ${reference.name}, or give a default: ${fallback}`;
    case 'stage':
      return 'Name the stage with --stage or LAMBDAKIT_STAGE.';
    case 'git':
      return 'The project must be in a git repository with at least one commit, and git must be installed.';
    case 'file':
      return `There is no file ${reference.name} in the folder of the project file.`;
    default:
      return `Nothing has the name ${reference.name} for this account and region, or the command ran without AWS access.`;
  }
}
