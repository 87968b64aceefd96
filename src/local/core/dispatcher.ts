import { LambdakitError } from '../../errors/lambdakit-error.js';
import { ConcurrencyLedger, type ConcurrencySlot } from './concurrency-ledger.js';
import { ActiveInvocation } from './environment/active-invocation.js';
import { type EnvironmentDeps, type EnvironmentSettings, ExecutionEnvironment } from './environment/environment.js';
import type { FunctionSnapshot } from './function-snapshot.js';
import { type ConcurrencyLimits, type Dispatcher, type InvocationRequest, InvocationThrottled } from './invocation.js';
import { EnvironmentPool, type PooledEnvironment, versionKey } from './pool.js';

export interface DispatcherSettings extends EnvironmentSettings {
  /** An environment that was idle for so long is shut down. */
  readonly idleEndMs: number;
  /**
   * A caller that got its answer often calls again before the runtime asked for its next event; it waits so
   * long for that environment before it is given a new one.
   */
  readonly reuseGraceMs: number;
  /** Environments that may exist at once, of all functions together. */
  readonly maxEnvironments: number;
}

export const DEFAULT_DISPATCHER_SETTINGS: DispatcherSettings = {
  // Lambda developer guide, "Init phase": 10 seconds for functions on demand.
  initTimeoutMs: 10_000,
  freezeAfterIdleMs: undefined,
  // Lambda keeps idle environments for some minutes without saying how many.
  idleEndMs: 10 * 60_000,
  // About what a cold start costs.
  reuseGraceMs: 200,
  maxEnvironments: 1000,
};

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
  readonly #pool = new EnvironmentPool();
  readonly #ledger = new ConcurrencyLedger();
  readonly #provisioned = new Map<string, { readonly snapshot: FunctionSnapshot; readonly count: number }>();
  /** The revision that counts, for versions that were changed: an invocation may have been looked up just before. */
  readonly #revisions = new Map<string, string>();
  readonly #ending = new Set<Promise<void>>();
  readonly #settings: DispatcherSettings;
  readonly #environmentDeps: EnvironmentDeps;
  #cancelSweep: (() => void) | undefined;
  #disposed: Promise<void> | undefined;

  constructor(private readonly deps: DispatcherDeps) {
    this.#settings = { ...DEFAULT_DISPATCHER_SETTINGS, ...deps.settings };
    const { clock, launcher, sink, newId, openListener, settleOutput = nextTurn } = deps;
    this.#environmentDeps = { clock, launcher, sink, newId, openListener, settleOutput, settings: this.#settings };
  }

  invoke(request: InvocationRequest, limits: ConcurrencyLimits): ActiveInvocation {
    return this.#accept(request, limits, false);
  }

  invokeStreaming(request: InvocationRequest, limits: ConcurrencyLimits): ActiveInvocation {
    return this.#accept(request, limits, true);
  }

  async provision(snapshot: FunctionSnapshot, count: number): Promise<void> {
    this.#assertOpen();
    const key = versionKey(snapshot.functionArn, snapshot.version);
    if (count > 0) this.#provisioned.set(key, { snapshot, count });
    else this.#provisioned.delete(key);
    const existing = this.#pool
      .of(snapshot.functionArn, snapshot.version)
      .filter((entry) => entry.isProvisioned && !entry.isStale);
    const fit = existing.filter((entry) => entry.environment.snapshot.revisionId === snapshot.revisionId);
    for (const entry of existing) {
      if (!fit.includes(entry) || fit.indexOf(entry) >= count) this.#retireEntry(entry);
    }
    const missing = Math.max(0, count - fit.length);
    const added = Array.from({ length: missing }, () => this.#prepare(snapshot));
    await Promise.all([...fit.slice(0, count).map(({ readiness }) => readiness), ...added]);
  }

  retire(functionArn: string, version: string, exceptRevisionId?: string): void {
    const key = versionKey(functionArn, version);
    if (exceptRevisionId === undefined) this.#revisions.delete(key);
    else this.#revisions.set(key, exceptRevisionId);
    for (const entry of [...this.#pool.of(functionArn, version)]) {
      if (entry.environment.snapshot.revisionId !== exceptRevisionId) this.#retireEntry(entry);
    }
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #dispose(): Promise<void> {
    this.#cancelSweep?.();
    this.#provisioned.clear();
    for (const entry of [...this.#pool]) this.#end(entry);
    while (this.#ending.size > 0) await Promise.all(this.#ending);
  }

  #accept(request: InvocationRequest, limits: ConcurrencyLimits, isStreaming: boolean): ActiveInvocation {
    this.#assertOpen();
    const slot = this.#ledger.admit(request.snapshot.functionArn, limits);
    if (!this.#hasPlace(request.snapshot)) {
      slot.release();
      throw new InvocationThrottled('ConcurrentInvocationLimitExceeded');
    }
    const invocation = new ActiveInvocation({ request, isStreaming, clock: this.deps.clock });
    slot.whenFree(() => this.#place({ invocation, slot }));
    return invocation;
  }

  #place(admission: Admission): void {
    const { snapshot } = admission.invocation.request;
    const idle = this.#pool.takeIdle(snapshot);
    if (idle !== undefined) {
      void this.#run(idle, admission, true);
      return;
    }
    const answered = this.#pool.findAnswered(snapshot);
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
    if (!this.#makeRoom()) {
      giveUp(admission, new InvocationThrottled('ConcurrentInvocationLimitExceeded'));
      return;
    }
    const entry = this.#add(admission.invocation.request.snapshot, false);
    entry.environment.start().then(
      () => this.#run(entry, admission, false),
      (error: unknown) => {
        this.#end(entry);
        giveUp(admission, error);
      },
    );
  }

  async #run(entry: PooledEnvironment, admission: Admission, isWarm: boolean): Promise<void> {
    const { invocation, slot } = admission;
    if (!this.#isPooled(entry)) {
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
      this.#end(entry);
      this.#runOnNew(admission);
      return;
    }
    // The slot is given on after the environment is free, so that a successor finds it.
    this.#release(entry);
    slot.release();
  }

  #release(entry: PooledEnvironment): void {
    entry.use = 'idle';
    entry.idleSince = this.deps.clock.monotonic();
    const { successor } = entry;
    if (entry.isStale || !entry.environment.isAvailable) {
      this.#end(entry);
      successor?.(false);
      return;
    }
    this.#scheduleSweep();
    successor?.(true);
  }

  #add(snapshot: FunctionSnapshot, isProvisioned: boolean): PooledEnvironment {
    const initializationType = snapshot.snapStart
      ? 'snap-start'
      : isProvisioned
        ? 'provisioned-concurrency'
        : 'on-demand';
    const { functionArn, version, revisionId } = snapshot;
    const environment = new ExecutionEnvironment(snapshot, initializationType, this.#environmentDeps);
    const entry: PooledEnvironment = {
      environment,
      isProvisioned,
      use: 'starting',
      isStale: (this.#revisions.get(versionKey(functionArn, version)) ?? revisionId) !== revisionId,
      successor: undefined,
      readiness: undefined,
      idleSince: 0,
    };
    environment.onDead = () => this.#end(entry);
    this.#pool.add(entry);
    return entry;
  }

  /** Starts one environment ahead of its first invocation. */
  async #prepare(snapshot: FunctionSnapshot): Promise<void> {
    if (!this.#makeRoom()) throw new InvocationThrottled('ConcurrentInvocationLimitExceeded');
    const entry = this.#add(snapshot, true);
    entry.readiness = this.#becomeReady(entry);
    await entry.readiness;
  }

  async #becomeReady(entry: PooledEnvironment): Promise<void> {
    const { snapshot } = entry.environment;
    try {
      const failure = await entry.environment.start();
      if (!this.#isPooled(entry)) throw stoppedError();
      if (failure !== undefined) {
        const details = Buffer.from(failure.payload('')).toString('utf8');
        throw new LambdakitError(
          'function-error',
          `function ${snapshot.functionName} failed to initialise: ${details}`,
        );
      }
      this.#release(entry);
    } catch (error) {
      // A failing init is not repeated: the next invocation starts an environment on demand and reports it.
      entry.isStale = true;
      this.#end(entry);
      throw error;
    }
  }

  /** A provisioned environment was lost: another one takes its place. */
  #replenish(snapshot: FunctionSnapshot): void {
    const wanted = this.#provisioned.get(versionKey(snapshot.functionArn, snapshot.version));
    if (wanted === undefined || this.#disposed !== undefined) return;
    this.provision(wanted.snapshot, wanted.count).catch(() => undefined);
  }

  #retireEntry(entry: PooledEnvironment): void {
    entry.isStale = true;
    if (entry.use === 'idle') this.#end(entry);
  }

  /** True unless every place is taken by an environment that works for somebody else. */
  #hasPlace(snapshot: FunctionSnapshot): boolean {
    return (
      this.#pool.size < this.#settings.maxEnvironments ||
      this.#pool.longestIdle() !== undefined ||
      this.#pool.takeIdle(snapshot) !== undefined ||
      this.#pool.findAnswered(snapshot) !== undefined
    );
  }

  /** True when one more environment may be made; ends the longest idle one when all places are taken. */
  #makeRoom(): boolean {
    if (this.#pool.size < this.#settings.maxEnvironments) return true;
    const oldest = this.#pool.longestIdle();
    if (oldest !== undefined) this.#end(oldest);
    return oldest !== undefined;
  }

  #end(entry: PooledEnvironment): void {
    if (!this.#isPooled(entry)) return;
    this.#pool.remove(entry);
    const ending: Promise<void> = entry.environment
      .terminate()
      .catch(() => undefined)
      .finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
    if (entry.isProvisioned && !entry.isStale) this.#replenish(entry.environment.snapshot);
  }

  #isPooled(entry: PooledEnvironment): boolean {
    const { functionArn, version } = entry.environment.snapshot;
    return this.#pool.of(functionArn, version).includes(entry);
  }

  /** One timer for all idle environments, so that a warm invocation sets none. */
  #scheduleSweep(): void {
    if (this.#cancelSweep !== undefined || this.#disposed !== undefined) return;
    const oldest = this.#pool.longestIdle();
    if (oldest === undefined) return;
    const { clock } = this.deps;
    const dueInMs = oldest.idleSince + this.#settings.idleEndMs - clock.monotonic();
    this.#cancelSweep = clock.schedule(Math.max(0, dueInMs), () => {
      this.#cancelSweep = undefined;
      const endBefore = clock.monotonic() - this.#settings.idleEndMs;
      for (const entry of [...this.#pool]) {
        if (entry.use === 'idle' && !entry.isProvisioned && entry.idleSince <= endBefore) this.#end(entry);
      }
      this.#scheduleSweep();
    });
  }

  #assertOpen(): void {
    if (this.#disposed !== undefined) throw stoppedError();
  }
}

function giveUp({ invocation, slot }: Admission, error: unknown): void {
  invocation.reject(error);
  slot.release();
}

function stoppedError(): LambdakitError {
  return new LambdakitError('interrupted', 'the local Lambda service is shutting down');
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
