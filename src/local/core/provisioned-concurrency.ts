import { LambdakitError } from '../../errors/lambdakit-error.js';
import { stoppedError } from './dispatcher-settings.js';
import type { EnvironmentFleet } from './environment-fleet.js';
import type { FunctionSnapshot } from './function-snapshot.js';
import { InvocationThrottled } from './invocation.js';
import { type PooledEnvironment, versionKey } from './pool.js';
import type { StartGate } from './start-gate.js';

/** Keeps environments ready ahead of their first invocation, as many as were ordered for each version. */
export class ProvisionedConcurrency {
  readonly #orders = new Map<string, { readonly snapshot: FunctionSnapshot; readonly count: number }>();

  constructor(
    private readonly fleet: EnvironmentFleet,
    private readonly gate: StartGate,
  ) {}

  /** Resolves when all are ready. @throws LambdakitError `function-error` when init fails, InvocationThrottled without room. */
  async order(snapshot: FunctionSnapshot, count: number): Promise<void> {
    const key = versionKey(snapshot);
    if (count > 0) this.#orders.set(key, { snapshot, count });
    else this.#orders.delete(key);
    const existing = this.fleet.pool.of(snapshot).filter((entry) => entry.isProvisioned && !entry.isStale);
    const fit = existing.filter((entry) => entry.environment.snapshot.revisionId === snapshot.revisionId);
    const kept = fit.slice(0, count);
    for (const entry of existing) if (!kept.includes(entry)) this.fleet.retire(entry);
    const added = Array.from({ length: count - kept.length }, () => this.#prepare(snapshot));
    await Promise.all([...kept.map(({ readiness }) => readiness), ...added]);
  }

  /** Puts another environment in the place of one that was lost. */
  replace({ isProvisioned, environment }: PooledEnvironment): void {
    const wanted = this.#orders.get(versionKey(environment.snapshot));
    if (!isProvisioned || wanted === undefined) return;
    this.order(wanted.snapshot, wanted.count).catch(() => undefined);
  }

  async #prepare(snapshot: FunctionSnapshot): Promise<void> {
    if (!this.fleet.makeRoom()) throw new InvocationThrottled('ConcurrentInvocationLimitExceeded');
    const entry = this.fleet.add(snapshot, true);
    entry.readiness = this.#start(entry);
    await entry.readiness;
  }

  async #start(entry: PooledEnvironment): Promise<void> {
    try {
      const failure = await this.gate.run(() => entry.environment.start());
      if (!this.fleet.has(entry)) throw stoppedError();
      if (failure !== undefined) {
        const { functionName } = entry.environment.snapshot;
        const details = Buffer.from(failure.payload('')).toString('utf8');
        throw new LambdakitError('function-error', `function ${functionName} failed to initialise: ${details}`);
      }
      this.fleet.release(entry);
    } catch (error) {
      // A failing init is not repeated: the next invocation starts an environment on demand and reports it.
      entry.isStale = true;
      this.fleet.end(entry);
      throw error;
    }
  }
}
