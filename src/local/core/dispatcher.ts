import { ConcurrencyLedger, type ConcurrencySlot } from './concurrency-ledger.js';
import { DEFAULT_DISPATCHER_SETTINGS, type DispatcherSettings, stoppedError } from './dispatcher-settings.js';
import { ActiveInvocation } from './environment/active-invocation.js';
import type { EnvironmentDeps } from './environment/environment.js';
import { EnvironmentFleet } from './environment-fleet.js';
import type { FunctionSnapshot } from './function-snapshot.js';
import { type ConcurrencyLimits, type Dispatcher, type InvocationRequest, InvocationThrottled } from './invocation.js';
import type { PooledEnvironment } from './pool.js';
import { ProvisionedConcurrency } from './provisioned-concurrency.js';

export type { DispatcherSettings } from './dispatcher-settings.js';

export interface DispatcherDeps extends Omit<EnvironmentDeps, 'settings' | 'settleOutput'> {
  /** What is left out has its default. */
  readonly settings?: Partial<DispatcherSettings>;
  /** Waits until output that was written before now has been read. Default: one turn of the event loop. */
  settleOutput?(): Promise<void>;
}

/** Matches invocations to execution environments: a warm one of the same version and revision, or a new one. */
export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  return new EnvironmentDispatcher(deps);
}

interface Admission {
  readonly invocation: ActiveInvocation;
  readonly slot: ConcurrencySlot;
}

class EnvironmentDispatcher implements Dispatcher {
  readonly #ledger = new ConcurrencyLedger();
  readonly #settings: DispatcherSettings;
  readonly #fleet: EnvironmentFleet;
  readonly #provisioned: ProvisionedConcurrency;
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
    this.#provisioned = new ProvisionedConcurrency(this.#fleet);
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
    this.#fleet.retireVersion(functionArn, version, exceptRevisionId);
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#fleet.dispose();
    return this.#disposed;
  }

  #accept(request: InvocationRequest, limits: ConcurrencyLimits, isStreaming: boolean): ActiveInvocation {
    this.#assertOpen();
    const slot = this.#ledger.admit(request.snapshot.functionArn, limits);
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

  #place(admission: Admission): void {
    const { snapshot } = admission.invocation.request;
    const idle = this.#fleet.pool.findIdle(snapshot);
    if (idle !== undefined) {
      void this.#run(idle, admission, true);
      return;
    }
    const answered = this.#fleet.pool.findAnswered(snapshot);
    if (answered === undefined) this.#runOnNew(admission);
    else this.#waitFor(answered, admission);
  }

  /** Waits a moment for an environment whose invocation has answered already. */
  #waitFor(entry: PooledEnvironment, admission: Admission): void {
    const cancel = this.deps.clock.schedule(this.#settings.reuseGraceMs, () => {
      entry.successor = undefined;
      this.#runOnNew(admission);
    });
    entry.successor = (isFree) => {
      cancel();
      entry.successor = undefined;
      if (isFree) void this.#run(entry, admission, true);
      else this.#place(admission);
    };
  }

  #runOnNew(admission: Admission): void {
    if (this.#disposed !== undefined) {
      giveUp(admission, stoppedError());
      return;
    }
    if (!this.#fleet.makeRoom()) {
      giveUp(admission, new InvocationThrottled('ConcurrentInvocationLimitExceeded'));
      return;
    }
    const entry = this.#fleet.add(admission.invocation.request.snapshot, false);
    entry.environment.start().then(
      () => this.#run(entry, admission, false),
      (error: unknown) => {
        this.#fleet.end(entry);
        giveUp(admission, error);
      },
    );
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
    const fate = await entry.environment.run(invocation, { isWarm });
    if (fate === 'lost') {
      this.#fleet.end(entry);
      this.#runOnNew(admission);
      return;
    }
    // The slot is given on after the environment is free, so that a successor finds it.
    this.#fleet.release(entry);
    slot.release();
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
