import type { LambdaCalls } from '../../aws/lambda-calls.js';
import { isNotFound } from '../../aws/not-found.js';
import type { CompanionCall, CompanionStep } from './companion-step.js';
import { type ChangeDependencies, isOwnDuplicate, makeChange } from './make-change.js';
import { waitForProvisioned } from './wait-for-provisioned.js';

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
    const isGone = isNotFound(error) && REMOVALS.has(call);
    if (!isGone && !isOwnDuplicate(error)) throw error;
  }
  if (call === 'putProvisionedConcurrencyConfig') {
    const { Qualifier } = request as { readonly Qualifier: string };
    await waitForProvisioned(functionName, Qualifier, dependencies);
  }
  return answer;
}

const REMOVALS: ReadonlySet<CompanionCall> = new Set(['removePermission', 'deleteEventSourceMapping']);
