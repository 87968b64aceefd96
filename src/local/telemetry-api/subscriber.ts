import type { Clock } from '../core/ports.js';
import type { Delivery } from './delivery.js';
import type { Buffering } from './subscription-request.js';

export interface SubscriberOptions {
  readonly buffering: Buffering;
  readonly delivery: Delivery;
  readonly clock: Clock;
  /** Records were lost because the subscriber was too slow; told once it takes batches again. */
  onDropped(dropped: { readonly records: number; readonly bytes: number }): void;
}

/** Full batches that wait behind the one being sent. With the open one this bounds the memory. */
const MAX_WAITING_BATCHES = 1;

const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 1000;

/** Buffers the records of one subscription and delivers them in batches, in order, until it is stopped. */
export class Subscriber {
  #open: string[] = [];
  #openBytes = 0;
  /** The open batch has reached its time and waits only for room. */
  #isDue = false;
  #isUrgent = false;
  #cancelTimer: (() => void) | undefined;
  #wakeRetry: (() => void) | undefined;
  #dropped = { records: 0, bytes: 0 };
  readonly #waiting: (readonly string[])[] = [];
  #sending: Promise<void> | undefined;
  readonly #stopped = new AbortController();

  constructor(private readonly options: SubscriberOptions) {}

  /** Takes one JSON document. Never blocks; drops it when the buffer is full. */
  add(record: string): void {
    if (this.#stopped.signal.aborted) return;
    const bytes = Buffer.byteLength(record);
    if (this.#isFull) {
      this.#dropped.records += 1;
      this.#dropped.bytes += bytes;
      return;
    }
    this.#open.push(record);
    this.#openBytes += bytes;
    if (this.#isFull) this.#handOver();
    else if (this.#open.length === 1) this.#startTimer();
  }

  /** From now on everything is delivered at once; for the shutdown phase. */
  hurry(): void {
    this.#isUrgent = true;
    this.#wakeRetry?.();
    this.#cancelTimer?.();
    this.#becomeDue();
  }

  /** Sends what is buffered before its time. Resolves when nothing is buffered and nothing on its way. */
  async flush(): Promise<void> {
    while (this.#open.length > 0 || this.#sending !== undefined) {
      this.#becomeDue();
      await this.#sending;
    }
  }

  /** Gives up what is not delivered. Idempotent. */
  stop(): void {
    this.#stopped.abort();
    this.#cancelTimer?.();
    this.#wakeRetry?.();
    this.#open = [];
    this.#waiting.length = 0;
    this.options.delivery.close();
  }

  get #isFull(): boolean {
    const { maxItems, maxBytes } = this.options.buffering;
    return this.#open.length >= maxItems || this.#openBytes >= maxBytes;
  }

  #startTimer(): void {
    const timeoutMs = this.#isUrgent ? 0 : this.options.buffering.timeoutMs;
    this.#cancelTimer = this.options.clock.schedule(timeoutMs, () => this.#becomeDue());
  }

  #becomeDue(): void {
    this.#isDue = this.#open.length > 0;
    this.#handOver();
  }

  #handOver(): void {
    const places = MAX_WAITING_BATCHES + (this.#sending === undefined ? 1 : 0);
    if (this.#open.length === 0 || this.#waiting.length >= places) return;
    this.#waiting.push(this.#open);
    this.#open = [];
    this.#openBytes = 0;
    this.#isDue = false;
    this.#cancelTimer?.();
    this.#sending ??= this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    for (let batch = this.#waiting.shift(); batch !== undefined; batch = this.#waiting.shift()) {
      if (!(await this.#sendUntilTaken(batch))) break;
      if (this.#isDue || this.#isFull) this.#handOver();
      this.#reportDropped();
    }
    this.#sending = undefined;
  }

  /** False when the subscription was stopped first. */
  async #sendUntilTaken(batch: readonly string[]): Promise<boolean> {
    const { signal } = this.#stopped;
    for (let delayMs = FIRST_RETRY_MS; !signal.aborted; delayMs = Math.min(2 * delayMs, MAX_RETRY_MS)) {
      try {
        await this.options.delivery.send(batch, signal);
        return true;
      } catch {
        // Whatever went wrong, the answer is the same: try again until the buffer overflows or the end comes.
        if (!signal.aborted) await this.#pause(this.#isUrgent ? FIRST_RETRY_MS : delayMs);
      }
    }
    return false;
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.options.clock.schedule(delayMs, resolve);
      this.#wakeRetry = () => {
        cancel();
        resolve();
      };
    });
  }

  #reportDropped(): void {
    const dropped = this.#dropped;
    // Without room the report itself would be dropped; it can wait and count on.
    if (dropped.records === 0 || this.#isFull) return;
    this.#dropped = { records: 0, bytes: 0 };
    this.options.onDropped(dropped);
  }
}
