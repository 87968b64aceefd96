import { pause } from '../system/pause.js';
import { readAwsError } from './error-facts.js';
import type { RequestPace } from './request-pace.js';
import { attemptsFor, isInvocation, PATIENCE_MS, type RetryReason, retryDelayMs, retryReason } from './retry-rules.js';

/** One attempt that failed and will be made again. */
export interface AwsRetry {
  readonly operation: string;
  readonly attempt: number;
  readonly reason: RetryReason;
  /** The error's name, or the code of the network. */
  readonly error: string;
  readonly delayMs: number;
}

export interface SendWithRetriesOptions {
  readonly operation: string;
  readonly signal: AbortSignal;
  /** How long one attempt may take before it counts as lost; undefined waits as long as it takes. */
  readonly attemptTimeoutMs: number | undefined;
  readonly pace?: RequestPace | undefined;
  readonly onRetry?: ((retry: AwsRetry) => void) | undefined;
  readonly random?: () => number;
  readonly now?: () => number;
  readonly sleep?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

/** What came of a call, and how often it was sent. */
export interface Sent<T> {
  readonly response: T;
  readonly attempts: number;
}

/** Told apart from a refusal: nobody knows whether the attempts had an effect. */
const ATTEMPTS = Symbol('attempts');

/** Sends a call until it succeeds, fails for good, or patience ends; then throws the last error. */
export async function sendWithRetries<T>(
  send: (signal: AbortSignal) => Promise<T>,
  options: SendWithRetriesOptions,
): Promise<Sent<T>> {
  const { operation, signal, pace, random = Math.random, now = () => performance.now(), sleep = pause } = options;
  const startedAt = now();
  const isPaced = pace !== undefined && !isInvocation(operation);
  for (let attempt = 1; ; attempt++) {
    const leftAt = isPaced ? await pace.turn(signal) : 0;
    try {
      const response = await once(send, options);
      if (isPaced) pace.passed(leftAt);
      return { response, attempts: attempt };
    } catch (error) {
      const reason = signal.aborted ? undefined : retryReason(error, operation);
      const facts = readAwsError(error);
      if (isPaced && reason === 'throttle') pace.throttled();
      // A refusal is an answer, too: "there is no such function" is the first one of every new function.
      else if (isPaced && facts?.status !== undefined) pace.passed(leftAt);
      const isOver =
        reason === undefined || attempt >= attemptsFor(reason, operation) || now() - startedAt > PATIENCE_MS[reason];
      if (isOver) throw markAttempts(error, attempt);
      const delayMs = retryDelayMs(reason, attempt, { retryAfterSeconds: facts?.retryAfterSeconds, random });
      const name = facts?.systemCode ?? facts?.name ?? 'Error';
      options.onRetry?.({ operation, attempt, reason, error: name, delayMs });
      await sleep(delayMs, signal);
    }
  }
}

/** How often the call that threw this error was sent; more than once means that an earlier attempt may have had its effect. */
export function attemptsOf(error: unknown): number {
  return (error as { readonly [ATTEMPTS]?: number } | undefined)?.[ATTEMPTS] ?? 1;
}

function markAttempts(error: unknown, attempts: number): unknown {
  if (typeof error === 'object' && error !== null && Object.isExtensible(error))
    Object.defineProperty(error, ATTEMPTS, { value: attempts, enumerable: false, configurable: true });
  return error;
}

async function once<T>(
  send: (signal: AbortSignal) => Promise<T>,
  { signal, attemptTimeoutMs, operation }: SendWithRetriesOptions,
): Promise<T> {
  if (attemptTimeoutMs === undefined || isInvocation(operation)) return send(signal);
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), attemptTimeoutMs);
  try {
    return await send(AbortSignal.any([signal, deadline.signal]));
  } catch (error) {
    if (!deadline.signal.aborted || signal.aborted) throw error;
    const stalled = new Error(`no answer within ${Math.round(attemptTimeoutMs / 1_000)} s`, { cause: error });
    stalled.name = 'TimeoutError';
    throw stalled;
  } finally {
    clearTimeout(timer);
  }
}
