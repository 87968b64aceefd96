import type { FunctionSnapshot } from './function-snapshot.js';

/** One run of a function, as the Lambda API (or a URL, a poller, the async queue) asks for it. */
export interface InvocationRequest {
  readonly snapshot: FunctionSnapshot;
  /** ARN the caller used: unqualified when no qualifier was given, else with version, alias or `$LATEST`. */
  readonly invokedFunctionArn: string;
  /** UUID; the same on every retry of one asynchronous event. */
  readonly requestId: string;
  /** Raw event bytes, handed to the runtime unchanged. */
  readonly payload: Uint8Array;
  /** Content type of the payload; the Runtime API's default is `application/json`. */
  readonly contentType?: string;
  /** Value of X-Amzn-Trace-Id, complete with Root, Parent, Sampled and Lineage. */
  readonly traceHeader: string;
  /** Decoded JSON text of the client context. Synchronous invocations only. */
  readonly clientContext?: string;
  /** JSON text `{"cognitoIdentityId":…,"cognitoIdentityPoolId":…}`. */
  readonly cognitoIdentity?: string;
  readonly tenantId?: string;
}

/** The figures of the REPORT line. Milliseconds keep their fraction; memory is in whole MB. */
export interface InvocationReport {
  readonly durationMs: number;
  readonly billedDurationMs: number;
  readonly memorySizeMb: number;
  readonly maxMemoryUsedMb: number;
  readonly initDurationMs?: number;
  readonly restoreDurationMs?: number;
  readonly status: 'success' | 'error' | 'failure' | 'timeout';
  readonly errorType?: string;
}

/** How one invocation ended. Settled exactly once; the first cause wins. */
export interface InvocationOutcome {
  readonly requestId: string;
  readonly executedVersion: string;
  /** Absent when the handler succeeded. Current runtimes always yield `Unhandled`; `Handled` is from the first years of Lambda. */
  readonly functionError?: 'Unhandled' | 'Handled';
  /** The function's result, or the error object as JSON, byte for byte. Empty for a streamed response. */
  readonly payload: Uint8Array;
  /** For a streamed response that failed: error type and JSON text from the trailers. */
  readonly streamError?: { readonly type: string; readonly details: string };
}

/** What is known only after the runtime and all extensions asked for the next event. */
export interface InvocationCompletion {
  readonly outcome: InvocationOutcome;
  readonly report: InvocationReport;
  /** Last 4,096 bytes of this invocation's log, START to REPORT, cut at a character boundary. */
  readonly logTail: Uint8Array;
}

/**
 * An accepted invocation. `outcome` settles as soon as the runtime has answered (or failed);
 * `completion` when the invoke phase is over. Neither rejects for an error of the function.
 */
export interface Invocation {
  readonly outcome: Promise<InvocationOutcome>;
  readonly completion: Promise<InvocationCompletion>;
}

/** An invocation whose response is read while the function writes it. */
export interface StreamingInvocation extends Invocation {
  /** Settles with the first byte or the end, whichever is first. */
  readonly head: Promise<{ readonly contentType: string; readonly isStreamed: boolean }>;
  /** The response bytes in the pieces in which they came. Ends early when the function fails. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Why an invocation was not accepted; the Lambda API answers 429 with this as `Reason`. */
export type ThrottleReason =
  | 'ReservedFunctionConcurrentInvocationLimitExceeded'
  | 'ConcurrentInvocationLimitExceeded'
  | 'FunctionInvocationRateLimitExceeded';

/** Thrown by the dispatcher when concurrency limits leave no room. */
export class InvocationThrottled extends Error {
  override readonly name = 'InvocationThrottled';
  constructor(readonly reason: ThrottleReason) {
    super('Rate Exceeded.');
  }
}

/** `outcome` and `completion` reject with this when a SnapStart version could not be restored; the Lambda API answers 400. */
export class SnapStartFailure extends Error {
  override readonly name: 'SnapStartException' | 'SnapStartTimeoutException';
  constructor(isTimeout: boolean) {
    super(isTimeout ? 'The restore hooks did not finish within 10 seconds.' : 'A restore hook of the function failed.');
    this.name = isTimeout ? 'SnapStartTimeoutException' : 'SnapStartException';
  }
}

/** How many environments a function may use at once; all its versions share them. */
export interface ConcurrencyLimits {
  /** Reserved concurrency of the function; absent when it draws on the account's pool. */
  readonly reserved?: number;
  /** What the account leaves to functions without a reservation. */
  readonly unreserved: number;
}

/** The door of core for everybody who invokes: the Lambda API, URLs, pollers, the async queue, one-shot runs. */
export interface Dispatcher {
  /** @throws InvocationThrottled when the limits leave no room. */
  invoke(request: InvocationRequest, limits: ConcurrencyLimits): Invocation;
  /** @throws InvocationThrottled when the limits leave no room. */
  invokeStreaming(request: InvocationRequest, limits: ConcurrencyLimits): StreamingInvocation;
  /** Keeps `count` initialised environments for this version; resolves when all are ready, rejects when init fails. */
  provision(snapshot: FunctionSnapshot, count: number): Promise<void>;
  /** Lets environments of other revisions of this version finish their invocation and then ends them. */
  retire(functionArn: string, version: string, exceptRevisionId?: string): void;
  /** Ends every environment: running invocations are failed, processes are stopped. Idempotent. */
  dispose(): Promise<void>;
}
