import type { AsyncCondition } from './async-event.js';

/** The two numbers of an event invoke config (API reference, PutFunctionEventInvokeConfig). */
export interface RetrySettings {
  /** 0 to 2. */
  readonly maximumRetryAttempts: number;
  /** 60 to 21,600. */
  readonly maximumEventAgeSeconds: number;
}

/** What holds when a function has no event invoke config (Lambda developer guide, "Error handling for asynchronous invocation"). */
export const DEFAULT_RETRY_SETTINGS: RetrySettings = { maximumRetryAttempts: 2, maximumEventAgeSeconds: 21_600 };

/** One minute before the first retry, two before the second (same page). */
const RETRY_DELAY_STEP_SECONDS = 60;
/** Throttled events and system errors wait 1 second at first and 5 minutes at most (same page). */
const MAX_REFUSAL_DELAY_SECONDS = 300;

export type NextStep =
  | { readonly kind: 'wait'; readonly delaySeconds: number }
  | { readonly kind: 'end'; readonly condition: AsyncCondition };

export interface AttemptFacts {
  readonly settings: RetrySettings;
  /** Time since the event was taken in. */
  readonly ageSeconds: number;
}

/** What follows an attempt that ran the function; `attempts` counts it. */
export function stepAfterAttempt(
  facts: AttemptFacts & { readonly attempts: number; readonly hasFunctionError: boolean },
): NextStep {
  if (!facts.hasFunctionError) return { kind: 'end', condition: 'Success' };
  if (facts.attempts > facts.settings.maximumRetryAttempts) return { kind: 'end', condition: 'RetriesExhausted' };
  return waitUnlessTooOld(facts, facts.attempts * RETRY_DELAY_STEP_SECONDS);
}

/** What follows a throttle (429) or a system error (5xx); `refusals` counts it. Uses up no retry. */
export function stepAfterRefusal(facts: AttemptFacts & { readonly refusals: number }): NextStep {
  return waitUnlessTooOld(facts, Math.min(2 ** (facts.refusals - 1), MAX_REFUSAL_DELAY_SECONDS));
}

/** Whether an event that waited (or lay on disk while the service was down) may still run. */
export function isTooOld({ settings, ageSeconds }: AttemptFacts): boolean {
  return ageSeconds > settings.maximumEventAgeSeconds;
}

/**
 * Lambda looks ahead: a retry that would start after the maximum age is not even scheduled. An age
 * limit of 60 s therefore allows one attempt and one of 90 s two.
 */
function waitUnlessTooOld({ settings, ageSeconds }: AttemptFacts, delaySeconds: number): NextStep {
  return Math.ceil(ageSeconds) + delaySeconds > settings.maximumEventAgeSeconds
    ? { kind: 'end', condition: 'EventAgeExceeded' }
    : { kind: 'wait', delaySeconds };
}
