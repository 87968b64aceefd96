/** A mapping begins with five concurrent batches (Lambda developer guide, "Scaling behavior of SQS event source mappings"). */
const FIRST_CONCURRENCY = 5;
/** Together 300 a minute (same page). */
const GROWTH = { places: 5, everyMs: 1000 };
/** Where growth ends in Lambda (same page). */
export const MAX_QUEUE_CONCURRENCY = 1250;

/**
 * How many batches of a queue may run at once: some more for every second in which all places were taken, and
 * as many as in the beginning after the queue was empty or the function was throttled.
 */
export class PollerScale {
  #limit: number;
  /** How long all places were taken since the last growth. */
  #fullMs = 0;

  constructor(
    /** Growth ends here. */
    private readonly most: number,
  ) {
    this.#limit = Math.min(FIRST_CONCURRENCY, most);
  }

  get limit(): number {
    return this.#limit;
  }

  /** In how many milliseconds with all places taken there are more of them. */
  get growthMs(): number {
    return GROWTH.everyMs - this.#fullMs;
  }

  /** All places were taken for so long, in milliseconds. */
  noteFull(durationMs: number): void {
    this.#fullMs += durationMs;
    if (this.#fullMs < GROWTH.everyMs) return;
    this.#fullMs = 0;
    this.#limit = Math.min(this.#limit + GROWTH.places, this.most);
  }

  /** Back to the beginning; what runs may finish. */
  shrink(): void {
    this.#limit = Math.min(FIRST_CONCURRENCY, this.most);
    this.#fullMs = 0;
  }
}
