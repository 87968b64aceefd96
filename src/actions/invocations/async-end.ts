import type { ActionContext } from '../action-context.js';
import { showAsyncSettings } from '../async-settings.js';
import type { LogEntry } from '../logs/log-entry.js';
import { waitForRequestLog } from './request-log.js';

export interface AsyncEndRequest {
  readonly target: string;
  readonly qualifier?: string | undefined;
  readonly requestId: string;
  /** Epoch milliseconds before which the request cannot have begun. */
  readonly sinceMs: number;
}

/** How an asynchronous invocation came to its end. */
export interface AsyncEnd {
  /** The log of all attempts. */
  readonly entries: readonly LogEntry[];
  readonly attempts: number;
}

/** An attempt may wait in the queue and run for so long. */
const ATTEMPT_PATIENCE_MS = 900_000;
/** One minute before the first retry, two before the second (developer guide, "Asynchronous invocation"). */
const RETRY_DELAY_MS = 60_000;

/**
 * Waits until an asynchronous invocation has succeeded or its last attempt has failed, and tells of each attempt
 * that failed. @throws LambdakitError `gave-up-waiting`
 */
export async function waitForAsyncEnd(
  { target, qualifier, requestId, sinceMs }: AsyncEndRequest,
  context: ActionContext,
): Promise<AsyncEnd> {
  const settings = await showAsyncSettings({ target, qualifier }, context);
  const mostAttempts = 1 + Number(settings.maximumRetryAttempts ?? 2);
  const maxAgeMs = 1_000 * Number(settings.maximumEventAgeInSeconds ?? 21_600);
  const startedAt = performance.now();
  let told = 0;
  const isOver = (entries: readonly LogEntry[]): boolean => {
    const reports = entries.filter(({ kind }) => kind === 'report');
    if (reports.some(({ isFailure }) => !isFailure)) return true;
    // Lambda does not even plan a retry that would come after the maximum age.
    const isTooLate = performance.now() - startedAt + reports.length * RETRY_DELAY_MS > maxAgeMs;
    const isLast = reports.length >= mostAttempts || (reports.length > 0 && isTooLate);
    if (!isLast && reports.length > told) {
      const text = `attempt ${reports.length} of ${mostAttempts} has failed; Lambda tries again in ${reports.length} min`;
      context.progress({ kind: 'warning', subject: requestId, text });
    }
    told = reports.length;
    return isLast;
  };
  const patienceMs = mostAttempts * (ATTEMPT_PATIENCE_MS + mostAttempts * RETRY_DELAY_MS);
  const entries = await waitForRequestLog({ target, requestId, sinceMs, patienceMs, isOver }, context);
  return { entries, attempts: entries.filter(({ kind }) => kind === 'report').length };
}
