import type { ReportedError } from '../environment-api.js';
import type { FunctionSnapshot } from '../function-snapshot.js';
import { createLineSplitter, type OutputLine } from '../logs/line-splitter.js';
import type { PlatformEvent } from '../platform-event.js';
import {
  type Clock,
  type EnvironmentHost,
  type LaunchedProcess,
  LaunchFailure,
  type LogFrame,
  type ProcessExit,
} from '../ports.js';
import type { Extension } from './extension.js';
import { ExtensionRegistry } from './extension-registry.js';
import {
  extensionCrashFailure,
  extensionErrorFailure,
  type InvocationFailure,
  launchFailure,
  runtimeExitFailure,
  runtimeReportedFailure,
} from './invocation-failure.js';
import { ProcessOutput } from './process-output.js';
import { RuntimeSession } from './runtime-session.js';
import { type RunningProcess, type ShutdownReason, shutDown } from './shutdown.js';

export interface GenerationOptions {
  readonly snapshot: FunctionSnapshot;
  readonly host: EnvironmentHost;
  readonly clock: Clock;
  newId(): string;
  emit(event: PlatformEvent): void;
  /** The request that runs now; output is booked to it. */
  currentRequestId(): string | undefined;
  /** The runtime asked for the next event. */
  onRuntimeNext(): void;
  /** Every extension asked for the next event. */
  onExtensionsReady(): void;
  /** The first fatal error of this generation; later ones are not reported. */
  onFailure(failure: InvocationFailure): void;
}

/** How long a runtime that reported an init error may take to end by itself before that error is final. */
const INIT_ERROR_GRACE_MS = 500;

/** The processes of one environment from one init to the reset or shutdown after it. */
export class Generation {
  readonly runtime: RuntimeSession;
  readonly extensions: ExtensionRegistry;
  readonly #processes = new Map<string, RunningProcess>();
  readonly #outputs: ProcessOutput[] = [];
  readonly #registered = new Gate();
  readonly #runtimeReady = new Gate();
  readonly #restoreReady = new Gate();
  readonly #extensionsReady = new Gate();
  #launches: Promise<unknown>[] = [];
  #initError: InvocationFailure | undefined;
  #cancelGrace: (() => void) | undefined;
  #failure: InvocationFailure | undefined;
  #isStopping = false;
  #outputChunks = 0;
  #stopped: Promise<void> | undefined;

  constructor(private readonly options: GenerationOptions) {
    const { snapshot, host, newId } = options;
    this.runtime = new RuntimeSession({
      onNext: () => {
        this.#restoreReady.open();
        this.#runtimeReady.open();
        options.onRuntimeNext();
      },
      onRestoreNext: () => this.#restoreReady.open(),
      onInitError: (error) => this.#onInitError(error),
      onRestoreError: (error) => this.#onInitError(error),
    });
    this.extensions = new ExtensionRegistry({
      externalNames: host.extensionNames,
      functionName: snapshot.functionName,
      functionVersion: snapshot.version,
      handler: snapshot.handler ?? '',
      accountId: snapshot.accountId,
      newId,
      onProgress: (extension) => this.#onExtensionProgress(extension),
      onError: (extension, error) => this.#onExtensionError(extension, error),
    });
  }

  /** The first fatal error. */
  get failure(): InvocationFailure | undefined {
    return this.#failure;
  }

