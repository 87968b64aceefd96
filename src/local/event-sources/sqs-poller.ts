import { readBatchResponse } from './batch-response.js';
import { jsonBytes, MAX_EVENT_BYTES, splitBySize } from './batch-size.js';
import type { EventPoller, EventSourceNotice, PollerOptions, QueueMessage } from './event-source-ports.js';
import { type BatchEnd, invokeBatch } from './invoke-batch.js';
import { pause, untilAborted } from './pause.js';
import { MAX_QUEUE_CONCURRENCY, PollerScale } from './poller-scale.js';
import { sqsRecord } from './sqs-event.js';

const MAX_RECEIVE = 10;
/** Half of what SQS allows: a stopped mapping waits at most so long for its last look. */
const LONG_POLL_SECONDS = 10;
const MAX_ERROR_PAUSE_MS = 30_000;
/** A throttled function is left in peace for a moment before the next batch is taken. */
const REFUSED_PAUSE_MS = 1000;

/** Polls a queue for one mapping until it is disposed. */
export function startSqsPoller(options: PollerOptions): EventPoller {
  const poller = new SqsPoller(options);
  const ended = poller.run();
  return {
    dispose() {
      poller.stop();
      return ended;
    },
  };
}

class SqsPoller {
  readonly #mapping: PollerOptions['mapping'];
  readonly #settings: PollerOptions['settings'];
  readonly #filter: PollerOptions['filter'];
  readonly #deps: PollerOptions['deps'];
  readonly #stop = new AbortController();
  readonly #scale: PollerScale;
  #inFlight = 0;
  #onFreed: (() => void) | undefined;
  #errorsInRow = 0;

  constructor({ mapping, settings, filter, deps }: PollerOptions) {
    this.#mapping = mapping;
    this.#settings = settings;
    this.#filter = filter;
    this.#deps = deps;
    this.#scale = new PollerScale(settings.maximumConcurrency ?? deps.queueConcurrency ?? MAX_QUEUE_CONCURRENCY);
  }

  stop(): void {
    this.#stop.abort();
    this.#onFreed?.();
  }

