/** Ends are counted for so long, and for as long again before. */
const WINDOW_MS = 1000;

/** A few ends in a shorter time say nothing about those to come. */
const SHORTEST_SPAN_MS = 20;

/** How quickly something comes to its end again and again, by what ended in the last one or two seconds. */
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

  /** Milliseconds from one end to the next; infinite when nothing has ended lately. */
  intervalMs(now: number): number {
    this.#turn(now);
    if (this.#begunAt === undefined) return Number.POSITIVE_INFINITY;
    const spanMs = this.#spanBeforeMs + now - this.#begunAt;
    return Math.max(SHORTEST_SPAN_MS, spanMs) / (this.#countBefore + this.#count);
  }

  #turn(now: number): void {
    if (this.#begunAt === undefined || now - this.#begunAt < WINDOW_MS) return;
    const isLongAgo = now - this.#begunAt >= 2 * WINDOW_MS;
    this.#countBefore = isLongAgo ? 0 : this.#count;
    this.#spanBeforeMs = isLongAgo ? 0 : WINDOW_MS;
    this.#begunAt = isLongAgo || this.#count === 0 ? undefined : this.#begunAt + WINDOW_MS;
    this.#count = 0;
  }
}
