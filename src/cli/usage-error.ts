import { stripVTControlCharacters } from 'node:util';
import { closestName } from '../config/closest-name.js';
import { LambdakitError } from '../errors/lambdakit-error.js';

/** What oclif's parser attaches to its errors, as far as we read it. */
interface ParseError extends Error {
  readonly oclif: { readonly exit?: number };
  readonly flags?: readonly string[];
  readonly parse?: { readonly input?: { readonly flags?: Readonly<Record<string, unknown>> } };
}

/** Our `usage` error for a mistake that oclif found in the arguments; undefined for any other error. */
export function usageErrorOf(error: unknown, bin: string): LambdakitError | undefined {
  if (!isParseError(error)) return undefined;
  const message = stripVTControlCharacters(error.message)
    .replace(/\n*See more help with --help\s*$/, '')
    .replace(/^The following errors? occurred:\s*/, '')
    .replace(/^Nonexistent flag(s?):/, 'Unknown flag$1:')
    // It warns of flags that take all that follows them; ours take one value each.
    .replace(/\n+Note: .* allows? multiple values\.[\s\S]*$/, '')
    .trim();
  const known = Object.keys(error.parse?.input?.flags ?? {});
  const unknown = error.flags?.[0]?.replace(/^-+/, '');
  const meant = unknown === undefined ? undefined : closestName(unknown, known);
  const hint =
    meant === undefined
      ? `Add --help to the command to see what it takes (or run \`${bin} --help\`).`
      : `Did you mean --${meant}?`;
  return new LambdakitError('usage', message, { hint, cause: error });
}

function isParseError(error: unknown): error is ParseError {
  if (!(error instanceof Error) || !('oclif' in error)) return false;
  const { exit } = error.oclif as { readonly exit?: number };
  return 'parse' in error || exit === 2;
}