  async run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#freeSlot();
      if (signal.aborted) return;
      try {
        const messages = await this.#stoppable(this.#collect());
        if (messages === undefined) return;
        this.#errorsInRow = 0;
        if (messages.length === 0) this.#scale.shrink();
        await this.#start(await this.#dropFiltered(messages));
      } catch (error) {
        this.#notify('source-failed', 0, error instanceof Error ? error.message : String(error));
        this.#errorsInRow += 1;
        await pause(this.#deps.clock, Math.min(1000 * 2 ** (this.#errorsInRow - 1), MAX_ERROR_PAUSE_MS), signal);
      }
    }
  }

  /** Waits until fewer batches run than the mapping may have at once, which become more in the meantime. */
  async #freeSlot(): Promise<void> {
    while (this.#inFlight >= this.#scale.limit && !this.#stop.signal.aborted) {
      const sinceMs = this.#deps.clock.monotonic();
      await this.#freedWithin(this.#scale.growthMs);
      this.#scale.noteFull(this.#deps.clock.monotonic() - sinceMs);
    }
  }

  #freedWithin(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#deps.clock.schedule(delayMs, resolve);
      this.#onFreed = () => {
        cancel();
        resolve();
      };
    });
  }

  /**
   * Messages until the batch is full, in number or in size, or until the batching window is over, which opens
   * with the first message.
   */
  async #collect(): Promise<readonly QueueMessage[]> {
    const { batchSize, maximumBatchingWindowSeconds: windowSeconds, eventSourceArn: queueArn } = this.#settings;
    const visibilityTimeoutSeconds = await this.#visibility();
    const receive = (maxMessages: number, waitSeconds: number) =>
      this.#deps.queues.receive({
        queueArn,
        maxMessages: Math.min(maxMessages, MAX_RECEIVE),
        waitSeconds,
        ...(visibilityTimeoutSeconds !== undefined && { visibilityTimeoutSeconds }),
      });
    const messages = [...(await receive(batchSize, LONG_POLL_SECONDS))];
    const endMs = this.#deps.clock.monotonic() + windowSeconds * 1000;
    let roomBytes = MAX_EVENT_BYTES - this.#bytesOf(messages);
    while (messages.length > 0 && messages.length < batchSize && roomBytes > 0 && !this.#stop.signal.aborted) {
      const restMs = endMs - this.#deps.clock.monotonic();
      if (restMs <= 0) break;
      const waitSeconds = Math.min(Math.ceil(restMs / 1000), LONG_POLL_SECONDS);
      const more = await receive(batchSize - messages.length, waitSeconds);
      roomBytes -= this.#bytesOf(more);
      messages.push(...more);
    }
    return messages;
  }

  #bytesOf(messages: readonly QueueMessage[]): number {
    return messages.reduce((sum, message) => sum + jsonBytes(this.#asEvent(message)), 0);
  }

  #asEvent(message: QueueMessage): Record<string, unknown> {
    return sqsRecord(message, this.#settings.eventSourceArn);
  }

  /**
   * A batch that may wait longer than its messages stay hidden gets them for window, timeout and 30
   * seconds (Lambda developer guide, "Queue configuration"); otherwise the queue's own value counts.
   */
  async #visibility(): Promise<number | undefined> {
    const { maximumBatchingWindowSeconds: windowSeconds, eventSourceArn } = this.#settings;
    if (windowSeconds === 0) return undefined;
    const { functionName, qualifier, region } = this.#mapping;
    const { snapshot } = this.#deps.directory.resolve(functionName, qualifier, region);
    const needed = windowSeconds + snapshot.timeoutSeconds;
    return needed > (await this.#deps.queues.visibilityTimeoutSeconds(eventSourceArn)) ? needed + 30 : undefined;
  }

  /** The result, or undefined when the poller was stopped first; messages that still come are given back. */
  async #stoppable(collecting: Promise<readonly QueueMessage[]>): Promise<readonly QueueMessage[] | undefined> {
    const { signal } = this.#stop;
    const messages = await untilAborted(collecting, signal);
    if (messages !== undefined && !signal.aborted) return messages;
    collecting.then((late) => this.#release(late)).catch(() => undefined);
    return undefined;
  }

  async #dropFiltered(messages: readonly QueueMessage[]): Promise<readonly QueueMessage[]> {
    const kept = messages.filter((message) => this.#filter(this.#asEvent(message)));
    const dropped = messages.filter((message) => !kept.includes(message));
    if (dropped.length > 0) {
      await this.#delete(dropped);
      this.#notify('records-dropped', dropped.length);
    }
    return kept;
  }

  /** What the last look brought beyond 6 MB makes batches of its own. */
  async #start(messages: readonly QueueMessage[]): Promise<void> {
    const parts = splitBySize(messages, { asEvent: (message) => this.#asEvent(message), frame: { Records: [] } });
    if (this.#settings.eventSourceArn.endsWith('.fifo')) {
      this.#occupy(this.#processInTurn(parts));
      return;
    }
    for (const [index, part] of parts.entries()) {
      await this.#freeSlot();
      if (this.#stop.signal.aborted) return this.#release(parts.slice(index).flat());
      this.#occupy(this.#process(part));
    }
  }

  #occupy(work: Promise<unknown>): void {
    this.#inFlight += 1;
    void work.finally(() => {
      this.#inFlight -= 1;
      this.#onFreed?.();
    });
  }

  /** Parts may share a message group: what follows a failure is given back, and the queue keeps the order. */
  async #processInTurn(parts: readonly (readonly QueueMessage[])[]): Promise<void> {
    for (const [index, part] of parts.entries()) {
      if (this.#stop.signal.aborted) return this.#release(parts.slice(index).flat());
      if (!(await this.#process(part))) return this.#release(parts.slice(index + 1).flat());
    }
  }

  /** Should the queue be closing as well, its messages come back after their visibility timeout. */
  async #release(messages: readonly QueueMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const handles = messages.map(({ receiptHandle }) => receiptHandle);
    await this.#deps.queues.release(this.#settings.eventSourceArn, handles).catch(() => undefined);
  }

  /** Whether all of it is done. */
  async #process(messages: readonly QueueMessage[]): Promise<boolean> {
    const event = { Records: messages.map((message) => this.#asEvent(message)) };
    const traceHeader = messages[0]?.attributes.AWSTraceHeader;
    const end = await invokeBatch({ mapping: this.#mapping, event, traceHeader }, this.#deps);
    const done = this.#doneMessages(end, messages);
    try {
      await this.#delete(done);
    } catch (error) {
      this.#notify('source-failed', done.length, error instanceof Error ? error.message : String(error));
    }
    const isDone = done.length === messages.length;
    if (end.kind === 'refused') {
      this.#scale.shrink();
      this.#notify('batch-refused', messages.length, end.reason);
      await pause(this.#deps.clock, REFUSED_PAUSE_MS, this.#stop.signal);
    } else this.#notify(isDone ? 'batch-succeeded' : 'batch-failed', messages.length);
    return isDone;
  }

  /** What can be deleted; everything else comes back by itself after its visibility timeout. */
  #doneMessages(end: BatchEnd, messages: readonly QueueMessage[]): readonly QueueMessage[] {
    if (end.kind === 'refused' || end.functionError !== undefined) return [];
    if (!this.#settings.reportsBatchItemFailures) return messages;
    const verdict = readBatchResponse(end.payload, new Set(messages.map(({ messageId }) => messageId)));
    if (verdict.kind === 'succeeded') return messages;
    return verdict.kind === 'failed' ? [] : messages.filter(({ messageId }) => !verdict.failedIds.has(messageId));
  }

  async #delete(messages: readonly QueueMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const handles = messages.map(({ receiptHandle }) => receiptHandle);
    await this.#deps.queues.delete(this.#settings.eventSourceArn, handles);
  }

  #notify(type: EventSourceNotice['type'], recordCount: number, reason?: string): void {
    this.#deps.onNotice?.({
      uuid: this.#mapping.uuid,
      type,
      recordCount,
      ...(reason !== undefined && { reason }),
    });
  }
}
