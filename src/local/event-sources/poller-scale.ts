import type { Clock } from '../core/ports.js';

/** A mapping begins with five concurrent batches (Lambda developer guide, "Scaling behavior of SQS event source mappings"). */
const FIRST_CONCURRENCY = 5;
/** Together 300 a minute (same page). */
const GROWTH = { places: 5, everyMs: 1000 };
/** Where growth ends in Lambda (same page). */
export const MAX_QUEUE_CONCURRENCY = 1250;

/**
 * How many batches of a queue may run at once: some more for every second in which all places are taken, and
 * as many as in the beginning after the queue was empty or the function was throttled.
 */
export class PollerScale {
  #limit: number;
  #grownAtMs: number | undefined;

  constructor(
    private readonly clock: Pick<Clock, 'monotonic'>,
    /** Growth ends here. */
    private readonly most: number,
  ) {
    this.#limit = Math.min(FIRST_CONCURRENCY, most);
  }

  get limit(): number {
    return this.#limit;
  }

  /** Call it while all places are taken. Returns in how many milliseconds there are more of them, if they still are. */
  noteFull(): number {
    const nowMs = this.clock.monotonic();
    this.#grownAtMs ??= nowMs;
    if (nowMs - this.#grownAtMs >= GROWTH.everyMs) {
      this.#limit = Math.min(this.#limit + GROWTH.places, this.most);
      this.#grownAtMs = nowMs;
    }
    return GROWTH.everyMs - (nowMs - this.#grownAtMs);
  }

  /** Back to the beginning; what runs may finish. */
  shrink(): void {
    this.#limit = Math.min(FIRST_CONCURRENCY, this.most);
    this.#grownAtMs = undefined;
  }
}
