import type { Clock } from '../ports.js';
import type { ActiveInvocation } from './active-invocation.js';
import type { Generation } from './generation.js';

/** A process that was idle and is killed within this time after an event was sent has most likely not seen it. */
const LOST_WINDOW_MS = 500;

export interface SentEvent {
  readonly invocation: ActiveInvocation;
  /** The processes were idle before. */
  readonly isWarm: boolean;
  readonly clock: Clock;
  /** Of the monotonic clock. */
  readonly startedAt: number;
  generation(): Generation | undefined;
}

/**
 * Says, when the processes were killed, whether they had not seen the event: it may be run elsewhere then. Neither a
 * response nor any output has come since it was sent.
 */
export function watchForLoss({ invocation, isWarm, clock, startedAt, generation }: SentEvent): () => boolean {
  const outputBefore = generation()?.outputChunks;
  return () =>
    isWarm &&
    clock.monotonic() - startedAt < LOST_WINDOW_MS &&
    invocation.responseStartedAt === undefined &&
    generation()?.outputChunks === outputBefore;
}
