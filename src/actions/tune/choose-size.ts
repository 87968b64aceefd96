import type { MeasuredSize } from './measure-size.js';

export const STRATEGIES = ['cost', 'speed', 'balanced'] as const;

/** What matters: what an invocation costs, how long it takes, or both alike. */
export type TuningStrategy = (typeof STRATEGIES)[number];

/**
 * The best of the sizes that worked; of equals the smallest. `balanced` adds cost and duration, each as its share of
 * the highest one that was measured. Undefined when none worked.
 */
export function chooseSize(measured: readonly MeasuredSize[], strategy: TuningStrategy): MeasuredSize | undefined {
  const working = measured.filter(({ failure, duration }) => failure === undefined && duration !== undefined);
  const slowest = Math.max(...working.map(durationOf));
  const dearest = Math.max(...working.map(expenseOf));
  const scoreOf = (size: MeasuredSize): number => {
    const speed = durationOf(size) / slowest;
    const expense = expenseOf(size) / dearest;
    return { speed, cost: expense, balanced: speed + expense }[strategy];
  };
  let best: MeasuredSize | undefined;
  for (const size of working.toSorted((a, b) => a.memorySize - b.memorySize)) {
    if (best === undefined || scoreOf(size) < scoreOf(best)) best = size;
  }
  return best;
}

function durationOf({ duration = Number.POSITIVE_INFINITY }: MeasuredSize): number {
  return duration;
}

/** Within one region GB-seconds order sizes as money does, also where its price is not known. */
function expenseOf({ cost, gbSeconds = Number.POSITIVE_INFINITY }: MeasuredSize): number {
  return cost ?? gbSeconds;
}
