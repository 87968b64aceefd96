import {
  ApiRefusal,
  type ReportedError,
  type ResponseStreamSink,
  type RuntimeApiPort,
  type RuntimeEvent,
} from '../environment-api.js';
import type { ActiveInvocation } from './active-invocation.js';
import { handlerFailure, invalidResponseModeFailure } from './invocation-failure.js';
import { createRuntimeMachine, type RuntimeState } from './runtime-states.js';

/** What a runtime process told us, for the environment that conducts it. */
export interface RuntimeSessionEvents {
  /** It asked for the next event: init, restore or the invocation is done on its side. */
  onNext(): void;
  onInitError(error: ReportedError): void;
  onRestoreNext(): void;
  onRestoreError(error: ReportedError): void;
}

interface Waiter<T> {
  resolve(value: T): void;
  reject(error: Error): void;
}

/** The Runtime API as one runtime process sees it, from its start to its end. */
export class RuntimeSession implements RuntimeApiPort {
  readonly #machine = createRuntimeMachine();
  /** Several only when a runtime polls again before we saw that its old connection is gone; all get the same event. */
  readonly #pollers: Waiter<RuntimeEvent>[] = [];
  #restorePoller: Waiter<void> | undefined;
  #event: RuntimeEvent | undefined;
  #invocation: ActiveInvocation | undefined;
  /** The one that was answered last, or broken off. */
  #answered: ActiveInvocation | undefined;
  #isRetired = false;
  #isClosed = false;

  constructor(private readonly events: RuntimeSessionEvents) {}

  get state(): RuntimeState {
    return this.#machine.state;
  }

  /** Hands an event to the runtime; it is kept for the next poll when the runtime has none open. */
  deliver(event: RuntimeEvent, invocation: ActiveInvocation): void {
    if (this.#isRetired) return;
    this.#event = event;
    this.#invocation = invocation;
    if (this.#pollers.length === 0) return;
    this.#machine.moveTo('Running');
    for (const poller of this.#pollers.splice(0)) poller.resolve(event);
  }

  /** Lets a runtime that waits in `restore/next` go on. */
  restore(): void {
    if (!this.#machine.allows('Restoring')) return;
    this.#machine.moveTo('Restoring');
    this.#restorePoller?.resolve();
    this.#restorePoller = undefined;
  }

  /**
   * The process is about to be ended and gets nothing any more. Its polls stay open: a runtime whose poll
   * is answered with an error would break down before it has seen SIGTERM.
   */
  retire(): void {
    this.#isRetired = true;
    this.#invocation = undefined;
    this.#event = undefined;
  }

  /** The process is gone: open polls are cut, everything else is refused. */
  close(): void {
    this.retire();
    this.#isClosed = true;
    for (const poller of this.#pollers.splice(0)) poller.reject(closedRefusal());
    this.#restorePoller?.reject(closedRefusal());
  }

  next(signal: AbortSignal): Promise<RuntimeEvent> {
    if (this.#isClosed) throw closedRefusal();
    if (this.#isRetired) return new Promise((resolve, reject) => this.#poll({ resolve, reject }, signal));
    // A runtime that lost the reply asks again and gets the same event.
    if (this.#machine.state === 'Running' && this.#event !== undefined) return Promise.resolve(this.#event);
    const isReconnect = this.#machine.state === 'Ready';
    this.#machine.moveTo('Ready');
    this.#answered?.confirmTruncation();
    this.#answered = undefined;
    const event = new Promise<RuntimeEvent>((resolve, reject) => this.#poll({ resolve, reject }, signal));
    if (!isReconnect) this.events.onNext();
    else if (this.#event !== undefined && this.#invocation !== undefined) this.deliver(this.#event, this.#invocation);
    return event;
  }

  beginResponse(requestId: string): void {
    const invocation = this.#requireInvocation(requestId);
    this.#machine.moveTo('InvocationResponse');
    invocation.markResponseStarted();
  }

  completeResponse(
    requestId: string,
    body: Uint8Array | 'too-large' | 'truncated',
    contentType: string | undefined,
  ): void {
    const invocation = this.#requireInvocation(requestId);
    this.#accept();
    invocation.respond(body, contentType);
  }

  streamResponse(requestId: string, contentType: string | undefined): ResponseStreamSink {
    const invocation = this.#requireInvocation(requestId);
    return invocation.openStream(contentType, () => {
      if (!this.#isRetired && this.#invocation === invocation) this.#accept();
    });
  }

  refuseResponseMode(requestId: string): never {
    const invocation = this.#requireInvocation(requestId);
    if (this.#machine.state === 'Running') this.#machine.moveTo('InvocationResponse');
    this.#accept();
    invocation.fail(invalidResponseModeFailure());
    throw new ApiRefusal(400, 'InvalidFunctionResponseMode', 'Invalid function response mode');
  }

  invocationError(requestId: string, error: ReportedError): void {
    const invocation = this.#requireInvocation(requestId);
    this.#machine.moveTo('InvocationErrorResponse');
    invocation.markResponseStarted();
    this.#accept();
    invocation.fail(handlerFailure(error));
  }

  initError(error: ReportedError): void {
    this.#assertOpen();
    if (this.#machine.state === 'Restoring') {
      this.restoreError(error);
      return;
    }
    this.#machine.moveTo('InitError');
    this.events.onInitError(error);
  }

  restoreNext(signal: AbortSignal): Promise<void> {
    this.#assertOpen();
    this.#machine.moveTo('RestoreReady');
    const restored = new Promise<void>((resolve, reject) => {
      this.#restorePoller = { resolve, reject };
      signal.addEventListener('abort', () => reject(closedRefusal()), { once: true });
    });
    this.events.onRestoreNext();
    return restored;
  }

  restoreError(error: ReportedError): void {
    this.#assertOpen();
    this.#machine.moveTo('RuntimeRestoreErrorState');
    this.events.onRestoreError(error);
  }

  #poll(poller: Waiter<RuntimeEvent>, signal: AbortSignal): void {
    this.#pollers.push(poller);
    signal.addEventListener(
      'abort',
      () => {
        const index = this.#pollers.indexOf(poller);
        if (index < 0) return;
        this.#pollers.splice(index, 1);
        poller.reject(closedRefusal());
      },
      { once: true },
    );
  }

  /** The response or error is in; from here on its request id is unknown. */
  #accept(): void {
    this.#machine.moveTo('RuntimeResponseSentState');
    this.#answered = this.#invocation;
    this.#invocation = undefined;
    this.#event = undefined;
  }

  #requireInvocation(requestId: string): ActiveInvocation {
    if (this.#invocation === undefined || this.#invocation.request.requestId !== requestId) {
      throw new ApiRefusal(400, 'InvalidRequestID', 'Invalid request ID');
    }
    return this.#invocation;
  }

  #assertOpen(): void {
    if (this.#isRetired) throw closedRefusal();
  }
}

function closedRefusal(): ApiRefusal {
  return new ApiRefusal(500, 'InternalServerError', 'Internal Server Error');
}
