import { chainLengthOf, MAX_CHAIN_LENGTH, newTraceHeader } from '../trace-header.js';
import type { AsyncCondition, AsyncEvent, AsyncProgress } from './async-event.js';
import type { AsyncNotice, AsyncQueueDeps, AsyncSettings } from './async-ports.js';
import { deliverOutcome } from './deliver-outcome.js';
import { DEFAULT_RETRY_SETTINGS, isTooOld, type NextStep, stepAfterAttempt, stepAfterRefusal } from './retry-rules.js';
import { type AttemptEnd, runAttempt } from './run-attempt.js';

/** An event as the Lambda API hands it over: already validated, not yet acknowledged. */
export type AsyncEventRequest = Omit<AsyncEvent, 'acceptedAtMs' | 'progress'>;

/** The queue between an asynchronous invocation's 202 and its last outcome. */
export interface AsyncQueue {
  /** Resolves when the event is safe on disk; answer 202 only then. Rejects when it could not be written. */
  enqueue(request: AsyncEventRequest): Promise<void>;
  /** Everything that has not ended yet, oldest first. */
  pending(): readonly AsyncEvent[];
  /** Ends the waits of one event or of all: the next attempt starts now. */
  retryNow(requestId?: string): void;
  /** Resolves when nothing is queued, running or waiting any more. */
  whenEmpty(): Promise<void>;
  /** Starts nothing more and ignores how running attempts end; what has not ended stays on disk. Call it before the dispatcher is disposed. */
  dispose(): Promise<void>;
}

/** Events of one function (all its qualifiers), because concurrency belongs to the function. */
interface Lane {
  /** In the order of arrival. */
  readonly ready: Set<AsyncEvent>;
  inFlight: number;
}

/**
 * Makes the queue and takes up again what an earlier life of the service left in the log.
 *
 * Order of disposal in the composition root: queue, dispatcher, neighbours, log.
 */
export function createAsyncQueue(deps: AsyncQueueDeps): AsyncQueue {
  return new DurableAsyncQueue(deps);
}

class DurableAsyncQueue implements AsyncQueue {
  readonly #deps: AsyncQueueDeps;
  readonly #timeScale: number;
  readonly #events = new Map<string, AsyncEvent>();
  readonly #lanes = new Map<string, Lane>();
  /** Waiting events by request id; calling the value ends the wait without an attempt. */
  readonly #waits = new Map<string, () => void>();
  /** Work that follows an attempt: writing to the log, telling destinations. */
  readonly #settling = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #emptyListeners: (() => void)[] = [];

  constructor(deps: AsyncQueueDeps) {
    this.#deps = deps;
    this.#timeScale = deps.timeScale ?? 1;
    for (const event of deps.log.recovered) {
      this.#events.set(event.requestId, event);
      this.#waitUntilDue(event);
    }
  }

  async enqueue(request: AsyncEventRequest): Promise<void> {
    const acceptedAtMs = this.#deps.clock.now();
    const event: AsyncEvent = {
      ...request,
      traceHeader: request.traceHeader === '' ? newTraceHeader(acceptedAtMs) : request.traceHeader,
      acceptedAtMs,
      progress: { attempts: 0, refusals: 0, dueAtMs: acceptedAtMs },
    };
    await this.#deps.log.add(event);
    this.#events.set(event.requestId, event);
    this.#notify({ type: 'queued', event });
    this.#makeReady(event);
  }

