import { LambdakitError } from '../errors/lambdakit-error.js';
import type { ActionContext } from './action-context.js';
import { findAlias } from './alias.js';
import { resolveFunctionTarget } from './function-target.js';
import { readVersions } from './versions.js';

export interface RollbackRequest {
  readonly target: string;
  /** Default: the alias of the project file, or the only one that the function has. */
  readonly alias?: string | undefined;
  /** Default: the version before the present one. */
  readonly version?: string | undefined;
}

export interface RollbackResult {
  readonly functionName: string;
  readonly alias: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Moves an alias to the version before, with all of its traffic. While a shift is under way, that is the
 * version that the shift began with.
 * @throws LambdakitError `not-found` when there is no alias or no earlier version.
 */
export async function rollback(request: RollbackRequest, context: ActionContext): Promise<RollbackResult> {
  const { functionName } = await resolveFunctionTarget(request.target, context);
  const calls = await context.lambda();
  const versions = await readVersions(calls, functionName);
  const alias = request.alias ?? onlyAlias(functionName, [...new Set(versions.flatMap(({ aliases }) => aliases))]);
  const current = await findAlias(calls, functionName, alias);
  if (current?.FunctionVersion === undefined) {
    throw new LambdakitError('not-found', `${functionName} has no alias "${alias}".`, {
      hint: `\`lambdakit alias list ${functionName}\` shows those it has.`,
    });
  }
  const from = current.FunctionVersion;
  const isShifting = Object.keys(current.RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0;
  const before = isShifting ? from : undefined;
  const to = request.version ?? before ?? versions.find(({ version }) => Number(version) < Number(from))?.version;
  if (to === undefined) {
    throw new LambdakitError(
      'not-found',
      `${functionName} has no version before ${from}, to which alias ${alias} points.`,
      {
        hint: `\`lambdakit version list ${functionName}\` shows the published ones; choose one with --to.`,
      },
    );
  }
  await calls.updateAlias({
    FunctionName: functionName,
    Name: alias,
    FunctionVersion: to,
    RoutingConfig: { AdditionalVersionWeights: {} },
    RevisionId: current.RevisionId,
  });
  return { functionName, alias, from, to };
}

function onlyAlias(functionName: string, aliases: readonly string[]): string {
  const [alias, ...others] = aliases;
  if (alias !== undefined && others.length === 0) return alias;
  throw new LambdakitError(
    'invalid-input',
    alias === undefined
      ? `${functionName} has no alias to roll back.`
      : `${functionName} has more than one alias: ${aliases.join(', ')}.`,
    { hint: 'Name it with --alias.' },
  );
}
