import type { Clock } from './ports.js';

/** A start that waits for something else than the processor gives its place on after this time. */
const PLACE_MS = 250;

/**
 * Lets only so many environments start at the same time. More processes than cores would start no sooner, and
 * meanwhile nothing else would get an answer; and an environment that is ready early often serves the
 * invocations for which the others were meant.
 */
export class StartGate {
  #taken = 0;
  readonly #queue: (() => Promise<unknown> | undefined)[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly places: number,
  ) {}

  /** Calls `begin` when there is a place, at once if there is one now. It returns undefined when it starts nothing after all. */
  enter(begin: () => Promise<unknown> | undefined): void {
    this.#queue.push(begin);
    this.#fill();
  }

  /** The same for a start whose result is wanted. */
  run<Result>(begin: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.enter(() => begin().then(resolve, reject));
    });
  }

  #fill(): void {
    while (this.#taken < this.places) {
      const begin = this.#queue.shift();
      if (begin === undefined) return;
      const started = begin();
      if (started !== undefined) this.#hold(started);
    }
  }

  #hold(started: Promise<unknown>): void {
    this.#taken += 1;
    let isHeld = true;
    const giveOn = (): void => {
      cancelTimer();
      if (!isHeld) return;
      isHeld = false;
      this.#taken -= 1;
      this.#fill();
    };
    const cancelTimer = this.clock.schedule(PLACE_MS, giveOn);
    started.then(giveOn, giveOn);
  }
}
