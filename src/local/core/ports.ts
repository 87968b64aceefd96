import type { Socket } from 'node:net';
import type { FunctionSnapshot, InitializationType } from './function-snapshot.js';
import type { LogLevel } from './logs/log-level.js';

/** Time, so that tests can run years in a moment. */
export interface Clock {
  /** Epoch milliseconds with fraction; the wall clock. */
  now(): number;
  /** Milliseconds with fraction from an arbitrary origin; never goes back. */
  monotonic(): number;
  /** Calls back once after `delayMs`; the returned function cancels. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/** How a process ended: an exit status or the name of a signal (`SIGKILL`), and whether memory was the cause. */
export interface ProcessExit {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly isOutOfMemory: boolean;
}

export type ProcessRole = 'runtime' | 'extension';

/** One framed message of a managed runtime. */
export interface LogFrame {
  readonly kind: 'text' | 'json';
  /** Undefined where the runtime gave none. */
  readonly level: LogLevel | undefined;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly message: Uint8Array;
}

/** What a launched process tells core. Each callback may come at any time until `onExit`. */
export interface ProcessEvents {
  /** Raw bytes of stdout and stderr in the order in which they were written, unsplit. */
  onOutput(chunk: Uint8Array): void;
  /** One framed message of the descriptor `_LAMBDA_TELEMETRY_LOG_FD`, when the runtime uses it. */
  onLogFrame?(frame: LogFrame): void;
  /** The last call; the output was read to its end before it. */
  onExit(exit: ProcessExit): void;
}

/** One started process with its whole tree. */
export interface LaunchedProcess {
  readonly pid: number | undefined;
  /** Sends a signal to the process group. Never throws when it is gone. */
  signal(signal: 'SIGTERM' | 'SIGKILL'): void;
}

/** A process could not be started. `errorType` is Lambda's (`Runtime.InvalidEntrypoint`, `Extension.LaunchError` …). */
export class LaunchFailure extends Error {
  override readonly name = 'LaunchFailure';
  constructor(
    readonly errorType: string,
    message: string,
  ) {
    super(message);
  }
}

export interface HostRequest {
  /** 32 lower-case hex digits; names the log stream and the folders. */
  readonly environmentId: string;
  readonly snapshot: FunctionSnapshot;
  readonly initializationType: InitializationType;
  readonly logStream: string;
  readonly runtimeApi: RuntimeApiAccess;
}

/** How the processes of an environment reach its Runtime, Extensions and Telemetry APIs. */
export interface RuntimeApiAccess {
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** Takes a connection that a process was started with as one that it opened to the address; absent where none can be taken. */
  accept?(connection: Socket): void;
}

/**
 * The place in which one execution environment lives: its folders (`/var/task`, `/opt`, `/tmp`),
 * its limits and its processes. It survives a reset of the runtime; `/tmp` keeps its content until `dispose`.
 */
export interface EnvironmentHost {
  /** Base names of the executables in `/opt/extensions`, sorted. */
  readonly extensionNames: readonly string[];
  /** Lines for the service's log: which isolation, which interpreter, warnings. */
  readonly notes: readonly string[];
  /** @throws LaunchFailure */
  startRuntime(events: ProcessEvents): Promise<LaunchedProcess>;
  /** @throws LaunchFailure */
  startExtension(name: string, events: ProcessEvents): Promise<LaunchedProcess>;
  /** Stops the processor for every process of the environment until `thaw` (SIGSTOP or the cgroup freezer). */
  freeze(): void;
  thaw(): void;
  /** Holds the processes to the share of a processor that their memory size has, where that is asked for; init has all of it. */
  limitProcessor?(isLimited: boolean): void;
  /** High-water mark of the memory of all processes together since the host was opened, in bytes. */
  maxMemoryBytes(): Promise<number>;
  /** Kills what is left, removes the folders. Idempotent; resolves when nothing remains. */
  dispose(): Promise<void>;
}

/** What is known when a host begins to be opened. */
export interface OpeningRequest extends Omit<HostRequest, 'runtimeApi'> {
  /** Opens the listener, the first time it is asked for: at a moment when the processor has nothing else to do. */
  openRuntimeApi(): Promise<RuntimeApiAccess>;
}

/** Opens hosts; implemented by the supervisor. */
export interface EnvironmentLauncher {
  /** `signal` aborts when the environment is given up before it is open. */
  open(request: OpeningRequest, signal?: AbortSignal): Promise<EnvironmentHost>;
}

/**
 * Opens the HTTP listener through which the processes of one environment talk to it; implemented by
 * the composition root out of runtime-api, extensions-api and telemetry-api. Identity is the socket.
 */
export interface EnvironmentListener extends RuntimeApiAccess {
  close(): Promise<void>;
}
