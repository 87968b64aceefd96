import { laneOf } from './stream-event.js';
import type { StreamRecord } from './stream-source.js';

/**
 * Records that may wait behind a lane that does not come through. More are not read then: what a poller
 * holds must end somewhere, and the other lanes have had this many records' time.
 */
const MAX_WAITING_RECORDS = 10_000;

export interface ShardLanesOptions {
  /** The parallelization factor: 1 to 10. */
  readonly count: number;
  /** How many of the waiting records, of which there is at least one, make the next batch. */
  batchLength(waiting: readonly StreamRecord[]): number;
  /** Brings a batch to its end: delivered or discarded; or gives up because the poller ends. */
  deliver(batch: readonly StreamRecord[]): Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * The parallel lanes of a shard. Records with one partition key stay in one lane and in order; a lane that
 * has to try a batch again and again holds back nobody but itself (Lambda developer guide, "Polling and
 * batching streams").
 */
export class ShardLanes {
  readonly #lanes: { readonly waiting: StreamRecord[]; work: Promise<void> | undefined }[];
  #failure: { readonly error: unknown } | undefined;

  constructor(private readonly options: ShardLanesOptions) {
    this.#lanes = Array.from({ length: options.count }, () => ({ waiting: [], work: undefined }));
  }

  push(records: readonly StreamRecord[]): void {
    const { count } = this.options;
    for (const record of records) this.#lanes[laneOf(record.partitionKey, count)]?.waiting.push(record);
    for (const lane of this.#lanes) {
      if (lane.waiting.length === 0 || lane.work !== undefined) continue;
      lane.work = this.#work(lane.waiting)
        .catch((error: unknown) => {
          this.#failure ??= { error };
        })
        .finally(() => {
          lane.work = undefined;
        });
    }
  }

  /** Resolves when a lane is free and not too much waits for the others. Rejects with what a delivery threw. */
  async whenFree(): Promise<void> {
    while (!this.#isFree()) await Promise.race(this.#running());
    this.#throwFailure();
  }

  /** Resolves when every lane has come through. Rejects with what a delivery threw. */
  async whenEmpty(): Promise<void> {
    while (this.#running().length > 0) await Promise.all(this.#running());
    this.#throwFailure();
  }

  #isFree(): boolean {
    const waiting = this.#lanes.reduce((sum, lane) => sum + lane.waiting.length, 0);
    return this.#lanes.some((lane) => lane.work === undefined) && waiting < MAX_WAITING_RECORDS;
  }

  #running(): Promise<void>[] {
    return this.#lanes.flatMap(({ work }) => (work === undefined ? [] : [work]));
  }

  async #work(waiting: StreamRecord[]): Promise<void> {
    const { options } = this;
    while (waiting.length > 0 && !options.signal.aborted) {
      await options.deliver(waiting.splice(0, options.batchLength(waiting)));
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
