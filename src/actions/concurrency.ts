import { LambdakitError } from '../errors/lambdakit-error.js';
import { systemClock } from '../system/clock.js';
import { pause } from '../system/pause.js';
import type { ActionContext } from './action-context.js';
import { allPages } from './all-pages.js';
import { recordOf } from './api-record.js';
import { waitForProvisioned } from './deploy/wait-for-provisioned.js';
import { resolveFunctionTarget } from './function-target.js';
import { openQualifiedFunction } from './qualified-function.js';

type Answer = Readonly<Record<string, unknown>>;

/** How many executions are reserved for a function, and how many environments are kept ready. */
export async function showConcurrency(target: string, context: ActionContext): Promise<Answer> {
  const { functionName } = await resolveFunctionTarget(target, context);
  const calls = await context.lambda();
  const [reserved, provisioned] = await Promise.all([
    calls.getFunctionConcurrency({ FunctionName: functionName }),
    allPages(
      (marker) => calls.listProvisionedConcurrencyConfigs({ FunctionName: functionName, ...marker }),
      ({ ProvisionedConcurrencyConfigs, NextMarker }) => ({ items: ProvisionedConcurrencyConfigs, next: NextMarker }),
    ),
  ]);
  return { functionName, ...recordOf(reserved), provisioned: provisioned.map(recordOf) };
}

export interface ConcurrencyRequest {
  readonly target: string;
  readonly qualifier?: string | undefined;
  readonly reserved?: number | undefined;
  readonly provisioned?: number | undefined;
  /** Until the provisioned environments are ready. */
  readonly waits?: boolean | undefined;
}

/** Reserves executions, or keeps environments of a version or alias ready. */
export async function setConcurrency(request: ConcurrencyRequest, context: ActionContext): Promise<Answer> {
  const { reserved, provisioned } = request;
  if (reserved === undefined && provisioned === undefined) {
    throw new LambdakitError('usage', 'It is not said what is to be set.', {
      hint: 'Give --reserved or --provisioned.',
    });
  }
  const { calls, key } = await openQualifiedFunction(request, context);
  const { FunctionName } = key;
  const kept =
    reserved === undefined
      ? {}
      : recordOf(await calls.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: reserved }));
  if (provisioned === undefined) return { functionName: FunctionName, ...kept };
  const Qualifier = requireQualifier(key.Qualifier);
  const ready = await calls.putProvisionedConcurrencyConfig({
    FunctionName,
    Qualifier,
    ProvisionedConcurrentExecutions: provisioned,
  });
  if (request.waits !== true)
    return { functionName: FunctionName, ...kept, provisioned: { qualifier: Qualifier, ...recordOf(ready) } };
  context.progress({ kind: 'started', subject: FunctionName, text: 'waiting until its environments are ready' });
  const { signal } = context;
  await waitForProvisioned(FunctionName, Qualifier, {
    calls,
    signal,
    now: systemClock.monotonic,
    sleep: pause,
  });
  const settled = await calls.getProvisionedConcurrencyConfig({ FunctionName, Qualifier });
  return { functionName: FunctionName, ...kept, provisioned: { qualifier: Qualifier, ...recordOf(settled) } };
}

export interface DeleteConcurrencyRequest {
  readonly target: string;
  /** With one, its provisioned environments are given up; without, the reservation. */
  readonly qualifier?: string | undefined;
}

/** Gives up the reservation, or the provisioned environments of a qualifier. */
export async function deleteConcurrency(request: DeleteConcurrencyRequest, context: ActionContext): Promise<Answer> {
  const { calls, key } = await openQualifiedFunction(request, context);
  const { FunctionName, Qualifier } = key;
  if (Qualifier === undefined) {
    await calls.deleteFunctionConcurrency({ FunctionName });
    return { functionName: FunctionName, deleted: 'reserved' };
  }
  await calls.deleteProvisionedConcurrencyConfig({ FunctionName, Qualifier });
  return { functionName: FunctionName, deleted: 'provisioned', qualifier: Qualifier };
}

function requireQualifier(qualifier: string | undefined): string {
  if (qualifier !== undefined && qualifier !== '$LATEST') return qualifier;
  throw new LambdakitError('usage', 'Provisioned concurrency belongs to a version or an alias.', {
    hint: 'Name it with --qualifier.',
  });
}
