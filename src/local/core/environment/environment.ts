import { LambdakitError } from '../../../errors/lambdakit-error.js';
import type { EnvironmentApi } from '../environment-api.js';
import type { FunctionSnapshot, InitializationType } from '../function-snapshot.js';
import { SnapStartFailure } from '../invocation.js';
import type { EnvironmentIdentity } from '../platform-event.js';
import type { ActiveInvocation } from './active-invocation.js';
import { startDeadline } from './deadline.js';
import type { EnvironmentDeps } from './environment-deps.js';
import { createEnvironmentDoor } from './environment-door.js';
import { createEnvironmentIdentity } from './environment-identity.js';
import { createEnvironmentMachine, type EnvironmentPhase } from './environment-phases.js';
import { EnvironmentPlace } from './environment-place.js';
import { EventStream } from './event-stream.js';
import { Generation } from './generation.js';
import { IdleFreezer } from './idle-freezer.js';
import { InitFailures } from './init-failures.js';
import { type InitResult, initLimitMs, runInitPhase } from './init-phase.js';
import { type InvocationFailure, initTimeoutFailure, timeoutFailure } from './invocation-failure.js';
import { InvokePhase } from './invoke-phase.js';
import { watchForLoss } from './lost-event.js';
import { MemoryGauge } from './memory-gauge.js';
import type { ShutdownReason } from './shutdown.js';
import { UnreportedInit } from './unreported-init.js';

/**
 * One execution environment: the processes of one function version, one invocation at a time.
 * Its life is the table of `environment-phases.ts`.
 */
export class ExecutionEnvironment {
  readonly identity: EnvironmentIdentity;
  /** Called when the environment became useless while nothing ran in it. */
  onDead: (() => void) | undefined;
  readonly #machine = createEnvironmentMachine();
  readonly #stream: EventStream;
  readonly #memory: MemoryGauge;
  readonly #place: EnvironmentPlace;
  #generation: Generation | undefined;
  #invocation: ActiveInvocation | undefined;
  #invokePhase: InvokePhase | undefined;
  readonly #initFailures = new InitFailures();
  readonly #unreportedInit: UnreportedInit;
  #terminated: Promise<void> | undefined;
  #isLost: () => boolean = () => false;
  readonly #freezer: IdleFreezer;

  constructor(
    readonly snapshot: FunctionSnapshot,
    readonly initializationType: InitializationType,
    private readonly deps: EnvironmentDeps,
  ) {
    const { clock, sink, settings, launcher, openListener } = deps;
    this.identity = createEnvironmentIdentity(snapshot, { uuid: deps.newId(), nowMs: clock.now() });
    const { logFormat, applicationLogLevel, systemLogLevel, tracingMode } = snapshot;
    const { identity } = this;
    const hasLegacyLines = settings.hasLegacyLogLines ?? false;
    const logSettings = { identity, logFormat, tracingMode, applicationLogLevel, systemLogLevel, hasLegacyLines };
    this.#stream = new EventStream({ clock, sink, logSettings });
    const { environmentId, logStream } = identity;
    const request = { environmentId, logStream, snapshot, initializationType };
    this.#place = new EnvironmentPlace({ launcher, openListener, request });
    this.#memory = new MemoryGauge(clock, snapshot.memorySizeMb);
    this.#unreportedInit = new UnreportedInit(initializationType);
    this.#freezer = new IdleFreezer(clock, settings.freezeAfterIdleMs);
  }

  get phase(): EnvironmentPhase {
    return this.#machine.state;
  }

  /** It can take an invocation now. */
  get isAvailable(): boolean {
    return this.phase === 'Ready' || this.phase === 'Stopped';
  }

