/** Ends are counted for so long, and for as long again before. */
const WINDOW_MS = 1000;

/** So few ends, or so many at once, say nothing about those to come. */
const FEWEST_ENDS = 10;
const SHORTEST_SPAN_MS = 20;

/** How quickly one thing after the other comes to its end, by what ended in the last one or two seconds. */
export class RecentPace {
  #begunAt: number | undefined;
  #count = 0;
  #countBefore = 0;
  #spanBeforeMs = 0;
  #total = 0;

  /** All that has ended. */
  get total(): number {
    return this.#total;
  }

  /** @param now monotonic milliseconds */
  note(now: number): void {
    this.#turn(now);
    this.#begunAt ??= now;
    this.#count += 1;
    this.#total += 1;
  }

  /** Milliseconds from one end to the next; infinite when too little has ended lately. */
  intervalMs(now: number): number {
    this.#turn(now);
    const count = this.#countBefore + this.#count;
    if (this.#begunAt === undefined || count < FEWEST_ENDS) return Number.POSITIVE_INFINITY;
    return Math.max(SHORTEST_SPAN_MS, this.#spanBeforeMs + now - this.#begunAt) / count;
  }

  #turn(now: number): void {
    if (this.#begunAt === undefined || now - this.#begunAt < WINDOW_MS) return;
    const isLongAgo = this.#count === 0 || now - this.#begunAt >= 2 * WINDOW_MS;
    this.#countBefore = isLongAgo ? 0 : this.#count;
    this.#spanBeforeMs = isLongAgo ? 0 : WINDOW_MS;
    this.#begunAt = isLongAgo ? undefined : this.#begunAt + WINDOW_MS;
    this.#count = 0;
  }
}
