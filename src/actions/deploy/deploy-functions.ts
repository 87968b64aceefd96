import type { ResolvedFunction } from '../../config/resolve-function.js';
import { isLambdakitError, LambdakitError } from '../../errors/lambdakit-error.js';
import { systemClock } from '../../system/clock.js';
import { pause } from '../../system/pause.js';
import type { ActionContext } from '../action-context.js';
import { chooseFunctions } from '../choose-functions.js';
import { inParallel } from '../in-parallel.js';
import { isPackageFile } from '../package-functions.js';
import type { ApplyDependencies } from './apply.js';
import { type DeployFunctionDependencies, type DeployResult, deployFunction } from './deploy-function.js';
import { deployLayers } from './deploy-layers.js';
import type { DeployFailure, DeployOutcome, DeployRequest } from './deploy-request.js';
import { type DesiredOfOptions, desiredOf } from './desired-of.js';

export type { DeployFailure, DeployOutcome, DeployRequest } from './deploy-request.js';

/** Deploys the chosen functions side by side, their layers first. One that fails does not stop the others. */
export async function deployFunctions(request: DeployRequest, context: ActionContext): Promise<DeployOutcome> {
  const project = await context.project(request.overrides);
  const functions = await chooseFunctions(project, { names: request.names, takesAll: request.isAll });
  if (request.artifact !== undefined && functions.length > 1 && isPackageFile(request.artifact)) {
    throw new LambdakitError('usage', `--artifact ${request.artifact} is the package of one function.`, {
      hint: 'Name the function, or give the folder of all packages.',
    });
  }
  const neighbours = await context.neighbours();
  const hasSettings = request.scope !== 'code';
  const layerArns = hasSettings ? await deployLayers(functions, project, { isDryRun: request.isDryRun, context }) : {};
  const options: DesiredOfOptions = { request, project, neighbours, context, layerArns };
  const results: DeployResult[] = [];
  const failures: DeployFailure[] = [];
  await inParallel(functions, request.concurrency, async (resolved) => {
    try {
      results.push(await deployOne(resolved, options));
    } catch (error) {
      if (context.signal.aborted) throw error;
      failures.push({ key: resolved.key, error: asFailure(error) });
      if (functions.length > 1) {
        const text = error instanceof Error ? error.message : String(error);
        context.progress({ kind: 'warning', subject: resolved.key, text });
      }
    }
  });
  return { results: inOrder(results, functions), failures };
}

/** A fault of ours in one function must not hide what became of the others. */
function asFailure(error: unknown): LambdakitError {
  if (isLambdakitError(error)) return error;
  return new LambdakitError('internal', error instanceof Error ? error.message : String(error), { cause: error });
}

async function deployOne(resolved: ResolvedFunction, options: DesiredOfOptions): Promise<DeployResult> {
  const desired = await desiredOf(resolved, options);
  return deployFunction(desired, options.request.isDryRun, await dependenciesOf(resolved, options));
}

async function dependenciesOf(
  resolved: ResolvedFunction,
  { request, context, neighbours }: DesiredOfOptions,
): Promise<DeployFunctionDependencies> {
  const { signal, progress } = context;
  return {
    calls: await context.lambda(),
    iam: neighbours.iam,
    logs: neighbours.logs,
    events: neighbours.events,
    queues: neighbours.sqs,
    signal,
    progress,
    now: systemClock.monotonic,
    sleep: pause,
    random: Math.random,
    stage: async (desired, configuration) => {
      const { stageDesiredPackage } = await import('./stage-desired-package.js');
      return stageDesiredPackage(desired, configuration, { neighbours, signal, progress });
    },
    sign: async (desired, staged) => {
      const { signDesiredPackage } = await import('./sign-desired-package.js');
      return signDesiredPackage(desired, staged, { neighbours, signal, progress });
    },
    pushImage: async (desired) => {
      const { pushImage } = await import('./push-image.js');
      return pushImage(desired, { ecr: neighbours.ecr, signal, progress });
    },
    shift: (step, version) => shiftTo(version, step, { resolved, request, context }),
  };
}

interface ShiftToOptions {
  readonly resolved: ResolvedFunction;
  readonly request: DeployRequest;
  readonly context: ActionContext;
}

async function shiftTo(
  toVersion: string,
  { alias, strategy }: Parameters<ApplyDependencies['shift']>[0],
  { resolved, request, context }: ShiftToOptions,
): Promise<void> {
  const [{ shiftAlias }, { shiftDependencies }, { gatesOf }] = await Promise.all([
    import('../traffic/shift-alias.js'),
    import('../traffic/shift-dependencies.js'),
    import('../traffic/shift-options.js'),
  ]);
  const options = request.shift ?? {};
  const gates = await gatesOf(options, resolved.config.deployment, context.signal);
  const hooks = { before: options.preHook, after: options.postHook };
  const { functionName } = resolved;
  // An earlier deployment of the same version that was killed on its way is continued.
  await shiftAlias(
    { functionName, alias, toVersion, strategy, gates, hooks, resumes: true },
    await shiftDependencies(context, options.timeScale ?? 1),
  );
}

function inOrder(results: readonly DeployResult[], functions: readonly ResolvedFunction[]): readonly DeployResult[] {
  return functions.flatMap(({ functionName }) => results.filter((result) => result.functionName === functionName));
}