  /**
   * Makes the folders and the listener, then runs init. Returns the failure of init; the next invocation repeats it then.
   * @throws SnapStartFailure when the snapshot could not be restored: the environment is of no use
   */
  async start(): Promise<InvocationFailure | undefined> {
    await this.#place.open(this.#createDoor());
    if (this.#isGivenUp) return undefined;
    this.#machine.moveTo('Initializing');
    const limitMs = initLimitMs(this.initializationType, this.snapshot.timeoutSeconds, this.deps.settings);
    const cancel = this.#startDeadline(limitMs, () => this.#onFailure(initTimeoutFailure(limitMs)));
    const result = await this.#initialise('init');
    cancel();
    if (this.#isGivenUp) return undefined;
    const failure = result.failure ?? this.#generation?.failure;
    if (failure !== undefined) await this.#reset('failure');
    else this.#becomeReady();
    assertRestored(result);
    this.#unreportedInit.keep(result);
    return failure;
  }

  /**
   * Runs one invocation. Resolves when the environment is available again or of no further use; never rejects.
   * `lost` means that the processes were killed before they saw the event: it may be run elsewhere.
   */
  async run(invocation: ActiveInvocation, { isWarm }: { readonly isWarm: boolean }): Promise<'done' | 'lost'> {
    const { clock } = this.deps;
    this.#freezer.thaw();
    this.#invocation = invocation;
    const startedAt = clock.monotonic();
    const startedWallMs = clock.now();
    const { timeoutSeconds } = invocation.request.snapshot;
    const cancelDeadline = this.#startDeadline(timeoutSeconds * 1000, () =>
      this.#onFailure(timeoutFailure(timeoutSeconds)),
    );
    try {
      const init = this.phase === 'Stopped' ? await this.#initialiseInsideInvoke() : undefined;
      if (this.#isGivenUp) return 'done';
      const phase = new InvokePhase({
        invocation,
        generation: this.#generation,
        clock,
        startedAt,
        startedWallMs,
        emit: (event) => this.#stream.emit(event),
        settleOutput: this.deps.settleOutput,
      });
      const generation = () => this.#generation;
      this.#isLost = watchForLoss({ invocation, isWarm, clock, startedAt, generation });
      return await this.#conduct(invocation, phase, init);
    } catch (error) {
      invocation.reject(error);
      void this.terminate('failure');
      return 'done';
    } finally {
      cancelDeadline();
      this.#place.host.limitProcessor?.(false);
      this.#invocation = undefined;
      this.#invokePhase = undefined;
    }
  }

  /** Shuts everything down. Idempotent; resolves when no process, socket or folder is left. */
  terminate(reason: ShutdownReason = 'spindown'): Promise<void> {
    this.#terminated ??= this.#terminate(this.phase === 'Dead' ? 'failure' : reason);
    return this.#terminated;
  }

  get #isGivenUp(): boolean {
    return this.phase === 'Terminating' || this.phase === 'Terminated';
  }

  #createDoor(): EnvironmentApi {
    return createEnvironmentDoor({
      identity: this.identity,
      logFormat: this.snapshot.logFormat,
      isRestorable: this.initializationType === 'snap-start',
      stream: this.#stream,
      generation: () => this.#generation,
    });
  }

