import type { Clock } from '../../../../../src/local/core/ports.js';

export interface FakeClock extends Clock {
  /** Moves time on, firing what falls due in order, and lets promises settle in between. */
  advance(ms: number): Promise<void>;
}

/** Time that stands still until it is told to move. */
export function createFakeClock(startMs = Date.UTC(2026, 10, 21)): FakeClock {
  let now = startMs;
  let timers: { dueMs: number; callback: () => void }[] = [];
  return {
    now: () => now,
    monotonic: () => now - startMs,
    schedule(delayMs, callback) {
      const timer = { dueMs: now + delayMs, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const next = timers.filter(({ dueMs }) => dueMs <= end).sort((a, b) => a.dueMs - b.dueMs)[0];
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        now = Math.max(now, next.dueMs);
        next.callback();
        await settle();
      }
      now = end;
      await settle();
    },
  };
}

/** Lets every promise chain that needs no timer and no I/O run to its end. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
