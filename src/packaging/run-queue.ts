import type { DeflateRun } from './deflate-run.js';

/** Big files have a list of their own and are taken first, so that no thread starts with one when the others end. */
export type RunKind = 'big' | 'small';

const KINDS: readonly RunKind[] = ['big', 'small'];
/** The numbers in shared memory: two for each kind, and two for all. */
const TAKEN = { big: 0, small: 2 } as const;
const AVAILABLE = { big: 1, small: 3 } as const;
const CLOSED = 4;
const CHANGES = 5;
const NUMBERS = 6;

/** A thread looks again after this time although nobody has called it. */
const LONGEST_WAIT_MS = 50;

/** Shared memory for a queue that several threads take from. */
export function createQueueState(): SharedArrayBuffer {
  return new SharedArrayBuffer(NUMBERS * Int32Array.BYTES_PER_ELEMENT);
}

/**
 * One thread's side of a queue of runs. Each thread has all runs in a list of its own; the shared memory
 * says how many there are and which are taken, so that none is done twice and no thread waits for another.
 */
export class RunQueue {
  readonly #state: Int32Array;
  readonly #runs: Readonly<Record<RunKind, (DeflateRun | undefined)[]>> = { big: [], small: [] };
  /** How many runs of each kind have been let go of. */
  readonly #forgotten: Record<RunKind, number> = { big: 0, small: 0 };

  /** @param receive gives the next run that another thread has added; for threads that do not add any */
  constructor(
    state: SharedArrayBuffer,
    private readonly receive?: () => readonly [RunKind, DeflateRun] | undefined,
  ) {
    this.#state = new Int32Array(state);
  }

  /** Makes a run available to all; `send` hands it to the other threads first. */
  add(kind: RunKind, run: DeflateRun, send: () => void): void {
    this.#runs[kind].push(run);
    send();
    Atomics.add(this.#state, AVAILABLE[kind], 1);
    this.#call();
  }

  /** No run will be added any more. */
  close(): void {
    Atomics.store(this.#state, CLOSED, 1);
    this.#call();
  }

  /** The next run; undefined when none is there now. */
  take(): DeflateRun | undefined {
    for (const kind of KINDS) {
      const place = this.#claim(kind);
      if (place !== undefined) return this.#runAt(kind, place);
    }
    return undefined;
  }

  /** The next run, waited for; undefined when there will be none. Blocks the thread. */
  takeOrWait(): DeflateRun | undefined {
    for (;;) {
      const seen = Atomics.load(this.#state, CHANGES);
      const isClosed = Atomics.load(this.#state, CLOSED) === 1;
      const run = this.take();
      if (run !== undefined || isClosed) return run;
      Atomics.wait(this.#state, CHANGES, seen, LONGEST_WAIT_MS);
    }
  }

  #claim(kind: RunKind): number | undefined {
    for (;;) {
      const place = Atomics.load(this.#state, TAKEN[kind]);
      if (place >= Atomics.load(this.#state, AVAILABLE[kind])) return undefined;
      if (Atomics.compareExchange(this.#state, TAKEN[kind], place, place + 1) === place) return place;
    }
  }

  #runAt(kind: RunKind, place: number): DeflateRun {
    const run = this.#waitForRun(kind, place);
    // All up to this one are taken, here or by other threads.
    for (; this.#forgotten[kind] <= place; this.#forgotten[kind]++) this.#runs[kind][this.#forgotten[kind]] = undefined;
    return run;
  }

  #waitForRun(kind: RunKind, place: number): DeflateRun {
    let run = this.#runs[kind][place];
    while (run === undefined) {
      const received = this.receive?.();
      if (received !== undefined) this.#runs[received[0]].push(received[1]);
      run = this.#runs[kind][place];
    }
    return run;
  }

  #call(): void {
    Atomics.add(this.#state, CHANGES, 1);
    Atomics.notify(this.#state, CHANGES);
  }
}