  get #isLost(): boolean {
    return this.#isStopping || this.#failure !== undefined;
  }

  /** Grows with everything that a process writes. */
  get outputChunks(): number {
    return this.#outputChunks;
  }

  /** Starts the extensions, then the runtime once all of them registered. Waits without limit; failures come through `onFailure`. */
  async launch(): Promise<void> {
    const names = this.extensions.all.map(({ name }) => name);
    await Promise.all(names.map((name) => this.#start(name)));
    if (this.#isLost) return;
    if (this.extensions.isEveryExternalRegistered) this.#registered.open();
    await this.#registered.opened;
    if (!this.#isLost) await this.#start(undefined);
  }

  /** The runtime asked for `restore/next`, or for its first event when it has no restore hooks. */
  get restoreReady(): Promise<void> {
    return this.#restoreReady.opened;
  }

  /** The runtime asked for its first event. */
  get runtimeReady(): Promise<void> {
    return this.#runtimeReady.opened;
  }

  /** Every extension asked for its first event. Registration is closed then. */
  async extensionsReady(): Promise<void> {
    this.extensions.closeRegistration();
    if (this.extensions.isEveryReady) this.#extensionsReady.open();
    await this.#extensionsReady.opened;
  }

  /** Sends unfinished lines to the log. */
  flushOutput(): void {
    for (const output of this.#outputs) output.flush();
  }

  /** Ends all processes in Lambda's order. Idempotent; resolves when they are gone. */
  stop(reason: ShutdownReason): Promise<void> {
    this.#stopped ??= this.#stop(reason);
    return this.#stopped;
  }

  async #stop(reason: ShutdownReason): Promise<void> {
    this.#isStopping = true;
    this.#cancelGrace?.();
    this.#registered.open();
    // A launch under way is let finish, so that its process is known and can be stopped.
    await Promise.all(this.#launches);
    this.runtime.retire();
    await shutDown({
      clock: this.options.clock,
      reason,
      processes: [...this.#processes.values()],
      extensions: this.extensions,
      newId: this.options.newId,
    });
    this.runtime.close();
    this.extensions.close();
  }

  /** Starts one extension, or the runtime when no name is given. */
  #start(extensionName: string | undefined): Promise<void> {
    const launching = this.#launch(extensionName).catch((error: unknown) => {
      const failure = error instanceof LaunchFailure ? error : new LaunchFailure('Sandbox.Failure', String(error));
      if (extensionName !== undefined) this.extensions.find(extensionName)?.failLaunch(failure.errorType);
      if (extensionName !== undefined) this.#reportExtension(extensionName);
      this.#fail(launchFailure(failure));
    });
    this.#launches.push(launching);
    return launching;
  }

  async #launch(extensionName: string | undefined): Promise<void> {
    const { host } = this.options;
    const output = new ProcessOutput({
      splitter: createLineSplitter(),
      currentRequestId: this.options.currentRequestId,
      onLine: (line) => this.#emitLine(extensionName, line),
    });
    this.#outputs.push(output);
    let onExit: (exit: ProcessExit) => void = () => undefined;
    const exited = new Promise<ProcessExit>((resolve) => {
      onExit = resolve;
    });
    const events = {
      onOutput: (chunk: Uint8Array) => {
        this.#outputChunks += 1;
        output.write(chunk);
      },
      onLogFrame: (frame: LogFrame) => {
        this.#outputChunks += 1;
        output.writeFrame(frame);
      },
      onExit: (exit: ProcessExit) => {
        output.end();
        onExit(exit);
        this.#onExit(extensionName, exit);
      },
    };
    const launched: LaunchedProcess =
      extensionName === undefined ? await host.startRuntime(events) : await host.startExtension(extensionName, events);
    this.#processes.set(extensionName ?? '', { extensionName, process: launched, exited, hasExited: false });
    void exited.then(() => {
      const entry = this.#processes.get(extensionName ?? '');
      if (entry !== undefined) entry.hasExited = true;
    });
  }

  #onExit(extensionName: string | undefined, exit: ProcessExit): void {
    if (extensionName === undefined) {
      if (!this.#isStopping) this.#fail(this.#initError ?? runtimeExitFailure(exit));
      return;
    }
    const extension = this.extensions.find(extensionName);
    if (this.#isStopping || extension === undefined) {
      extension?.markExited();
      return;
    }
    if (extension.errorType === undefined) {
      extension.errorType = 'Extension.Crash';
      this.#reportExtension(extensionName);
    }
    extension.markExited();
    this.#fail(extensionCrashFailure(exit));
  }

  /** The process is given a moment to end and to write its last lines; then the error counts. */
  #onInitError(error: ReportedError): void {
    const failure = runtimeReportedFailure(error);
    this.#initError ??= failure;
    this.#cancelGrace ??= this.options.clock.schedule(INIT_ERROR_GRACE_MS, () => this.#fail(failure));
  }

  #onExtensionProgress(extension: Extension): void {
    if (this.extensions.isEveryExternalRegistered) this.#registered.open();
    if (!extension.isReady) return;
    if (!this.#extensionsReady.isOpen) this.#reportExtension(extension.name);
    if (!this.extensions.isEveryReady) return;
    if (!this.extensions.isRegistrationOpen) this.#extensionsReady.open();
    this.options.onExtensionsReady();
  }

  #onExtensionError(extension: Extension, error: ReportedError): void {
    this.#reportExtension(extension.name);
    this.#fail(extensionErrorFailure(error));
  }

  #fail(failure: InvocationFailure): void {
    if (this.#failure !== undefined || this.#isStopping) return;
    this.#failure = failure;
    this.#cancelGrace?.();
    this.options.onFailure(failure);
  }

  #reportExtension(name: string): void {
    const extension = this.extensions.find(name);
    if (extension === undefined) return;
    const { state, events, errorType } = extension;
    this.options.emit({
      type: 'platform.extension',
      name,
      state,
      events,
      ...(errorType !== undefined && { errorType }),
    });
  }

  #emitLine(extensionName: string | undefined, line: OutputLine): void {
    this.options.emit(
      extensionName === undefined ? { type: 'function', ...line } : { type: 'extension', name: extensionName, ...line },
    );
  }
}

/** Something that happens once and can be waited for. */
class Gate {
  readonly opened: Promise<void>;
  isOpen = false;
  #resolve: () => void = () => undefined;

  constructor() {
    this.opened = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  open(): void {
    this.isOpen = true;
    this.#resolve();
  }
}
