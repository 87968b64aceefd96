import type { LogSettings } from '../logs/render-log-events.js';
import type { PlatformEvent, TimedPlatformEvent } from '../platform-event.js';
import type { PlatformEventSink } from '../platform-event-sink.js';
import type { Clock } from '../ports.js';
import { InvocationLog } from './invocation-log.js';

/** `begins`: extensions still run and get what is buffered; `is-over`: their subscriptions are void. */
export type ShutdownMoment = 'begins' | 'is-over';

export interface EventStreamOptions {
  readonly clock: Clock;
  readonly sink: PlatformEventSink;
  readonly logSettings: LogSettings;
}

/** Everything that happens in one environment, in order: to the service, to telemetry subscribers and to the log tail. */
export class EventStream {
  readonly #listeners = new Set<(event: TimedPlatformEvent) => void>();
  readonly #shutdownListeners = new Set<(moment: ShutdownMoment) => void>();
  #replay: TimedPlatformEvent[] | undefined = [];
  #invocationLog: InvocationLog | undefined;

  constructor(private readonly options: EventStreamOptions) {}

  get isSubscriptionOpen(): boolean {
    return this.#replay !== undefined;
  }

  emit(event: PlatformEvent, time: number = this.options.clock.now()): void {
    const timed = { time, event };
    this.#replay?.push(timed);
    this.#invocationLog?.add(timed);
    const { sink, logSettings } = this.options;
    sink(logSettings.identity, timed, logSettings);
    for (const listener of this.#listeners) listener(timed);
  }

  /** Hands over what happened so far, then everything new. The returned function stops it. */
  subscribe(listener: (event: TimedPlatformEvent) => void): () => void {
    for (const timed of this.#replay ?? []) listener(timed);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onShutdown(listener: (moment: ShutdownMoment) => void): () => void {
    this.#shutdownListeners.add(listener);
    return () => this.#shutdownListeners.delete(listener);
  }

  announceShutdown(moment: ShutdownMoment): void {
    for (const listener of this.#shutdownListeners) listener(moment);
  }

  /** An init begins: extensions may subscribe again and are told what happens from here on. */
  openSubscription(): void {
    this.#replay ??= [];
  }

  /** Init is over: nobody can subscribe any more, so nothing is kept for replay. */
  closeSubscription(): void {
    this.#replay = undefined;
  }

  /** Collects the log of one invocation from here on. */
  beginInvocation(): InvocationLog {
    this.#invocationLog = new InvocationLog(this.options.logSettings);
    return this.#invocationLog;
  }

  endInvocation(): void {
    this.#invocationLog = undefined;
  }
}
