import type { DispatcherSettings } from './dispatcher-settings.js';
import { ExecutionEnvironment } from './environment/environment.js';
import type { EnvironmentDeps } from './environment/environment-deps.js';
import type { FunctionSnapshot } from './function-snapshot.js';
import { EnvironmentPool, type PooledEnvironment, versionKey } from './pool.js';

export interface EnvironmentFleetOptions {
  readonly environmentDeps: EnvironmentDeps;
  readonly settings: DispatcherSettings;
  /** An environment ended that was still of use. */
  onLost(entry: PooledEnvironment): void;
}

/** Makes environments, keeps them warm and ends them: after their idle time, when they are stale, when the room is needed. */
export class EnvironmentFleet {
  readonly pool = new EnvironmentPool();
  /** The revision that counts, for versions that were changed: an invocation may have been looked up just before. */
  readonly #revisions = new Map<string, string>();
  readonly #ending = new Set<Promise<void>>();
  #cancelSweep: (() => void) | undefined;
  #isDisposed = false;

  constructor(private readonly options: EnvironmentFleetOptions) {}

  has(entry: PooledEnvironment): boolean {
    return this.pool.of(entry.environment.snapshot).includes(entry);
  }

  /** A new environment that is not started yet. */
  add(snapshot: FunctionSnapshot, isProvisioned: boolean): PooledEnvironment {
    const { revisionId, snapStart } = snapshot;
    const ahead = isProvisioned ? 'provisioned-concurrency' : 'on-demand';
    const initializationType = snapStart ? 'snap-start' : ahead;
    const environment = new ExecutionEnvironment(snapshot, initializationType, this.options.environmentDeps);
    const entry: PooledEnvironment = {
      environment,
      isProvisioned,
      use: 'starting',
      isStale: (this.#revisions.get(versionKey(snapshot)) ?? revisionId) !== revisionId,
      readiness: undefined,
      idleSince: 0,
    };
    environment.onDead = () => this.end(entry);
    this.pool.add(entry);
    return entry;
  }

  /** It can be used again, unless it is stale or of no use. */
  release(entry: PooledEnvironment): void {
    entry.use = 'idle';
    entry.idleSince = this.options.environmentDeps.clock.monotonic();
    if (entry.isStale || !entry.environment.isAvailable) this.end(entry);
    else this.#scheduleSweep();
  }

  /** Only environments of this revision are used from now on; without one, none that exist now. */
  retireVersion(functionArn: string, version: string, exceptRevisionId: string | undefined): void {
    const name = { functionArn, version };
    const key = versionKey(name);
    if (exceptRevisionId === undefined) this.#revisions.delete(key);
    else this.#revisions.set(key, exceptRevisionId);
    for (const entry of [...this.pool.of(name)]) {
      if (entry.environment.snapshot.revisionId !== exceptRevisionId) this.retire(entry);
    }
  }

  /** Ends it now, or after its invocation. */
  retire(entry: PooledEnvironment): void {
    entry.isStale = true;
    if (entry.use === 'idle') this.end(entry);
  }

  end(entry: PooledEnvironment): void {
    if (!this.has(entry)) return;
    this.pool.remove(entry);
    const ending: Promise<void> = entry.environment
      .terminate()
      .catch(() => undefined)
      .finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
    if (!entry.isStale && !this.#isDisposed) this.options.onLost(entry);
  }

  /** True unless every place is taken by an environment that works for somebody else. */
  hasPlaceFor(snapshot: FunctionSnapshot): boolean {
    const { pool } = this;
    if (pool.size < this.options.settings.maxEnvironments || pool.longestIdle() !== undefined) return true;
    return pool.findIdle(snapshot) !== undefined || pool.findAnswered(snapshot) !== undefined;
  }

  /** True when one more environment may be made; ends the longest idle one when all places are taken. */
  makeRoom(): boolean {
    if (this.pool.size < this.options.settings.maxEnvironments) return true;
    const oldest = this.pool.longestIdle();
    if (oldest !== undefined) this.end(oldest);
    return oldest !== undefined;
  }

  /** Ends all of them; resolves when nothing is left. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#cancelSweep?.();
    for (const entry of [...this.pool]) this.end(entry);
    while (this.#ending.size > 0) await Promise.all(this.#ending);
  }

  /** One timer for all idle environments, so that a warm invocation sets none. */
  #scheduleSweep(): void {
    if (this.#cancelSweep !== undefined || this.#isDisposed) return;
    const oldest = this.pool.longestIdle();
    if (oldest === undefined) return;
    const { clock } = this.options.environmentDeps;
    const { idleEndMs } = this.options.settings;
    this.#cancelSweep = clock.schedule(Math.max(0, oldest.idleSince + idleEndMs - clock.monotonic()), () => {
      this.#cancelSweep = undefined;
      const endBefore = clock.monotonic() - idleEndMs;
      for (const entry of [...this.pool]) {
        if (entry.use === 'idle' && !entry.isProvisioned && entry.idleSince <= endBefore) this.end(entry);
      }
      this.#scheduleSweep();
    });
  }
}
