import type { LambdakitError } from '../../errors/lambdakit-error.js';
import { costOf, type Price } from '../../lambda/pricing.js';
import { inParallel } from '../in-parallel.js';
import type { Invoked, InvokeResult } from '../invoke.js';

/** What one memory size came to. Milliseconds, MB; means are of warm invocations without the extremes. */
export interface MeasuredSize {
  readonly memorySize: number;
  readonly invocations: number;
  readonly coldStarts: number;
  readonly duration?: number;
  readonly billedDuration?: number;
  readonly initDuration?: number;
  readonly maxMemoryUsed?: number;
  readonly gbSeconds?: number;
  /** List price of one warm invocation; absent where the price of the region is not known. */
  readonly cost?: number;
  /** Why the function does not work with so much memory. */
  readonly failure?: string;
}

export interface MeasureOptions {
  readonly invocations: number;
  /** How many calls are under way at once. */
  readonly concurrency: number;
  readonly invoke: () => Promise<Invoked>;
  readonly price: Price | undefined;
  readonly ephemeralStorageMb: number | undefined;
}

/** Invokes with one memory size. The first error of the function ends that, since it says that the size is too small. */
export async function measureSize(
  memorySize: number,
  options: MeasureOptions,
): Promise<{ readonly measured: MeasuredSize; readonly error: LambdakitError | undefined }> {
  const results: InvokeResult[] = [];
  let error: LambdakitError | undefined;
  await inParallel([...Array(options.invocations).keys()], options.concurrency, async () => {
    if (error !== undefined) return;
    const invoked = await options.invoke();
    if (invoked.error !== undefined) error = invoked.error;
    else results.push(invoked.result);
  });
  const measured = summarize(memorySize, results, options);
  return { measured: error === undefined ? measured : { ...measured, failure: error.message }, error };
}

function summarize(
  memorySize: number,
  results: readonly InvokeResult[],
  { price, ephemeralStorageMb }: MeasureOptions,
): MeasuredSize {
  const isCold = ({ initDuration }: InvokeResult): boolean => initDuration !== undefined;
  const warm = results.filter((result) => !isCold(result));
  const counted = warm.length > 0 ? warm : results;
  const duration = trimmedMean(counted.flatMap((result) => result.duration ?? []));
  const billed = trimmedMean(counted.flatMap((result) => result.billedDuration ?? []));
  const initDuration = trimmedMean(results.flatMap((result) => result.initDuration ?? []));
  const used = results.flatMap(({ maxMemoryUsed }) => maxMemoryUsed ?? []);
  const storage = ephemeralStorageMb === undefined ? {} : { ephemeralStorageMb };
  return {
    memorySize,
    invocations: results.length,
    coldStarts: results.filter(isCold).length,
    ...(duration !== undefined && { duration }),
    ...(billed !== undefined && { billedDuration: billed, gbSeconds: ((memorySize / 1_024) * billed) / 1_000 }),
    ...(initDuration !== undefined && { initDuration }),
    ...(used.length > 0 && { maxMemoryUsed: Math.max(...used) }),
    ...(billed !== undefined &&
      price !== undefined && {
        cost: costOf({ billedDurationMs: billed, memorySizeMb: memorySize, ...storage }, price),
      }),
  };
}

/** The mean without the lowest and the highest fifth: a single hiccup must not decide. */
export function trimmedMean(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const cut = Math.floor(sorted.length / 5);
  const kept = sorted.slice(cut, sorted.length - cut);
  return kept.length === 0 ? undefined : kept.reduce((sum, value) => sum + value, 0) / kept.length;
}
