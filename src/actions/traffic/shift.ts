import { LambdakitError } from '../../errors/lambdakit-error.js';
import { isVersionNumber } from '../../lambda/qualifier.js';
import type { ActionContext } from '../action-context.js';
import { newestVersion } from '../alias.js';
import { resolveFunctionTarget } from '../function-target.js';
import { type ShiftResult, shiftAlias } from './shift-alias.js';
import { shiftDependencies } from './shift-dependencies.js';
import { gatesOf, type ShiftOptions, strategyOf } from './shift-options.js';

export interface AliasShiftRequest {
  readonly target: string;
  readonly alias: string;
  /** Version number, or `latest` for the newest published one. Absent with `resumes`. */
  readonly version: string | undefined;
  readonly options: ShiftOptions;
  readonly resumes: boolean;
}

/** Moves the traffic of an alias to another version as the command line and the project file say. */
export async function shift(request: AliasShiftRequest, context: ActionContext): Promise<ShiftResult> {
  const { functionName, key } = await resolveFunctionTarget(request.target, context);
  const { options } = request;
  const config = key === undefined ? undefined : await deploymentOf(key, context);
  const strategy = strategyOf(options, config) ?? { type: 'all-at-once' };
  const gates = await gatesOf(options, config, context.signal);
  const dependencies = await shiftDependencies(context, options.timeScale ?? 1);
  const toVersion =
    request.version === 'latest' ? await newestVersion(dependencies.calls as never, functionName) : request.version;
  if (toVersion !== undefined && !isVersionNumber(toVersion) && toVersion !== '$LATEST') {
    throw new LambdakitError('invalid-input', `"${toVersion}" is no version.`, {
      hint: 'Give its number, or "latest" for the newest published one.',
    });
  }
  const hooks = { before: options.preHook, after: options.postHook };
  return shiftAlias(
    { functionName, alias: request.alias, toVersion, strategy, gates, hooks, resumes: request.resumes },
    dependencies,
  );
}

async function deploymentOf(key: string, context: ActionContext) {
  const { resolveFunction } = await import('../../config/resolve-function.js');
  const { config } = await resolveFunction(await context.project(), key);
  return config.deployment;
}
