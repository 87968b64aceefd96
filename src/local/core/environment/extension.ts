import type { ExtensionEvent } from '../environment-api.js';
import { ApiRefusal } from '../environment-api.js';
import { createExtensionMachine, type ExtensionState } from './extension-states.js';

export type ExtensionEventType = 'INVOKE' | 'SHUTDOWN';

export interface DeliveredEvent {
  readonly eventId: string;
  readonly event: ExtensionEvent;
}

interface Poller {
  resolve(event: DeliveredEvent): void;
  reject(error: Error): void;
}

/** One extension of one generation of processes: its state, its subscriptions and its open poll. */
export class Extension {
  readonly #machine;
  readonly #pollers: Poller[] = [];
  #undelivered: DeliveredEvent | undefined;
  events: readonly ExtensionEventType[] = [];
  errorType: string | undefined;

  constructor(
    readonly name: string,
    /** UUID that the extension sends with each call. */
    readonly identifier: string,
    readonly isExternal: boolean,
  ) {
    this.#machine = createExtensionMachine(name);
  }

  get state(): ExtensionState {
    return this.#machine.state;
  }

  /** It asked for the next event and has got none since. */
  get isReady(): boolean {
    return this.state === 'Ready' && this.#undelivered === undefined;
  }

  subscribesTo(event: ExtensionEventType): boolean {
    return this.events.includes(event);
  }

  register(events: readonly ExtensionEventType[]): void {
    this.#machine.moveTo('Registered');
    this.events = events;
  }

  /** Waits for the next event; `onReady` runs before the wait. */
  next(signal: AbortSignal, onReady: () => void): Promise<DeliveredEvent> {
    const isReconnect = this.state === 'Ready';
    this.#machine.moveTo('Ready');
    const delivered = new Promise<DeliveredEvent>((resolve, reject) => {
      const poller = { resolve, reject };
      this.#pollers.push(poller);
      signal.addEventListener('abort', () => this.#drop(poller), { once: true });
    });
    if (!isReconnect) onReady();
    const waiting = this.#undelivered;
    if (waiting !== undefined) this.deliver(waiting);
    return delivered;
  }

  /** Answers the open poll, or keeps the event for the next one. Of no effect after an error or the end. */
  deliver(event: DeliveredEvent): void {
    const isDelivered = this.#machine.allows('Running') && this.#pollers.length > 0;
    this.#undelivered = isDelivered ? undefined : event;
    if (!isDelivered) return;
    this.#machine.moveTo('Running');
    // Of several polls all but one are of a connection that is gone.
    for (const poller of this.#pollers.splice(0)) poller.resolve(event);
  }

  /** Only the first error counts; saying it again is no fault and returns false. */
  fail(state: 'InitError' | 'ExitError', errorType: string): boolean {
    if (this.state === state) return false;
    this.#machine.moveTo(state);
    this.errorType = errorType;
    return true;
  }

  failLaunch(errorType: string): void {
    this.#machine.moveTo('LaunchError');
    this.errorType = errorType;
  }

  markShutdownFailed(): void {
    if (this.#machine.allows('ShutdownFailed')) this.#machine.moveTo('ShutdownFailed');
  }

  markExited(): void {
    if (this.#machine.allows('Exited')) this.#machine.moveTo('Exited');
    this.close();
  }

  close(): void {
    for (const poller of this.#pollers.splice(0)) poller.reject(closedRefusal());
  }

  #drop(poller: Poller): void {
    const index = this.#pollers.indexOf(poller);
    if (index < 0) return;
    this.#pollers.splice(index, 1);
    poller.reject(closedRefusal());
  }
}

function closedRefusal(): ApiRefusal {
  return new ApiRefusal(500, 'InternalServerError', 'Internal Server Error');
}
