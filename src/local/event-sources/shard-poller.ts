import { countFitting, jsonBytes, MAX_EVENT_BYTES } from './batch-size.js';
import { createDeliveryProgress } from './delivery-progress.js';
import type { EventSourceNotice, PollerOptions } from './event-source-ports.js';
import { type BatchEnd, invokeBatch } from './invoke-batch.js';
import { pause, untilAborted } from './pause.js';
import { ShardLanes } from './shard-lanes.js';
import { type PendingBatch, splitExpired, stepAfterBatch } from './stream-batch.js';
import { streamEventRecord } from './stream-event.js';
import { streamFailureMessage } from './stream-failure-record.js';
import type { ShardReader, StreamRecord } from './stream-source.js';
import { returnedState, type TumblingWindow, takeWindow, windowMembers, windowOf } from './tumbling-window.js';

/** A shard is looked at once per second (Lambda developer guide, "Polling and batching streams"). */
const POLL_INTERVAL_MS = 1000;
const MAX_RETRY_PAUSE_MS = 60_000;

export interface ShardPollerOptions extends PollerOptions {
  readonly shardId: string;
  readonly reader: ShardReader;
  readonly signal: AbortSignal;
}

/** Delivers one shard in order until it ends or `signal` aborts. */
export class ShardPoller {
  readonly #options: ShardPollerOptions;
  readonly #progress = createDeliveryProgress();
  readonly #lanes: ShardLanes;
  #window: { readonly window: TumblingWindow; readonly state: unknown } | undefined;

