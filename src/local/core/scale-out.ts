import type { DispatcherSettings } from './dispatcher-settings.js';
import type { FunctionSnapshot } from './function-snapshot.js';
import { type EnvironmentPool, isFit, versionKey } from './pool.js';
import type { Clock } from './ports.js';
import { RecentPace } from './recent-pace.js';

interface Pace {
  /** What the last start of an environment took, until it could take an invocation. */
  startMs: number | undefined;
  /** How long an environment is taken by one invocation, as a moving average. */
  busyMs: number | undefined;
  /** Of all its environments together. */
  readonly ends: RecentPace;
}

/** Weight of the newest invocation in the average. */
const NEWEST = 0.2;

/**
 * Says how long an invocation that found no idle environment may wait for one that others use, before one is
 * started for it. Lambda starts one at once, on as many machines as it takes; here all share the cores of one.
 * So beyond a number of environments it waits where that is expected to be sooner, for as long as a start takes, and
 * looks once more then: the worst case is three times that of starting at once (docs/decisions/0003).
 */
export class ScaleOut {
  readonly #paces = new Map<string, Pace>();

  constructor(
    private readonly pool: EnvironmentPool,
    private readonly settings: Pick<DispatcherSettings, 'reuseGraceMs' | 'startsAtOnce'>,
    private readonly clock: Pick<Clock, 'monotonic'>,
  ) {}

  /** Milliseconds; 0 starts one at once. `ahead` is the number of invocations of the version that wait already. */
  patienceMs(snapshot: FunctionSnapshot, ahead: number): number {
    const entries = this.pool.of(snapshot);
    const fit = entries.filter((entry) => isFit(entry, snapshot));
    const { startMs, busyMs, ends } = this.#paceOf(snapshot);
    if (fit.filter(({ use }) => use === 'answered').length > ahead)
      return Math.max(this.settings.reuseGraceMs, startMs ?? 0);
    if (entries.length < this.settings.startsAtOnce) return 0;
    const working = fit.filter(({ use }) => use === 'running' || use === 'answered').length;
    if (startMs === undefined || busyMs === undefined || working === 0) return 0;
    // The second one tells better of short invocations, which take longer while many of them want the same cores.
    const betweenEndsMs = Math.min(busyMs / working, ends.intervalMs(this.clock.monotonic()));
    return betweenEndsMs * (ahead + 1) < startMs ? startMs : 0;
  }

  /** How many invocations of the version have come to their end. */
  endsOf(snapshot: FunctionSnapshot): number {
    return this.#paceOf(snapshot).ends.total;
  }

  noteStart(snapshot: FunctionSnapshot, tookMs: number): void {
    this.#paceOf(snapshot).startMs = tookMs;
  }

  noteInvocation(snapshot: FunctionSnapshot, tookMs: number): void {
    const pace = this.#paceOf(snapshot);
    pace.ends.note(this.clock.monotonic());
    pace.busyMs = pace.busyMs === undefined ? tookMs : pace.busyMs + (tookMs - pace.busyMs) * NEWEST;
  }

  forget(functionArn: string, version: string): void {
    this.#paces.delete(versionKey({ functionArn, version }));
  }

  #paceOf(snapshot: FunctionSnapshot): Pace {
    const key = versionKey(snapshot);
    const known = this.#paces.get(key);
    if (known !== undefined) return known;
    const pace: Pace = { startMs: undefined, busyMs: undefined, ends: new RecentPace() };
    this.#paces.set(key, pace);
    return pace;
  }
}
