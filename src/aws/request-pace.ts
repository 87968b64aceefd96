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
const GROWTH_PER_SECOND = 0.25;
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
  let changedAt = Number.NEGATIVE_INFINITY;
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
      passed.push(at);
      if (rate >= ceiling || at - changedAt < WINDOW_MS) return;
      rate = Math.min(ceiling, rate + GROWTH_PER_SECOND * Math.min(1, (at - changedAt) / WINDOW_MS));
      changedAt = at;
    },
    throttled() {
      const at = now();
      // Calls that were under way with the first one tell nothing new.
      if (at - changedAt < WINDOW_MS && rate !== Number.POSITIVE_INFINITY) return;
      rate = Math.max(SLOWEST_PER_SECOND, Math.min(rate, recent(at)) * AFTER_THROTTLE);
      nextTurnAt = Math.max(nextTurnAt, at + 1_000 / rate);
      changedAt = at;
    },
  };
}
