import { ConcurrencyLedger } from './concurrency-ledger.js';
import { DEFAULT_DISPATCHER_SETTINGS, type DispatcherSettings, stoppedError } from './dispatcher-settings.js';
import { ActiveInvocation } from './environment/active-invocation.js';
import type { EnvironmentDeps } from './environment/environment-deps.js';
import { EnvironmentFleet } from './environment-fleet.js';
import type { FunctionSnapshot } from './function-snapshot.js';
import { type ConcurrencyLimits, type Dispatcher, type InvocationRequest, InvocationThrottled } from './invocation.js';
import { isFit, type PooledEnvironment } from './pool.js';
import { ProvisionedConcurrency } from './provisioned-concurrency.js';
import { ScaleOut } from './scale-out.js';
import { StartGate } from './start-gate.js';
import { type Admission, WaitingInvocations } from './waiting-invocations.js';

export type { DispatcherSettings } from './dispatcher-settings.js';

export interface DispatcherDeps extends Omit<EnvironmentDeps, 'settings' | 'settleOutput'> {
  /** What is left out has its default. */
  readonly settings?: Partial<DispatcherSettings>;
  /** Waits until output that was written before now has been read. Default: one turn of the event loop. */
  settleOutput?(): Promise<void>;
}

/** What comes when an invocation has waited: it may wait once more, or is given a new environment. */
type AfterWaiting = 'look-again' | 'start';

/** Matches invocations to execution environments: a warm one of the same version and revision, or a new one. */
export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  return new EnvironmentDispatcher(deps);
}

class EnvironmentDispatcher implements Dispatcher {
  readonly #ledger = new ConcurrencyLedger();
  readonly #settings: DispatcherSettings;
  readonly #fleet: EnvironmentFleet;
  readonly #provisioned: ProvisionedConcurrency;
  readonly #waiting = new WaitingInvocations();
  readonly #scaleOut: ScaleOut;
  readonly #gate: StartGate;
  #disposed: Promise<void> | undefined;