  pending(): readonly AsyncEvent[] {
    return [...this.#events.values()];
  }

  retryNow(requestId?: string): void {
    const ids = requestId === undefined ? [...this.#waits.keys()] : [requestId];
    for (const id of ids) {
      const event = this.#events.get(id);
      if (event === undefined || !this.#waits.has(id)) continue;
      this.#endWait(id);
      this.#makeReady(event);
    }
  }

  whenEmpty(): Promise<void> {
    if (this.#events.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#emptyListeners.push(resolve));
  }

  async dispose(): Promise<void> {
    this.#stop.abort(new Error('the queue was disposed'));
    for (const id of [...this.#waits.keys()]) this.#endWait(id);
    for (const lane of this.#lanes.values()) lane.ready.clear();
    await Promise.allSettled(this.#settling);
  }

  #makeReady(event: AsyncEvent): void {
    if (this.#stop.signal.aborted) return;
    const lane = this.#lanes.get(event.functionArn) ?? { ready: new Set<AsyncEvent>(), inFlight: 0 };
    this.#lanes.set(event.functionArn, lane);
    lane.ready.add(event);
    this.#fill(lane);
  }

  #fill(lane: Lane): void {
    for (const next of lane.ready) {
      if (this.#stop.signal.aborted || lane.inFlight >= this.#widthFor(next)) return;
      lane.ready.delete(next);
      lane.inFlight += 1;
      void this.#run(next, lane);
    }
  }

  /** Never more than the reservation, or the queue would throttle itself into long waits. */
  #widthFor(event: AsyncEvent): number {
    const width = this.#deps.concurrencyPerFunction ?? 10;
    try {
      const { limits } = this.#deps.directory.resolve(event.functionName, event.qualifier, event.region);
      return Math.max(1, Math.min(width, limits.reserved ?? limits.unreserved));
    } catch {
      // A function that cannot be looked up is sorted out by the attempt itself.
      return width;
    }
  }

  async #run(event: AsyncEvent, lane: Lane): Promise<void> {
    const settings = this.#settingsOf(event);
    const early = this.#earlyEnd(event, settings);
    if (early === undefined) this.#notify({ type: 'attempt', event });
    const end = early === undefined ? await runAttempt(event, this.#deps) : undefined;
    lane.inFlight -= 1;
    if (this.#stop.signal.aborted) return;
    this.#fill(lane);
    const settling = (
      end === undefined
        ? this.#finish(event, early ?? 'EventAgeExceeded', settings)
        : this.#settle(event, end, settings)
    ).finally(() => this.#settling.delete(settling));
    this.#settling.add(settling);
  }

  /** Events that are not even tried: too old, or at the end of a chain in which a function starts itself. */
  #earlyEnd(event: AsyncEvent, settings: AsyncSettings): AsyncCondition | undefined {
    if (isTooOld({ settings, ageSeconds: this.#ageSeconds(event) })) return 'EventAgeExceeded';
    const isLoop = chainLengthOf(event.traceHeader, event.functionArn) >= MAX_CHAIN_LENGTH;
    return isLoop && settings.allowsRecursion !== true ? 'RetriesExhausted' : undefined;
  }

  async #settle(event: AsyncEvent, end: AttemptEnd, settings: AsyncSettings): Promise<void> {
    const { attempts, refusals, lastResult } = event.progress;
    const facts = { settings, ageSeconds: this.#ageSeconds(event) };
    switch (end.kind) {
      case 'ran': {
        const hasFunctionError = end.result.functionError !== undefined;
        const step = stepAfterAttempt({ ...facts, attempts: attempts + 1, hasFunctionError });
        const progress = { attempts: attempts + 1, refusals: 0, lastResult: end.result };
        return this.#follow(event, progress, { step, settings, cause: 'function-error' });
      }
      case 'throttled':
      case 'system-error': {
        const step = stepAfterRefusal({ ...facts, refusals: refusals + 1 });
        const progress = { attempts, refusals: refusals + 1, ...(lastResult !== undefined && { lastResult }) };
        return this.#follow(event, progress, { step, settings, cause: end.kind });
      }
      case 'zero-concurrency':
        return this.#finish(event, 'ZeroReservedConcurrency', settings);
      case 'function-missing':
        this.#notify({ type: 'dropped', event, reason: end.reason });
        return this.#forget(event);
    }
  }

  async #follow(
    event: AsyncEvent,
    progress: Omit<AsyncProgress, 'dueAtMs'>,
    next: {
      readonly step: NextStep;
      readonly settings: AsyncSettings;
      readonly cause: 'function-error' | 'throttled' | 'system-error';
    },
  ): Promise<void> {
    const { step, settings, cause } = next;
    const delaySeconds = step.kind === 'wait' ? step.delaySeconds : 0;
    const dueAtMs = this.#deps.clock.now() + (delaySeconds * 1000) / this.#timeScale;
    const moved: AsyncEvent = { ...event, progress: { ...progress, dueAtMs } };
    if (step.kind === 'end') return this.#finish(moved, step.condition, settings);
    this.#events.set(moved.requestId, moved);
    await this.#record(moved, this.#deps.log.progress(moved.requestId, moved.progress));
    this.#notify({ type: 'waiting', event: moved, cause, delaySeconds });
    this.#waitUntilDue(moved);
  }

  async #finish(event: AsyncEvent, condition: AsyncCondition, settings: AsyncSettings): Promise<void> {
    this.#notify({ type: 'ended', event, condition });
    try {
      await deliverOutcome(event, condition, settings, {
        clock: this.#deps.clock,
        delivery: this.#deps.delivery,
        notify: (notice) => this.#notify(notice),
        timeScale: this.#timeScale,
        signal: this.#stop.signal,
      });
    } catch (error) {
      // Interrupted by disposal: the event stays in the log and ends again in the next life.
      if (this.#stop.signal.aborted) return;
      throw error;
    }
    await this.#forget(event);
  }

  async #forget(event: AsyncEvent): Promise<void> {
    await this.#record(event, this.#deps.log.remove(event.requestId));
    this.#events.delete(event.requestId);
    if (this.#events.size > 0) return;
    const listeners = this.#emptyListeners;
    this.#emptyListeners = [];
    for (const listener of listeners) listener();
  }

  #waitUntilDue(event: AsyncEvent): void {
    if (this.#stop.signal.aborted) return;
    const delayMs = Math.max(0, event.progress.dueAtMs - this.#deps.clock.now());
    const cancel = this.#deps.clock.schedule(delayMs, () => {
      this.#waits.delete(event.requestId);
      this.#makeReady(event);
    });
    this.#waits.set(event.requestId, cancel);
  }

  #endWait(requestId: string): void {
    this.#waits.get(requestId)?.();
    this.#waits.delete(requestId);
  }

  #settingsOf(event: AsyncEvent): AsyncSettings {
    try {
      return this.#deps.settings.asyncSettings(event.functionName, event.qualifier, event.region);
    } catch {
      // The function is gone; the attempt finds out and drops the event.
      return DEFAULT_RETRY_SETTINGS;
    }
  }

  /** As Lambda would count it: real time times the time scale. */
  #ageSeconds(event: AsyncEvent): number {
    return ((this.#deps.clock.now() - event.acceptedAtMs) * this.#timeScale) / 1000;
  }

  /** A failed write loses nothing that was promised: the event stays in the log as it was and may run once more. */
  async #record(event: AsyncEvent, written: Promise<void>): Promise<void> {
    try {
      await written;
    } catch (error) {
      this.#notify({ type: 'log-failed', event, reason: error instanceof Error ? error.message : String(error) });
    }
  }

  #notify(notice: AsyncNotice): void {
    this.#deps.onNotice?.(notice);
  }
}
