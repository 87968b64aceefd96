import type { InitializationType } from './function-snapshot.js';
import type { InvocationReport } from './invocation.js';
import type { LogLevel } from './logs/log-level.js';

export type InitPhase = 'init' | 'invoke' | 'snap-start';
export type PhaseStatus = 'success' | 'failure' | 'error' | 'timeout';

/** Where a log record comes from: names one execution environment. */
export interface EnvironmentIdentity {
  readonly environmentId: string;
  readonly functionName: string;
  readonly version: string;
  readonly functionArn: string;
  readonly logGroup: string;
  readonly logStream: string;
}

export interface Span {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly start: number;
  readonly durationMs: number;
}

/** What happened in an environment, once; text logs, JSON logs, telemetry and the console are made from it (Lambda developer guide, "Telemetry API Event schema reference"). */
export type PlatformEvent =
  | {
      readonly type: 'platform.initStart';
      readonly initializationType: InitializationType;
      readonly phase: InitPhase;
      readonly runtimeVersion?: string;
      readonly runtimeVersionArn?: string;
      readonly instanceMaxMemory: number;
    }
  | {
      readonly type: 'platform.initRuntimeDone';
      readonly initializationType: InitializationType;
      readonly phase: InitPhase;
      readonly status: PhaseStatus;
      readonly errorType?: string;
    }
  | {
      readonly type: 'platform.initReport';
      readonly initializationType: InitializationType;
      readonly phase: InitPhase;
      readonly status: PhaseStatus;
      readonly errorType?: string;
      readonly durationMs: number;
    }
  | { readonly type: 'platform.start'; readonly requestId: string; readonly traceHeader: string }
  | {
      readonly type: 'platform.runtimeDone';
      readonly requestId: string;
      readonly status: PhaseStatus;
      readonly errorType?: string;
      readonly durationMs: number;
      readonly producedBytes?: number;
      readonly spans: readonly Span[];
      readonly traceHeader: string;
    }
  | {
      readonly type: 'platform.report';
      readonly requestId: string;
      readonly report: InvocationReport;
      /** The runtime itself reported the error (`…/error`, a failed stream): text logs then show no `Status`. */
      readonly isHandlerError?: boolean;
      /** What ended a crashed or timed-out invocation, without its request id: `Runtime exited with error: exit status 1`. */
      readonly errorMessage?: string;
      readonly spans: readonly Span[];
      readonly traceHeader: string;
    }
  | {
      readonly type: 'platform.restoreStart';
      readonly runtimeVersion?: string;
      readonly runtimeVersionArn?: string;
      readonly instanceMaxMemory: number;
    }
  | { readonly type: 'platform.restoreRuntimeDone'; readonly status: PhaseStatus; readonly errorType?: string }
  | {
      readonly type: 'platform.restoreReport';
      readonly status: PhaseStatus;
      readonly errorType?: string;
      readonly durationMs: number;
    }
  | {
      readonly type: 'platform.extension';
      readonly name: string;
      readonly state: string;
      readonly events: readonly string[];
      readonly errorType?: string;
    }
  | {
      readonly type: 'platform.telemetrySubscription';
      readonly name: string;
      readonly state: string;
      readonly types: readonly string[];
      readonly api: 'telemetry' | 'logs';
    }
  | {
      readonly type: 'platform.logsDropped';
      readonly reason: string;
      readonly droppedRecords: number;
      readonly droppedBytes: number;
    }
  /** One log event of the function or of an extension: a line with its `\n`, or one framed message. */
  | {
      readonly type: 'function' | 'extension';
      readonly requestId: string | undefined;
      readonly name?: string;
      readonly text: string;
      /** A framed message. */
      readonly isMessage?: true;
      /** The level with which the runtime wrote a framed message. */
      readonly level?: LogLevel;
    };

export interface TimedPlatformEvent {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly event: PlatformEvent;
}
