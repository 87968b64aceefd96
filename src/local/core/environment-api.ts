import type { EnvironmentIdentity, TimedPlatformEvent } from './platform-event.js';

/**
 * What an execution environment offers to its own processes. The HTTP rooms (runtime-api,
 * extensions-api, telemetry-api) turn requests into these calls; core holds every rule.
 */

/** A call that the environment refuses, with Lambda's status, error type and message. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  constructor(
    readonly status: number,
    readonly errorType: string,
    message: string,
  ) {
    super(message);
  }
}

/** One event as `GET …/invocation/next` delivers it; absent members are absent headers. */
export interface RuntimeEvent {
  readonly requestId: string;
  /** Epoch milliseconds, whole. */
  readonly deadlineMs: number;
  readonly invokedFunctionArn: string;
  readonly traceHeader?: string;
  readonly clientContext?: string;
  readonly cognitoIdentity?: string;
  readonly tenantId?: string;
  readonly contentType: string;
  readonly payload: Uint8Array;
}

/** Takes a streamed response piece by piece. Exactly one of `end`, `fail` and `abort` is called, once. */
export interface ResponseStreamSink {
  /** Resolves when the reader can take more. */
  write(chunk: Uint8Array): Promise<void>;
  end(): void;
  /** The trailers carried an error: its type and the decoded JSON text. */
  fail(errorType: string, errorBody: string): void;
  /** The connection was lost before the end. */
  abort(): void;
}

export interface ReportedError {
  /** Value of Lambda-Runtime-Function-Error-Type or Lambda-Extension-Function-Error-Type, unchanged. */
  readonly errorTypeHeader: string | undefined;
  readonly body: Uint8Array;
  readonly contentType: string | undefined;
  readonly xrayErrorCause?: string;
}

/** Runtime API 2018-06-01. Every method may throw ApiRefusal. */
export interface RuntimeApiPort {
  /** Waits for the next event without any time limit; `signal` aborts when the client hangs up. */
  next(signal: AbortSignal): Promise<RuntimeEvent>;
  /** Checks request id and state before the body is read. */
  beginResponse(requestId: string): void;
  /** The whole buffered body; call after beginResponse. `tooLarge` when reading stopped at the limit. */
  completeResponse(
    requestId: string,
    body: Uint8Array | 'too-large' | 'truncated',
    contentType: string | undefined,
  ): void;
  /** Starts a streamed response; call after beginResponse. */
  streamResponse(requestId: string, contentType: string | undefined): ResponseStreamSink;
  /** The response-mode header was neither absent nor `streaming`: fails the invocation. Always throws ApiRefusal. */
  refuseResponseMode(requestId: string): never;
  invocationError(requestId: string, error: ReportedError): void;
  initError(error: ReportedError): void;
  restoreNext(signal: AbortSignal): Promise<void>;
  restoreError(error: ReportedError): void;
}

export type ExtensionEvent =
  | {
      readonly eventType: 'INVOKE';
      readonly deadlineMs: number;
      readonly requestId: string;
      readonly invokedFunctionArn: string;
      readonly tracing: { readonly type: 'X-Amzn-Trace-Id'; readonly value: string };
    }
  | {
      readonly eventType: 'SHUTDOWN';
      readonly deadlineMs: number;
      readonly shutdownReason: 'spindown' | 'timeout' | 'failure';
    };

export interface ExtensionRegistration {
  /** UUID; the value of Lambda-Extension-Identifier from then on. */
  readonly identifier: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly handler: string;
  readonly accountId: string;
}

/** Extensions API 2020-01-01. Every method may throw ApiRefusal. `identifier` is the raw header value or undefined. */
export interface ExtensionsApiPort {
  /** `name` is the raw header value or undefined; `events` as given, unchecked. */
  register(name: string | undefined, events: readonly string[]): ExtensionRegistration;
  next(
    identifier: string | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly eventId: string; readonly event: ExtensionEvent }>;
  initError(identifier: string | undefined, error: ReportedError): void;
  exitError(identifier: string | undefined, error: ReportedError): void;
}

/** What the Telemetry and Logs APIs need of the environment. */
export interface TelemetrySource {
  readonly identity: EnvironmentIdentity;
  /** The name of the extension behind a raw identifier header. @throws ApiRefusal with the Extension.* errors. */
  extensionName(identifier: string | undefined): string;
  /** False once init is over: new subscriptions are refused then. */
  readonly isSubscriptionOpen: boolean;
  readonly logFormat: 'Text' | 'JSON';
  /** All events of this environment so far that a late subscriber must still get, then every new one, in order. The returned function stops it. */
  subscribe(listener: (event: TimedPlatformEvent) => void): () => void;
  /**
   * Tells when the shutdown phase begins, also that of a reset, so that what is buffered is delivered while the
   * extensions still run; and when it is over: every subscription is void then. The returned function stops it.
   */
  onShutdown(listener: (moment: 'begins' | 'is-over') => void): () => void;
  /** Puts a record of the telemetry service itself (platform.telemetrySubscription, platform.logsDropped) into the stream. */
  emit(event: TimedPlatformEvent['event']): void;
}

/** One environment as its listener sees it. */
export interface EnvironmentApi {
  readonly identity: EnvironmentIdentity;
  readonly runtime: RuntimeApiPort;
  readonly extensions: ExtensionsApiPort;
  readonly telemetry: TelemetrySource;
}
