import type { ConcurrencySlot } from './concurrency-ledger.js';
import type { ActiveInvocation } from './environment/active-invocation.js';
import type { FunctionSnapshot } from './function-snapshot.js';
import { versionKey } from './pool.js';

/** An invocation that the limits allow and that needs an environment. */
export interface Admission {
  readonly invocation: ActiveInvocation;
  readonly slot: ConcurrencySlot;
}

interface Waiting {
  readonly admission: Admission;
  cancelTimer: (() => void) | undefined;
}

/** Invocations that wait for an environment of their version to be free, the oldest first. */
export class WaitingInvocations {
  readonly #byVersion = new Map<string, Waiting[]>();

  /** How many wait for this version. */
  count(snapshot: FunctionSnapshot): number {
    return this.#byVersion.get(versionKey(snapshot))?.length ?? 0;
  }

  add(admission: Admission): void {
    const key = keyOf(admission);
    const waiting = this.#byVersion.get(key) ?? [];
    waiting.push({ admission, cancelTimer: undefined });
    this.#byVersion.set(key, waiting);
  }

  has(admission: Admission): boolean {
    return this.#find(admission) !== undefined;
  }

  /** How many wait for the same version for a longer time than this one. */
  countBefore(admission: Admission): number {
    const waiting = this.#byVersion.get(keyOf(admission)) ?? [];
    return Math.max(
      0,
      waiting.findIndex((other) => other.admission === admission),
    );
  }

  /** `cancelTimer` is called once, when the admission is taken out, unless it is replaced before. */
  setTimer(admission: Admission, cancelTimer: () => void): void {
    const entry = this.#find(admission);
    if (entry !== undefined) entry.cancelTimer = cancelTimer;
  }

  /** Takes this one out; false when it was not there any more. */
  take(admission: Admission): boolean {
    return this.takeFirst(admission.invocation.request.snapshot, (other) => other === admission) !== undefined;
  }

  /** Takes out the oldest of a version that fits. */
  takeFirst(snapshot: FunctionSnapshot, fits: (admission: Admission) => boolean = () => true): Admission | undefined {
    const key = versionKey(snapshot);
    const waiting = this.#byVersion.get(key);
    const index = waiting?.findIndex(({ admission }) => fits(admission)) ?? -1;
    const [taken] = index < 0 ? [] : (waiting?.splice(index, 1) ?? []);
    if (waiting?.length === 0) this.#byVersion.delete(key);
    taken?.cancelTimer?.();
    return taken?.admission;
  }

  /** Takes out all of them. */
  takeAll(): Admission[] {
    const all = [...this.#byVersion.values()].flat();
    this.#byVersion.clear();
    for (const { cancelTimer } of all) cancelTimer?.();
    return all.map(({ admission }) => admission);
  }

  #find(admission: Admission): Waiting | undefined {
    return this.#byVersion.get(keyOf(admission))?.find((other) => other.admission === admission);
  }
}

function keyOf({ invocation }: Admission): string {
  return versionKey(invocation.request.snapshot);
}
