import type { FunctionSnapshot } from './function-snapshot.js';

/** Whether a run is traced of which no caller has decided. */
export type TraceSampling = (snapshot: Pick<FunctionSnapshot, 'functionArn' | 'tracingMode'>) => boolean;

export interface TraceSamplingDeps {
  /** Epoch milliseconds. */
  now(): number;
  /** 0 inclusive to 1 exclusive. */
  random(): number;
}

/** Of the runs beyond the first of a second. */
const RATE = 0.05;

/**
 * X-Ray's default rule for functions with active tracing: the first run of each second and 5 % of the others (X-Ray
 * developer guide, "Configuring sampling rules"). A function that passes tracing through decides nothing itself.
 */
export function createTraceSampling({ now, random }: TraceSamplingDeps): TraceSampling {
  const lastSeconds = new Map<string, number>();
  return ({ functionArn, tracingMode }) => {
    if (tracingMode !== 'Active') return false;
    const second = Math.trunc(now() / 1000);
    if (lastSeconds.get(functionArn) === second) return random() < RATE;
    lastSeconds.set(functionArn, second);
    return true;
  };
}