  constructor(options: ShardPollerOptions) {
    this.#options = options;
    this.#lanes = new ShardLanes({
      count: options.settings.parallelizationFactor,
      batchLength: (waiting) => this.#batchLength(waiting),
      signal: options.signal,
      deliver: async (records) => {
        await this.#deliverBatch(records);
        await this.#finish(records);
      },
    });
  }

  async run(): Promise<void> {
    try {
      await this.#poll();
    } finally {
      await this.#lanes.whenEmpty();
    }
  }

  async #poll(): Promise<void> {
    const { signal, deps, reader } = this.#options;
    while (!signal.aborted) {
      const records = await this.#collect(reader);
      if (records === undefined) return this.#closeWindow(Number.POSITIVE_INFINITY);
      if (records.length > 0) await this.#deliver(records);
      await this.#closeWindow(deps.clock.now());
      await this.#lanes.whenFree();
      if (records.length === 0) await pause(deps.clock, POLL_INTERVAL_MS, signal);
    }
  }

  /** As much as makes a batch for every lane. The batching window opens with the first record. */
  async #collect(reader: ShardReader): Promise<readonly StreamRecord[] | undefined> {
    const { settings, deps, signal } = this.#options;
    const { batchSize, parallelizationFactor, maximumBatchingWindowSeconds: windowSeconds } = settings;
    const limit = batchSize * parallelizationFactor;
    const first = await reader.read(limit);
    if (first === undefined || first.length === 0 || windowSeconds === 0) return first;
    const records = [...first];
    let roomBytes = MAX_EVENT_BYTES * parallelizationFactor - this.#bytesOf(first);
    const endMs = deps.clock.monotonic() + windowSeconds * 1000;
    while (records.length < limit && roomBytes > 0 && deps.clock.monotonic() < endMs && !signal.aborted) {
      await pause(deps.clock, Math.min(POLL_INTERVAL_MS, endMs - deps.clock.monotonic()), signal);
      const more = (await reader.read(limit - records.length)) ?? [];
      roomBytes -= this.#bytesOf(more);
      records.push(...more);
    }
    return records;
  }

  async #deliver(records: readonly StreamRecord[]): Promise<void> {
    this.#progress.begin(records.map(({ sequenceNumber }) => sequenceNumber));
    const passed = records.filter((record) => this.#options.filter(this.#eventRecord(record, '')));
    if (passed.length < records.length) {
      this.#notify('records-dropped', records.length - passed.length);
      const isPassed = new Set(passed);
      await this.#finish(records.filter((record) => !isPassed.has(record)));
    }
    if (this.#options.settings.tumblingWindowSeconds === 0) {
      this.#lanes.push(passed);
      return;
    }
    await this.#deliverInWindows(passed);
    await this.#finish(passed);
  }

  /** What the end of the poller cut off is not done: the next life of it begins there. */
  async #finish(records: readonly StreamRecord[]): Promise<void> {
    const { deps, mapping, shardId, signal } = this.#options;
    if (signal.aborted) return;
    const checkpoint = this.#progress.finish(records.map(({ sequenceNumber }) => sequenceNumber));
    if (checkpoint !== undefined) await deps.checkpoints.save(mapping.uuid, shardId, checkpoint);
  }

  /** As many records as a batch may have and an event holds, be the rest delivered in further ones. */
  #batchLength(waiting: readonly StreamRecord[]): number {
    const roleArn = this.#role();
    return countFitting(waiting.slice(0, this.#options.settings.batchSize), {
      asEvent: (record) => this.#eventRecord(record, roleArn),
      frame: { Records: [], ...this.#windowMembers(false) },
    });
  }

  #bytesOf(records: readonly StreamRecord[]): number {
    return records.reduce((sum, record) => sum + jsonBytes(this.#eventRecord(record, '')), 0);
  }

  /** Tries a batch, or the parts of it in order, until all is done or discarded. */
  async #deliverBatch(records: readonly StreamRecord[]): Promise<void> {
    const { settings, deps, signal } = this.#options;
    const pending: PendingBatch[] = [{ records, attempts: 0 }];
    let lastEnd: BatchEnd | undefined;
    let failuresInRow = 0;
    for (let batch = pending.shift(); batch !== undefined && !signal.aborted; batch = pending.shift()) {
      const { expired, alive } = splitExpired(batch, settings, deps.clock.now());
      if (expired.records.length > 0) await this.#discard(expired, 'RecordAgeExceeded', lastEnd);
      if (alive.records.length === 0) continue;
      // An attempt that the end of the service cuts off proves nothing, and nobody waits for it.
      lastEnd = await untilAborted(this.#invoke(alive.records, false), signal);
      if (lastEnd === undefined || signal.aborted) return;
      const step = stepAfterBatch(alive, lastEnd, settings);
      if (step.hasProgress) this.#keepState(lastEnd);
      pending.unshift(...step.next);
      this.#notify(noticeOf(lastEnd, step.next.length + (step.discarded === undefined ? 0 : 1)), alive.records.length);
      if (step.discarded !== undefined) await this.#discard(step.discarded.batch, step.discarded.condition, lastEnd);
      failuresInRow = step.waits ? failuresInRow + 1 : 0;
      if (step.waits) await pause(deps.clock, Math.min(1000 * 2 ** (failuresInRow - 1), MAX_RETRY_PAUSE_MS), signal);
    }
  }

  async #deliverInWindows(records: readonly StreamRecord[]): Promise<void> {
    let rest = records;
    for (let first = rest[0]; first !== undefined; first = rest[0]) {
      await this.#closeWindow(first.arrivalMs);
      const window = this.#window?.window ?? windowOf(first.arrivalMs, this.#options.settings.tumblingWindowSeconds);
      this.#window ??= { window, state: {} };
      const { inside, after } = takeWindow(rest, window);
      await this.#deliverInside(inside);
      rest = after;
    }
  }

  /** Batch by batch, because the state that a batch returns takes room in the event of the next. */
  async #deliverInside(records: readonly StreamRecord[]): Promise<void> {
    for (let rest = records; rest.length > 0 && !this.#options.signal.aborted; ) {
      const count = this.#batchLength(rest);
      await this.#deliverBatch(rest.slice(0, count));
      rest = rest.slice(count);
    }
  }

  /** The last call of a window carries its state and no records. */
  async #closeWindow(nowMs: number): Promise<void> {
    if (this.#window === undefined || nowMs < this.#window.window.endMs) return;
    const { signal } = this.#options;
    if (!signal.aborted) await untilAborted(this.#invoke([], true), signal);
    this.#window = undefined;
  }

  /** What the next batch of the window begins with, be it the other half of a batch that was split. */
  #keepState(end: BatchEnd): void {
    const returned = end.kind === 'ran' ? returnedState(end.payload) : undefined;
    if (this.#window !== undefined && returned !== undefined) this.#window = { ...this.#window, ...returned };
  }

  #windowMembers(isFinal: boolean): object {
    if (this.#window === undefined) return {};
    const { shardId, settings } = this.#options;
    return windowMembers({ ...this.#window, shardId, eventSourceArn: settings.eventSourceArn, isFinal });
  }

  #invoke(records: readonly StreamRecord[], isFinal: boolean): Promise<BatchEnd> {
    const { mapping, deps } = this.#options;
    const roleArn = this.#role();
    const event = {
      Records: records.map((record) => this.#eventRecord(record, roleArn)),
      ...this.#windowMembers(isFinal),
    };
    return invokeBatch({ mapping, event }, deps);
  }

  #eventRecord(record: StreamRecord, roleArn: string): Record<string, unknown> {
    const { settings, shardId } = this.#options;
    return streamEventRecord(record, { settings, shardId, roleArn });
  }

  #role(): string {
    const { mapping, deps } = this.#options;
    try {
      return deps.directory.resolve(mapping.functionName, mapping.qualifier, mapping.region).snapshot.role;
    } catch {
      // The invocation itself reports that the function is gone.
      return '';
    }
  }

  async #discard(
    batch: PendingBatch,
    condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded',
    lastEnd: BatchEnd | undefined,
  ): Promise<void> {
    const { mapping, settings, deps, shardId } = this.#options;
    this.#notify('records-discarded', batch.records.length, condition);
    if (settings.onFailure === undefined) return;
    const functionArn = this.#functionArn();
    const events = batch.records.map((record) => this.#eventRecord(record, this.#role()));
    const nowMs = deps.clock.now();
    const discarded = { mapping, settings, functionArn, shardId, batch, condition, lastEnd, events, nowMs };
    try {
      await deps.sendFailure(streamFailureMessage(discarded));
    } catch (error) {
      this.#notify('source-failed', batch.records.length, error instanceof Error ? error.message : String(error));
    }
  }

  #functionArn(): string {
    const { region, accountId, functionName } = this.#options.mapping;
    return `arn:aws:lambda:${region}:${accountId}:function:${functionName}`;
  }

  #notify(type: EventSourceNotice['type'], recordCount: number, reason?: string): void {
    const { mapping, deps } = this.#options;
    deps.onNotice?.({ uuid: mapping.uuid, type, recordCount, ...(reason !== undefined && { reason }) });
  }
}

function noticeOf(end: BatchEnd, unfinished: number): EventSourceNotice['type'] {
  if (end.kind === 'refused') return 'batch-refused';
  return unfinished === 0 ? 'batch-succeeded' : 'batch-failed';
}
