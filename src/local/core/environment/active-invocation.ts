import type { ResponseStreamSink } from '../environment-api.js';
import type { InvocationCompletion, InvocationOutcome, InvocationRequest, StreamingInvocation } from '../invocation.js';
import type { Clock } from '../ports.js';
import {
  type InvocationFailure,
  normalizeErrorType,
  responseTooLargeFailure,
  truncatedResponseFailure,
} from './invocation-failure.js';
import { type ResponseBandwidth, ResponsePace } from './response-bandwidth.js';
import { ResponseBody } from './response-body.js';

/** Largest buffered response: 6 MB and 100 bytes (the number in Lambda's own error message). */
export const MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100;

/** Largest streamed response: 200 MB (Lambda quotas, "Response streaming"). */
export const MAX_STREAMED_RESPONSE_BYTES = 200 * 1024 * 1024;

/** A runtime whose response breaks off is often about to end: so long its end may take to become known, which is the true cause then. */
const EXIT_NOTICE_MS = 500;

export interface ActiveInvocationOptions {
  readonly request: InvocationRequest;
  /** The caller reads the response while it is written. */
  readonly isStreaming: boolean;
  readonly clock: Clock;
  /** Undefined: as fast as the caller takes it. */
  readonly bandwidth?: ResponseBandwidth | undefined;
}

interface Head {
  readonly contentType: string;
  readonly isStreamed: boolean;
}

/** One accepted invocation from its admission to its end. Its outcome is settled once; later causes are ignored. */
export class ActiveInvocation implements StreamingInvocation {
  readonly request: InvocationRequest;
  readonly outcome: Promise<InvocationOutcome>;
  readonly completion: Promise<InvocationCompletion>;
  readonly head: Promise<Head>;
  readonly body = new ResponseBody();
  /** Called once, as soon as the outcome is known. */
  onSettled: (() => void) | undefined;
  /** The failure that was the first cause; undefined while there is none or after a success. */
  failure: InvocationFailure | undefined;
  /** Monotonic times of the response's first and last byte. */
  responseStartedAt: number | undefined;
  responseEndedAt: number | undefined;
  producedBytes = 0;

  #settled: InvocationOutcome | undefined;
  #cancelTruncation: (() => void) | undefined;
  #resolveOutcome!: (outcome: InvocationOutcome) => void;
  #rejectOutcome!: (error: unknown) => void;
  #resolveCompletion!: (completion: InvocationCompletion) => void;
  #rejectCompletion!: (error: unknown) => void;
  #resolveHead!: (head: Head) => void;
  #rejectHead!: (error: unknown) => void;

  constructor(private readonly options: ActiveInvocationOptions) {
    this.request = options.request;
    this.outcome = new Promise((resolve, reject) => {
      this.#resolveOutcome = resolve;
      this.#rejectOutcome = reject;
    });
    this.completion = new Promise((resolve, reject) => {
      this.#resolveCompletion = resolve;
      this.#rejectCompletion = reject;
    });
    this.head = new Promise((resolve, reject) => {
      this.#resolveHead = resolve;
      this.#rejectHead = reject;
    });
    // A caller that waits for one of them only must not bring the service down when all are given up.
    for (const promise of [this.outcome, this.completion, this.head]) promise.catch(() => undefined);
  }

  get isSettled(): boolean {
    return this.#settled !== undefined;
  }

  get settledOutcome(): InvocationOutcome | undefined {
    return this.#settled;
  }

  /** The runtime began to send its response. */
  markResponseStarted(): void {
    this.responseStartedAt ??= this.options.clock.monotonic();
  }

  /** The whole buffered response. */
  respond(body: Uint8Array | 'too-large' | 'truncated', contentType: string | undefined): void {
    this.responseEndedAt = this.options.clock.monotonic();
    if (body === 'too-large') {
      this.fail(responseTooLargeFailure(MAX_RESPONSE_BYTES));
      return;
    }
    if (body === 'truncated') {
      this.#breakOff();
      return;
    }
    this.producedBytes = body.length;
    if (this.options.isStreaming && !this.isSettled) {
      this.#resolveHead({ contentType: contentType ?? 'application/json', isStreamed: false });
      void this.body.write(body);
    }
    this.#settle({ payload: body });
  }

