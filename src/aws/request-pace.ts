import { pause } from '../system/pause.js';

/** Keeps the calls of one client below the rate that a service allows. */
export interface RequestPace {
  /** Resolves when the next call may leave. */
  turn(signal: AbortSignal): Promise<void>;
  succeeded(): void;
  throttled(): void;
}

export interface RequestPaceOptions {
  /** Calls each second from the start. Default: as fast as they come, until the service throttles one. */
  readonly requestsPerSecond?: number | undefined;
  readonly now?: () => number;
  readonly sleep?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

const WINDOW_MS = 1_000;
/** Below the measured rate, so that what waits elsewhere gets through. */
const AFTER_THROTTLE = 0.95;
/** Beyond the rate of the last throttle the limit is near; below it was only left. */
const GROWTH_PER_SECOND = { near: 0.25, far: 1.5 };
const LEAST_AFTER_THROTTLE = 0.8;
const MOST_REMEMBERED = 4_096;
/** A throttle while few calls are under way tells little about the rate; each call waits longer by itself, too. */
const SLOWEST_PER_SECOND = 5;

/**
 * The first throttle sets the rate to what got through in the last second; from there it grows slowly
 * until the next one (additive increase, as in congestion control). Lambda allows 15 control plane
 * requests a second in an account and region (developer guide, "Lambda quotas").
 */
export function createRequestPace(options: RequestPaceOptions = {}): RequestPace {
  const { now = () => performance.now(), sleep = pause } = options;
  const ceiling = options.requestsPerSecond ?? Number.POSITIVE_INFINITY;
  let rate = ceiling;
  let nextTurnAt = 0;
  let grownAt = Number.NEGATIVE_INFINITY;
  let throttledAt = Number.NEGATIVE_INFINITY;
  let throttledRate = Number.POSITIVE_INFINITY;
  let passed: number[] = [];
  const recent = (at: number): number => {
    passed = passed.filter((time) => time > at - WINDOW_MS);
    return passed.length;
  };
  return {
    async turn(signal) {
      if (rate === Number.POSITIVE_INFINITY) return;
      const at = now();
      const turnAt = Math.max(at, nextTurnAt);
      nextTurnAt = turnAt + 1_000 / rate;
      if (turnAt > at) await sleep(turnAt - at, signal);
    },
    succeeded() {
      const at = now();
      if (passed.length >= MOST_REMEMBERED) recent(at);
      passed.push(at);
      if (rate >= ceiling || at - Math.max(grownAt, throttledAt) < WINDOW_MS) return;
      const growth = rate < throttledRate * AFTER_THROTTLE ? GROWTH_PER_SECOND.far : GROWTH_PER_SECOND.near;
      rate = Math.min(ceiling, rate + growth);
      grownAt = at;
    },
    throttled() {
      const at = now();
      // Calls that were under way with the first one tell nothing new.
      if (at - throttledAt < WINDOW_MS) return;
      const isFirst = rate === Number.POSITIVE_INFINITY;
      throttledRate = rate;
      // Once calls are paced, few of them in the last second may only mean that there was little to do.
      const measured = isFirst ? recent(at) : Math.max(recent(at), rate * LEAST_AFTER_THROTTLE);
      rate = Math.max(SLOWEST_PER_SECOND, Math.min(rate, measured) * AFTER_THROTTLE);
      nextTurnAt = Math.max(nextTurnAt, at + 1_000 / rate);
      throttledAt = at;
    },
  };
}
