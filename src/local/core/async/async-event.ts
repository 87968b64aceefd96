/** One event of an asynchronous invocation, from the moment it was acknowledged to its last outcome. */
export interface AsyncEvent {
  /** UUID; every attempt runs under it (Lambda developer guide, Asynchronous invocation). */
  readonly requestId: string;
  readonly functionName: string;
  /** Unqualified function ARN. */
  readonly functionArn: string;
  /** As the caller gave it; an alias is resolved anew at every attempt. */
  readonly qualifier: string | undefined;
  readonly region: string;
  readonly payload: Uint8Array;
  /** Value of X-Amzn-Trace-Id. */
  readonly traceHeader: string;
  /** Whose event it is, for a function with tenant isolation. */
  readonly tenantId?: string;
  /** Epoch milliseconds at which the event was taken in. */
  readonly acceptedAtMs: number;
  readonly progress: AsyncProgress;
}

/** How far an event has come. Replaced as a whole, never changed in place. */
export interface AsyncProgress {
  /** Attempts that ran the function. */
  readonly attempts: number;
  /** Refusals (throttle, system error) in a row since the last attempt that ran. */
  readonly refusals: number;
  /** Epoch milliseconds of the next attempt. */
  readonly dueAtMs: number;
  /** What the last attempt that ran answered. */
  readonly lastResult?: AttemptResult;
}

export interface AttemptResult {
  readonly executedVersion: string;
  readonly functionError?: string;
  /** The function's result or its error object, byte for byte. */
  readonly payload: Uint8Array;
}

/** How an event ended, in the words of the invocation record. */
export type AsyncCondition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';

/**
 * Where events rest between acknowledgement and outcome. The promise of `add` resolves when the event is
 * safe on disk, that of the others when the change would survive a kill of this process; the order is kept.
 */
export interface AsyncEventLog {
  /** Every event that was added and not removed, oldest first, as it was found when the log was opened. */
  readonly recovered: readonly AsyncEvent[];
  add(event: AsyncEvent): Promise<void>;
  progress(requestId: string, progress: AsyncProgress): Promise<void>;
  remove(requestId: string): Promise<void>;
}

/** The ARN of the function with the qualifier under which the event was queued; `$LATEST` when there was none. */
export function qualifiedFunctionArn(event: Pick<AsyncEvent, 'functionArn' | 'qualifier'>): string {
  return `${event.functionArn}:${event.qualifier ?? '$LATEST'}`;
}
