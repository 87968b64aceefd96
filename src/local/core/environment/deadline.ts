import type { Clock } from '../ports.js';

export interface DeadlineOptions {
  readonly clock: Clock;
  readonly limitMs: number;
  /** Milliseconds for which a debugger has held the processes so far; that time does not count. */
  readonly pausedMs: () => number;
  readonly onExpired: () => void;
}

/** While a debugger holds the process the deadline is looked at again after this time. */
const RECHECK_MS = 50;

/** Starts a time limit that stands still while a debugger holds the process. The returned function cancels it. */
export function startDeadline(options: DeadlineOptions): () => void {
  const { clock, limitMs, pausedMs, onExpired } = options;
  let countedMs = pausedMs();
  const onTimer = () => {
    const extraMs = pausedMs() - countedMs;
    if (extraMs <= 0) return onExpired();
    countedMs += extraMs;
    cancel = clock.schedule(Math.max(extraMs, RECHECK_MS), onTimer);
  };
  let cancel = clock.schedule(limitMs, onTimer);
  return () => cancel();
}
