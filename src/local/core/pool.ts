import type { ExecutionEnvironment } from './environment/environment.js';
import type { FunctionSnapshot } from './function-snapshot.js';

/** One environment and what the dispatcher knows of it. */
export interface PooledEnvironment {
  readonly environment: ExecutionEnvironment;
  readonly isProvisioned: boolean;
  /** `answered`: its invocation has its outcome, and the environment will be free in a moment. */
  use: 'starting' | 'idle' | 'running' | 'answered';
  /** It must not take another invocation. */
  isStale: boolean;
  /** Settles when an environment that was started ahead is ready. */
  readiness: Promise<void> | undefined;
  /** Monotonic time since which it is idle. */
  idleSince: number;
}

/** All environments of the service, found by the function version they serve. */
export class EnvironmentPool {
  readonly #byVersion = new Map<string, PooledEnvironment[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  *[Symbol.iterator](): IterableIterator<PooledEnvironment> {
    for (const entries of this.#byVersion.values()) yield* entries;
  }

  of(version: VersionName): readonly PooledEnvironment[] {
    return this.#byVersion.get(versionKey(version)) ?? [];
  }

  add(entry: PooledEnvironment): void {
    const key = versionKey(entry.environment.snapshot);
    const entries = this.#byVersion.get(key);
    if (entries === undefined) this.#byVersion.set(key, [entry]);
    else entries.push(entry);
    this.#size += 1;
  }

  remove(entry: PooledEnvironment): void {
    const key = versionKey(entry.environment.snapshot);
    const entries = this.#byVersion.get(key) ?? [];
    const index = entries.indexOf(entry);
    if (index < 0) return;
    entries.splice(index, 1);
    this.#size -= 1;
    if (entries.length === 0) this.#byVersion.delete(key);
  }

  /** The environment to use next: provisioned ones first, then the one used last, so that the others can go. */
  findIdle(snapshot: FunctionSnapshot): PooledEnvironment | undefined {
    let best: PooledEnvironment | undefined;
    for (const entry of this.of(snapshot)) {
      if (entry.use !== 'idle' || !isFit(entry, snapshot) || !entry.environment.isAvailable) continue;
      if (best === undefined || isPreferred(entry, best)) best = entry;
    }
    return best;
  }

  /** An environment that will be free in a moment. */
  findAnswered(snapshot: FunctionSnapshot): PooledEnvironment | undefined {
    return this.of(snapshot).find((entry) => entry.use === 'answered' && isFit(entry, snapshot));
  }

  /** The environment that was idle for the longest time and was not ordered ahead. */
  longestIdle(): PooledEnvironment | undefined {
    let oldest: PooledEnvironment | undefined;
    for (const entry of this) {
      if (entry.use !== 'idle' || entry.isProvisioned) continue;
      if (oldest === undefined || entry.idleSince < oldest.idleSince) oldest = entry;
    }
    return oldest;
  }
}

/** True when it runs just this revision for just this tenant, and may go on doing so. */
export function isFit(entry: PooledEnvironment, snapshot: FunctionSnapshot): boolean {
  const own = entry.environment.snapshot;
  return !entry.isStale && own.revisionId === snapshot.revisionId && own.tenantId === snapshot.tenantId;
}

function isPreferred(entry: PooledEnvironment, best: PooledEnvironment): boolean {
  if (entry.isProvisioned !== best.isProvisioned) return entry.isProvisioned;
  // One whose processes were reset costs an init.
  const isInitialised = entry.environment.phase === 'Ready';
  if (isInitialised !== (best.environment.phase === 'Ready')) return isInitialised;
  return entry.idleSince > best.idleSince;
}

export type VersionName = Pick<FunctionSnapshot, 'functionArn' | 'version'>;

const keys = new WeakMap<VersionName, string>();

/** Names one version of one function, whatever its revision; made once for each snapshot, since an invocation needs it a dozen times. */
export function versionKey(version: VersionName): string {
  const known = keys.get(version);
  if (known !== undefined) return known;
  const key = `${version.functionArn}:${version.version}`;
  keys.set(version, key);
  return key;
}
