/** Adds up how long something was paused. */
export class PauseClock {
  #totalMs = 0;
  #since: number | undefined;

  constructor(private readonly monotonic: () => number) {}

  set(isPaused: boolean): void {
    if (isPaused) {
      this.#since ??= this.monotonic();
      return;
    }
    this.#totalMs = this.pausedMs();
    this.#since = undefined;
  }

  /** Milliseconds so far, a pause that goes on included. */
  pausedMs(): number {
    return this.#totalMs + (this.#since === undefined ? 0 : this.monotonic() - this.#since);
  }
}
