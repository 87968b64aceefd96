import { unlessNotFound } from '../../aws/not-found.js';
import { isSettled, waitForFunction } from '../../aws/wait-for-function.js';
import type { Project } from '../../config/load-project.js';
import type { ResolvedFunction } from '../../config/resolve-function.js';
import { readFile } from '../../system/files.js';
import type { ActionContext } from '../action-context.js';
import type { DeployResult } from '../deploy/deploy-function.js';
import { deployFunctions } from '../deploy/deploy-functions.js';

export interface ReplaceCodeOptions {
  readonly context: ActionContext;
  /** The new package. */
  readonly file: string;
}

/** Deploys a function with its settings, its layers and what stands beside it, traffic all at once. */
export async function deployInFull(
  { key }: ResolvedFunction,
  project: Project,
  { context, file }: ReplaceCodeOptions,
): Promise<Partial<DeployResult>> {
  const { results, failures } = await deployFunctions(
    {
      ...{ names: [key], isAll: false, isDryRun: false, publish: false, artifact: file, scope: 'all' },
      ...{ mergesEnvironment: false, prunes: false, shift: { allAtOnce: true }, overrides: {}, concurrency: 1 },
    },
    { ...context, project: async () => project },
  );
  if (failures[0] !== undefined) throw failures[0].error;
  return results[0] ?? {};
}

/**
 * Gives a deployed function other code by one call. Where an alias is kept the new code needs a version;
 * the one before it goes, or every save would leave one behind.
 */
export async function replaceCode(
  resolved: ResolvedFunction,
  project: Project,
  options: ReplaceCodeOptions,
): Promise<Partial<DeployResult>> {
  const { functionName, config } = resolved;
  const { context, file } = options;
  const lambda = await context.lambda();
  if (config.alias !== undefined) {
    const target = { FunctionName: functionName, Name: config.alias };
    const before = await unlessNotFound(lambda.getAlias(target));
    const deployed = await deployInFull(resolved, project, options);
    const old = before?.FunctionVersion;
    if (old !== undefined && old !== deployed.version) {
      await unlessNotFound(lambda.deleteFunction({ FunctionName: functionName, Qualifier: old }));
    }
    return deployed;
  }
  const updated = await lambda.updateFunctionCode({ FunctionName: functionName, ZipFile: await readFile(file) });
  if (!isSettled(updated)) await waitForFunction({ calls: lambda, signal: context.signal, functionName });
  return {};
}