  /** A streamed response; a caller that cannot stream gets it in one piece. */
  openStream(contentType: string | undefined, onClosed: () => void): ResponseStreamSink {
    const close = (settle: () => void) => () => {
      this.responseEndedAt ??= this.options.clock.monotonic();
      settle();
      onClosed();
    };
    const { sink, payload } = this.options.isStreaming ? this.#forwardingStream(contentType) : this.#collectingStream();
    return {
      write: sink,
      end: close(() => this.#settle({ payload: payload() })),
      abort: close(() => this.#breakOff()),
      fail: (errorType, errorBody) =>
        close(() =>
          this.#failStream({
            status: 'error',
            errorType: normalizeErrorType(errorType),
            rawErrorType: errorType,
            isHandlerError: true,
            payload: () => Buffer.from(errorBody),
          }),
        )(),
    };
  }

  /** The runtime asks for its next event: a response that broke off did so while it lives. */
  confirmTruncation(): void {
    if (this.#cancelTruncation !== undefined) this.#failStream(truncatedResponseFailure());
  }

  /** The function failed before its response was complete. The first cause wins. */
  fail(failure: InvocationFailure): void {
    if (this.isSettled) return;
    if (this.options.isStreaming && this.producedBytes > 0) {
      this.#failStream(failure);
      return;
    }
    this.failure = failure;
    this.#settle({ functionError: 'Unhandled', payload: failure.payload(this.request.requestId) });
  }

  /** The invoke phase is over. */
  complete(completion: InvocationCompletion): void {
    this.#resolveCompletion(completion);
  }

  /** The platform gives the invocation up, for a reason that is not the function's. */
  reject(error: unknown): void {
    this.#rejectOutcome(error);
    this.#rejectCompletion(error);
    this.#rejectHead(error);
    this.body.end();
    this.#markSettled();
  }

  #forwardingStream(contentType: string | undefined) {
    const head = { contentType: contentType ?? 'application/octet-stream', isStreamed: true };
    const { bandwidth, clock } = this.options;
    const pace = bandwidth === undefined ? undefined : new ResponsePace(bandwidth, clock);
    const sink = async (chunk: Uint8Array): Promise<void> => {
      if (this.isSettled) return;
      this.markResponseStarted();
      this.#resolveHead(head);
      this.producedBytes += chunk.length;
      if (this.producedBytes > MAX_STREAMED_RESPONSE_BYTES) {
        this.#failStream(responseTooLargeFailure(MAX_STREAMED_RESPONSE_BYTES));
        return;
      }
      await pace?.take(chunk.length);
      await this.body.write(chunk);
    };
    const payload = () => {
      this.#resolveHead(head);
      return new Uint8Array(0);
    };
    return { sink, payload };
  }

  #collectingStream() {
    const chunks: Uint8Array[] = [];
    const sink = (chunk: Uint8Array): Promise<void> => {
      this.producedBytes += chunk.length;
      if (this.producedBytes > MAX_RESPONSE_BYTES) this.fail(responseTooLargeFailure(MAX_RESPONSE_BYTES));
      else chunks.push(chunk);
      return Promise.resolve();
    };
    return { sink, payload: () => Buffer.concat(chunks) };
  }

  #breakOff(): void {
    if (this.isSettled) return;
    this.#cancelTruncation ??= this.options.clock.schedule(EXIT_NOTICE_MS, () => this.confirmTruncation());
  }

  #failStream(failure: InvocationFailure): void {
    if (this.isSettled) return;
    this.failure = failure;
    const payload = failure.payload(this.request.requestId);
    if (!this.options.isStreaming) {
      this.#settle({ functionError: 'Unhandled', payload });
      return;
    }
    this.#settle({
      functionError: 'Unhandled',
      payload: new Uint8Array(0),
      streamError: {
        type: failure.rawErrorType ?? failure.errorType ?? 'Sandbox.Timedout',
        details: Buffer.from(payload).toString('utf8'),
      },
    });
  }

  #settle(result: Omit<InvocationOutcome, 'requestId' | 'executedVersion'>): void {
    if (this.isSettled) return;
    const { requestId, snapshot } = this.request;
    this.#settled = { requestId, executedVersion: snapshot.version, ...result };
    this.#resolveOutcome(this.#settled);
    this.#resolveHead({ contentType: 'application/json', isStreamed: false });
    this.body.end();
    this.#markSettled();
  }

  #markSettled(): void {
    this.#cancelTruncation?.();
    this.#cancelTruncation = undefined;
    const { onSettled } = this;
    this.onSettled = undefined;
    onSettled?.();
  }
}