  constructor(private readonly deps: DispatcherDeps) {
    const settings = { ...DEFAULT_DISPATCHER_SETTINGS, ...deps.settings };
    const { clock, launcher, sink, newId, openListener, settleOutput = nextTurn } = deps;
    this.#settings = settings;
    this.#fleet = new EnvironmentFleet({
      environmentDeps: { clock, launcher, sink, newId, openListener, settleOutput, settings },
      settings,
      onLost: (entry) => this.#provisioned.replace(entry),
    });
    this.#scaleOut = new ScaleOut(this.#fleet.pool, settings, clock);
    this.#gate = new StartGate(clock, settings.startsAtOnce);
    this.#provisioned = new ProvisionedConcurrency(this.#fleet, this.#gate);
  }

  invoke(request: InvocationRequest, limits: ConcurrencyLimits): ActiveInvocation {
    return this.#accept(request, limits, false);
  }

  invokeStreaming(request: InvocationRequest, limits: ConcurrencyLimits): ActiveInvocation {
    return this.#accept(request, limits, true);
  }

  async provision(snapshot: FunctionSnapshot, count: number): Promise<void> {
    this.#assertOpen();
    await this.#provisioned.order(snapshot, count);
  }

  retire(functionArn: string, version: string, exceptRevisionId?: string): void {
    this.#scaleOut.forget(functionArn, version);
    this.#fleet.retireVersion(functionArn, version, exceptRevisionId);
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  #accept(request: InvocationRequest, limits: ConcurrencyLimits, isStreaming: boolean): ActiveInvocation {
    this.#assertOpen();
    const slot = this.#ledger.admit(request.snapshot, limits);
    if (!this.#fleet.hasPlaceFor(request.snapshot)) {
      slot.release();
      throw new InvocationThrottled('ConcurrentInvocationLimitExceeded');
    }
    const invocation = new ActiveInvocation({
      request,
      isStreaming,
      clock: this.deps.clock,
      bandwidth: this.#settings.responseBandwidth,
    });
    slot.whenFree(() => this.#place({ invocation, slot }));
    return invocation;
  }

  async #dispose(): Promise<void> {
    const ended = this.#fleet.dispose();
    for (const admission of this.#waiting.takeAll()) giveUp(admission, stoppedError());
    await ended;
  }

  #place(admission: Admission): void {
    const { snapshot } = admission.invocation.request;
    const idle = this.#fleet.pool.findIdle(snapshot);
    if (idle !== undefined) {
      void this.#run(idle, admission, true);
      return;
    }
    const patienceMs = this.#scaleOut.patienceMs(snapshot, this.#waiting.count(snapshot));
    this.#waiting.add(admission);
    if (patienceMs > 0) this.#waitOn(admission, patienceMs, 'look-again');
    else this.#startFor(admission, 'look-again');
  }

  /** Lets one that waits do so for its patience, and then gives it a new environment, unless its turn is near. */
  #waitOn(admission: Admission, patienceMs: number, then: AfterWaiting): void {
    const { clock } = this.deps;
    const endsBefore = this.#scaleOut.endsOf(admission.invocation.request.snapshot);
    const look = () => {
      if (then === 'start' || !this.#waitsOnce(admission, endsBefore)) this.#startFor(admission, 'start');
    };
    // When everything stood still for a moment, what has come meanwhile is read first.
    const lookSoon = () => this.#waiting.setTimer(admission, clock.schedule(0, look));
    this.#waiting.setTimer(admission, clock.schedule(patienceMs, lookSoon));
  }

  /** Starts an environment for one that waits as soon as the gate allows it, unless another one is free before or its turn is near. */
  #startFor(admission: Admission, then: AfterWaiting): void {
    const endsBefore = this.#scaleOut.endsOf(admission.invocation.request.snapshot);
    this.#gate.enter(() => {
      if (!this.#waiting.has(admission)) return undefined;
      if (then === 'look-again' && this.#waitsOnce(admission, endsBefore)) return undefined;
      this.#waiting.take(admission);
      return this.#runOnNew(admission);
    });
  }

  /** Lets one wait for a last time when others of its version came to their end meanwhile and its turn is near; false when not. */
  #waitsOnce(admission: Admission, endsBefore: number): boolean {
    const { snapshot } = admission.invocation.request;
    if (this.#scaleOut.endsOf(snapshot) === endsBefore) return false;
    const patienceMs = this.#scaleOut.patienceMs(snapshot, this.#waiting.countBefore(admission));
    if (patienceMs > 0) this.#waitOn(admission, patienceMs, 'start');
    return patienceMs > 0;
  }

  /** Resolves when the environment has started, or could not. */
  async #runOnNew(admission: Admission): Promise<void> {
    if (!this.#fleet.makeRoom()) {
      giveUp(admission, new InvocationThrottled('ConcurrentInvocationLimitExceeded'));
      return;
    }
    const { snapshot } = admission.invocation.request;
    const begunAt = this.deps.clock.monotonic();
    const entry = this.#fleet.add(snapshot, false);
    try {
      await entry.environment.start();
    } catch (error) {
      this.#fleet.end(entry);
      giveUp(admission, error);
      return;
    }
    this.#scaleOut.noteStart(snapshot, this.deps.clock.monotonic() - begunAt);
    void this.#run(entry, admission, false);
  }

  async #run(entry: PooledEnvironment, admission: Admission, isWarm: boolean): Promise<void> {
    const { invocation, slot } = admission;
    if (!this.#fleet.has(entry)) {
      giveUp(admission, stoppedError());
      return;
    }
    entry.use = 'running';
    invocation.onSettled = () => {
      entry.use = 'answered';
      slot.markAnswered();
    };
    const begunAt = this.deps.clock.monotonic();
    const fate = await entry.environment.run(invocation, { isWarm });
    if (fate === 'lost') {
      this.#fleet.end(entry);
      this.#startAgain(admission);
      return;
    }
    this.#scaleOut.noteInvocation(invocation.request.snapshot, this.deps.clock.monotonic() - begunAt);
    this.#fleet.release(entry);
    this.#serveNext(entry);
    // The slot is given on after the environment is free, so that a successor finds it.
    slot.release();
  }

  #startAgain(admission: Admission): void {
    if (this.#disposed !== undefined) {
      giveUp(admission, stoppedError());
      return;
    }
    this.#waiting.add(admission);
    this.#startFor(admission, 'start');
  }

  /** Gives a free environment to the oldest invocation that waits for it; when it is of no more use, that one looks again. */
  #serveNext(entry: PooledEnvironment): void {
    const { snapshot } = entry.environment;
    const isFree = entry.use === 'idle' && this.#fleet.has(entry);
    const next = this.#waiting.takeFirst(
      snapshot,
      ({ invocation }) => !isFree || isFit(entry, invocation.request.snapshot),
    );
    if (next === undefined) return;
    if (isFree) void this.#run(entry, next, true);
    else this.#place(next);
  }

  #assertOpen(): void {
    if (this.#disposed !== undefined) throw stoppedError();
  }
}

function giveUp({ invocation, slot }: Admission, error: unknown): void {
  invocation.reject(error);
  slot.release();
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
