import type { FunctionSnapshot } from './function-snapshot.js';
import { type ConcurrencyLimits, InvocationThrottled } from './invocation.js';

/** The right to use one environment, from admission to the end of the invoke phase. */
export interface ConcurrencySlot {
  /** Calls back once the slot is really free: at once, or when an invocation that has already answered is over. */
  whenFree(start: () => void): void;
  /** The invocation has answered its caller; only the end of its invoke phase is left. */
  markAnswered(): void;
  release(): void;
}

/**
 * Counts invocations against reserved concurrency and against the unreserved concurrency of their region. An
 * invocation holds its slot until its environment is free, but a caller that got its answer may call again: it
 * inherits the slot and waits for it.
 */
export class ConcurrencyLedger {
  readonly #pools = new Map<string, Pool>();

  /** @throws InvocationThrottled when the limits leave no room. */
  admit(
    { functionArn, region }: Pick<FunctionSnapshot, 'functionArn' | 'region'>,
    { reserved, unreserved }: ConcurrencyLimits,
  ): ConcurrencySlot {
    const name = reserved === undefined ? `unreserved in ${region}` : functionArn;
    const pool = this.#pools.get(name) ?? { holding: 0, answered: 0, waiting: [] };
    if (!hasRoom(pool, reserved ?? unreserved)) {
      throw new InvocationThrottled(
        reserved === undefined
          ? 'ConcurrentInvocationLimitExceeded'
          : 'ReservedFunctionConcurrentInvocationLimitExceeded',
      );
    }
    this.#pools.set(name, pool);
    return new Slot(pool, pool.holding < (reserved ?? unreserved), () => this.#pools.delete(name));
  }
}

interface Pool {
  /** Slots taken. */
  holding: number;
  /** Of these, invocations that have answered already. */
  answered: number;
  /** Admitted invocations that wait for one of those to end. */
  readonly waiting: Slot[];
}

function hasRoom({ holding, answered, waiting }: Pool, limit: number): boolean {
  return holding < limit || (limit > 0 && answered > waiting.length);
}

class Slot implements ConcurrencySlot {
  #state: 'waiting' | 'running' | 'answered' | 'released';
  #start: (() => void) | undefined;

  constructor(
    private readonly pool: Pool,
    isFree: boolean,
    private readonly forgetPool: () => void,
  ) {
    this.#state = isFree ? 'running' : 'waiting';
    if (isFree) pool.holding += 1;
    else pool.waiting.push(this);
  }

  whenFree(start: () => void): void {
    if (this.#state === 'waiting') this.#start = start;
    else start();
  }

  markAnswered(): void {
    if (this.#state !== 'running') return;
    this.#state = 'answered';
    this.pool.answered += 1;
  }

  release(): void {
    const { pool } = this;
    if (this.#state === 'released') return;
    const before = this.#state;
    this.#state = 'released';
    if (before === 'waiting') {
      pool.waiting.splice(pool.waiting.indexOf(this), 1);
      return;
    }
    if (before === 'answered') pool.answered -= 1;
    const successor = pool.waiting.shift();
    if (successor !== undefined) {
      successor.#takeOver();
      return;
    }
    pool.holding -= 1;
    if (pool.holding === 0) this.forgetPool();
  }

  #takeOver(): void {
    this.#state = 'running';
    this.#start?.();
  }
}
