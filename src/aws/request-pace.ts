import { pause } from '../system/pause.js';

/** Keeps the calls of one client below the rate that a service allows. */
export interface RequestPace {
  /** Resolves when the next call may leave, with the moment at which it does. */
  turn(signal: AbortSignal): Promise<number>;
  /** The call that left at that moment was let through: it was answered, be it with a refusal, and not throttled. */
  passed(leftAt: number): void;
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
/** By how much the rate grows each second: beyond the rate of the last throttle the limit is near; below it was only left. */
const GROWTH = { near: { least: 0.25, share: 0 }, far: { least: 1.5, share: 0.1 } } as const;
const LEAST_AFTER_THROTTLE = 0.8;
const MOST_REMEMBERED = 4_096;
/** A throttle while few calls are under way tells little about the rate; each call waits longer by itself, too. */
const SLOWEST_PER_SECOND = 5;

/**
 * The first throttle sets the rate to what was let through in the second before, also where the answers
 * come later; from there it grows slowly until the next one (additive increase, as in congestion control).
 * Lambda allows 15 control plane requests a second in an account and region (developer guide, "Lambda quotas").
 */
export function createRequestPace(options: RequestPaceOptions = {}): RequestPace {
  const { now = () => performance.now(), sleep = pause } = options;
  const ceiling = options.requestsPerSecond ?? Number.POSITIVE_INFINITY;
  let rate = ceiling;
  let nextTurnAt = 0;
  let grownAt = Number.NEGATIVE_INFINITY;
  let throttledAt = Number.NEGATIVE_INFINITY;
  let throttledRate = Number.POSITIVE_INFINITY;
  let isFirstEstimate = false;
  let departures: number[] = [];
  /** How many of the calls that left in the window before this moment were let through. */
  const letThroughBefore = (at: number): number => {
    departures = departures.filter((leftAt) => leftAt > at - WINDOW_MS);
    return departures.filter((leftAt) => leftAt <= at).length;
  };
  const estimate = (measured: number): number => Math.max(SLOWEST_PER_SECOND, measured * AFTER_THROTTLE);
  return {
    async turn(signal) {
      const at = now();
      if (rate === Number.POSITIVE_INFINITY) return at;
      const turnAt = Math.max(at, nextTurnAt);
      nextTurnAt = turnAt + 1_000 / rate;
      if (turnAt > at) await sleep(turnAt - at, signal);
      return turnAt;
    },
    passed(leftAt) {
      const at = now();
      if (departures.length >= MOST_REMEMBERED) letThroughBefore(at);
      departures.push(leftAt);
      if (isFirstEstimate && leftAt <= throttledAt) {
        rate = Math.min(ceiling, Math.max(rate, estimate(letThroughBefore(throttledAt))));
        return;
      }
      if (rate >= ceiling || at - Math.max(grownAt, throttledAt) < WINDOW_MS) return;
      isFirstEstimate = false;
      const { least, share } = rate < throttledRate * AFTER_THROTTLE ? GROWTH.far : GROWTH.near;
      rate = Math.min(ceiling, rate + Math.max(least, rate * share));
      grownAt = at;
    },
    throttled() {
      const at = now();
      // Calls that were under way with the first one tell nothing new.
      if (at - throttledAt < WINDOW_MS) return;
      isFirstEstimate = rate === Number.POSITIVE_INFINITY;
      throttledRate = rate;
      // Once calls are paced, few of them in the last second may only mean that there was little to do.
      const least = isFirstEstimate ? 0 : rate * LEAST_AFTER_THROTTLE;
      rate = estimate(Math.min(rate, Math.max(letThroughBefore(at), least)));
      nextTurnAt = Math.max(nextTurnAt, at + 1_000 / rate);
      throttledAt = at;
    },
  };
}
