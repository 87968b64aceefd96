import type { BuildFailure, Message } from 'esbuild';
import { LambdakitError } from '../errors/lambdakit-error.js';
import type { BuilderContext } from './build-request.js';

const MAX_SHOWN = 10;

/** Turns what esbuild throws into our error: one line `file:line:column: text` for each fault. */
export function explainBundleFailure(error: unknown, context: BuilderContext): LambdakitError {
  const { request } = context;
  if (!isBuildFailure(error)) {
    return new LambdakitError('build-failed', `${request.key} could not be bundled: ${String(error)}`, {
      cause: error,
    });
  }
  const shown = error.errors.slice(0, MAX_SHOWN).map((message) => `  ${formatBundleMessage(message)}`);
  const rest = error.errors.length > MAX_SHOWN ? [`  and ${error.errors.length - MAX_SHOWN} more`] : [];
  return new LambdakitError('build-failed', [`${request.key} could not be bundled:`, ...shown, ...rest].join('\n'), {
    hint: hintFor(error.errors),
    details: {
      errors: error.errors.map(({ text, location }) => ({
        text,
        ...(location && { file: location.file, line: location.line, column: location.column + 1 }),
      })),
    },
  });
}

/** `src/index.ts:3:8: Could not resolve "left-pad"`; columns count from 1, as editors do. */
export function formatBundleMessage({ text, location }: Message): string {
  return location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`;
}

function hintFor(errors: readonly Message[]): string {
  const unresolved = errors.map(({ text }) => /^Could not resolve "([^."/][^"]*)"/.exec(text)?.[1]).find(Boolean);
  if (unresolved === undefined) return 'Mend the source and build again.';
  return `Install it (npm install), or name it in build.external when the runtime or a layer has it: "${unresolved}".`;
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}
