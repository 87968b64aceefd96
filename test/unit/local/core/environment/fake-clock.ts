import type { Clock } from '../../../../../src/local/core/ports.js';

interface Timer {
  readonly dueAt: number;
  readonly callback: () => void;
}

/** Time that passes only when a test says so. */
export class FakeClock implements Clock {
  #elapsedMs = 0;
  readonly #timers = new Set<Timer>();

  now = (): number => 1_700_000_000_000 + this.#elapsedMs;
  monotonic = (): number => this.#elapsedMs;

  schedule = (delayMs: number, callback: () => void): (() => void) => {
    const timer = { dueAt: this.#elapsedMs + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  get pending(): number {
    return this.#timers.size;
  }

  /** Lets time pass, one timer after the other, and what follows from each. */
  async advance(durationMs: number): Promise<void> {
    const until = this.#elapsedMs + durationMs;
    await settle();
    for (;;) {
      const [next] = [...this.#timers].filter(({ dueAt }) => dueAt <= until).sort((a, b) => a.dueAt - b.dueAt);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#elapsedMs = Math.max(this.#elapsedMs, next.dueAt);
      next.callback();
      await settle();
    }
    this.#elapsedMs = until;
    await settle();
  }
}

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
