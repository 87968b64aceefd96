import type { LambdaCalls } from '../../aws/lambda-calls.js';
import { isLambdakitError, LambdakitError } from '../../errors/lambdakit-error.js';
import type { CompanionCall, CompanionStep } from './companion-step.js';
import { type ChangeDependencies, isOwnDuplicate, makeChange } from './make-change.js';

export type CompanionCalls = Pick<LambdaCalls, CompanionCall | 'getProvisionedConcurrencyConfig'>;

export interface CompanionDependencies extends ChangeDependencies {
  readonly calls: CompanionCalls & ChangeDependencies['calls'];
}

/** What a companion's call answers, as far as it is told. */
export interface CompanionAnswer {
  readonly FunctionUrl?: string | undefined;
}

/** Makes the one call of a companion's step, and waits where the service answers before it has done it. */
export async function applyCompanion(
  { call, request }: CompanionStep,
  functionName: string,
  dependencies: CompanionDependencies,
): Promise<CompanionAnswer> {
  const { calls } = dependencies;
  const send = calls[call] as (request: object) => Promise<CompanionAnswer>;
  let answer: CompanionAnswer = {};
  try {
    answer = await makeChange(functionName, dependencies, () => send(request));
  } catch (error) {
    // Made or removed by an attempt whose answer was lost.
    const isGone = isLambdakitError(error) && error.code === 'not-found' && REMOVALS.has(call);
    if (!isGone && !isOwnDuplicate(error)) throw error;
  }
  if (call === 'putProvisionedConcurrencyConfig') await waitForProvisioned(request, functionName, dependencies);
  return answer;
}

const REMOVALS: ReadonlySet<CompanionCall> = new Set(['removePermission', 'deleteEventSourceMapping']);

const PROVISIONED_PATIENCE_MS = 600_000;
const LOOK_MS = 2_000;

/** @throws LambdakitError `service-refused` with the service's reason, `gave-up-waiting` */
async function waitForProvisioned(
  request: object,
  functionName: string,
  { calls, now, sleep, signal }: CompanionDependencies,
): Promise<void> {
  const { Qualifier } = request as { readonly Qualifier?: string };
  const giveUpAt = now() + PROVISIONED_PATIENCE_MS;
  for (let delayMs = 100; ; delayMs = Math.min(delayMs * 2, LOOK_MS)) {
    const { Status, StatusReason } = await calls.getProvisionedConcurrencyConfig({
      FunctionName: functionName,
      Qualifier,
    });
    if (Status === 'READY') return;
    if (Status === 'FAILED') {
      throw new LambdakitError(
        'service-refused',
        `Provisioned concurrency of ${functionName}:${Qualifier ?? ''} failed: ${StatusReason ?? 'no reason given'}`,
        { hint: 'Invoke the version once to see why it cannot start, correct it, and deploy again.' },
      );
    }
    if (now() > giveUpAt) {
      throw new LambdakitError('gave-up-waiting', `Provisioned concurrency of ${functionName} is still not ready.`, {
        hint: 'AWS goes on with it. Run the command again to continue.',
      });
    }
    await sleep(delayMs, signal);
  }
}