  #startDeadline(limitMs: number, onExpired: () => void): () => void {
    const { clock, settings } = this.deps;
    const pausedMs = () => settings.debuggerPausedMs?.(this.identity.environmentId) ?? 0;
    return startDeadline({ clock, limitMs, pausedMs, onExpired });
  }

  async #initialise(phase: 'init' | 'invoke'): Promise<InitResult> {
    const { snapshot, initializationType } = this;
    const failed = this.#initFailures.begin();
    this.#stream.openSubscription();
    const generation = this.#createGeneration();
    this.#generation = generation;
    const result = await runInitPhase({
      snapshot,
      initializationType,
      phase: phase === 'init' && initializationType === 'snap-start' ? 'snap-start' : phase,
      generation,
      clock: this.deps.clock,
      emit: (event) => this.#stream.emit(event),
      failed,
      startDeadline: (restoreLimitMs, onExpired) => this.#startDeadline(restoreLimitMs, onExpired),
      settleOutput: this.deps.settleOutput,
    });
    this.#initFailures.end();
    this.#stream.closeSubscription();
    return result;
  }

  #createGeneration(): Generation {
    return new Generation({
      snapshot: this.snapshot,
      host: this.#place.host,
      clock: this.deps.clock,
      newId: () => this.deps.newId(),
      emit: (event) => this.#stream.emit(event),
      currentRequestId: () => this.#invocation?.request.requestId,
      onRuntimeNext: () => void this.#invokePhase?.onRuntimeNext(),
      onExtensionsReady: () => this.#invokePhase?.onExtensionsReady(),
      onFailure: (failure) => this.#onFailure(failure),
    });
  }

  /** After a failed init or a reset, init runs again as part of the invocation and of its time. */
  async #initialiseInsideInvoke(): Promise<InitResult> {
    this.#machine.moveTo('SuppressedInit');
    this.#unreportedInit.forget();
    const result = await this.#initialise('invoke');
    if (!this.#isGivenUp && result.failure === undefined) this.#machine.moveTo('Invoking');
    return result;
  }

  async #conduct(
    invocation: ActiveInvocation,
    phase: InvokePhase,
    init: InitResult | undefined,
  ): Promise<'done' | 'lost'> {
    if (this.phase === 'Ready') this.#machine.moveTo('Invoking');
    if (init !== undefined) assertRestored(init);
    const log = this.#stream.beginInvocation();
    phase.announce();
    this.#invokePhase = phase;
    if (init?.failure === undefined) phase.deliver();
    this.#place.host.limitProcessor?.(true);
    // Nothing calls back any more for what happened before this moment.
    const early = init?.failure ?? (init && this.#initFailures.last) ?? this.#generation?.failure;
    if (early !== undefined) phase.fail(early);
    const failure = await phase.ended;
    if (this.#isGivenUp) return 'done';
    if (failure !== undefined) {
      await this.deps.settleOutput();
      this.#generation?.flushOutput();
    }
    const isOutOfMemory = failure?.errorType === 'Runtime.OutOfMemory';
    const maxMemoryUsedMb = await this.#memory.shown(this.#place.host, isOutOfMemory);
    if (this.#isGivenUp) return 'done';
    const report = phase.report({ maxMemoryUsedMb, ...this.#unreportedInit.take() });
    this.#stream.endInvocation();
    const outcome = invocation.settledOutcome;
    if (outcome === undefined) return 'lost';
    invocation.complete({
      outcome,
      report,
      get logTail() {
        return log.toBytes();
      },
    });
    this.#invocation = undefined;
    const fatal = failure ?? this.#generation?.failure;
    if (fatal === undefined) this.#becomeReady();
    else await this.#reset(fatal.status === 'timeout' ? 'timeout' : 'failure');
    return 'done';
  }

  #onFailure(failure: InvocationFailure): void {
    if (this.#initFailures.take(failure)) return;
    if (this.phase === 'Invoking') {
      if (failure.isKill === true && this.#isLost()) this.#invokePhase?.abandon(failure);
      else this.#invokePhase?.fail(failure);
      return;
    }
    if (this.phase !== 'Ready') return;
    this.#machine.moveTo('Dead');
    this.onDead?.();
  }

  async #reset(reason: 'timeout' | 'failure'): Promise<void> {
    if (this.#isGivenUp) return;
    this.#machine.moveTo('Resetting');
    await this.#stopProcesses(reason);
    this.#generation = undefined;
    if (!this.#isGivenUp) this.#machine.moveTo('Stopped');
  }

  async #stopProcesses(reason: ShutdownReason): Promise<void> {
    this.#stream.announceShutdown('begins');
    await this.#generation?.stop(reason);
    this.#stream.announceShutdown('is-over');
  }

  #becomeReady(): void {
    this.#machine.moveTo('Ready');
    this.#freezer.becomeIdle(this.#place.host);
  }

  async #terminate(reason: ShutdownReason): Promise<void> {
    this.#machine.moveTo('Terminating');
    this.#freezer.thaw();
    const { identity } = this;
    this.#invocation?.reject(
      new LambdakitError('interrupted', `function ${identity.functionName} was stopped while an invocation ran`),
    );
    this.#invokePhase?.fail(timeoutFailure(0));
    await this.#place.giveUp();
    this.#initFailures.take(timeoutFailure(0));
    await this.#stopProcesses(reason);
    await this.#place.close();
    this.#machine.moveTo('Terminated');
  }
}

/** @throws SnapStartFailure */
function assertRestored({ isRestoreFailure, failure }: InitResult): void {
  if (isRestoreFailure === true) throw new SnapStartFailure(failure?.status === 'timeout');
}
