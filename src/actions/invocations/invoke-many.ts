import type { LambdakitError } from '../../errors/lambdakit-error.js';
import { isLambdakitError } from '../../errors/lambdakit-error.js';
import { costOf, type GivenPrice, type Price, priceOf } from '../../lambda/pricing.js';
import type { ActionContext } from '../action-context.js';
import { inParallel } from '../in-parallel.js';
import { type Invoked, type InvokeRequest, type InvokeResult, prepareInvoker } from '../invoke.js';
import { type Percentiles, percentilesOf } from '../logs/log-stats.js';

export interface ManyRequest extends Omit<InvokeRequest, 'payload' | 'outFile'> {
  /** One for each call. */
  readonly payloads: readonly (Uint8Array | undefined)[];
  /** How many calls are under way at once. */
  readonly concurrency: number;
  /** For the cost; default: the list price of the region. */
  readonly price?: GivenPrice | undefined;
}

/** One call of many: what came of it, or why the service refused it. */
export interface OneOfMany {
  readonly latencyMs: number;
  readonly invoked?: Invoked;
  readonly refused?: LambdakitError;
}

/** What many calls came to. Milliseconds as the caller sees them; `duration` as the function's reports say. */
export interface ManySummary {
  readonly functionName: string;
  readonly invocations: number;
  readonly functionErrors: number;
  readonly refused: number;
  readonly coldStarts: number;
  readonly wallMs: number;
  readonly invocationsPerSecond: number;
  readonly warmLatency: Percentiles | undefined;
  readonly coldLatency: Percentiles | undefined;
  readonly duration: Percentiles | undefined;
  readonly billedDuration: number;
  readonly region?: string;
  readonly architecture: 'x86_64' | 'arm64';
  /** Without free tier; absent where the price of the region is not known. */
  readonly cost?: number;
  readonly currency?: 'USD' | 'CNY';
  readonly priceOrigin?: Price['origin'];
  readonly histogram: readonly HistogramBar[];
}

export interface HistogramBar {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

/** Invokes once for each payload. A refused call does not stop the others; an interruption does. */
export async function invokeMany(
  request: ManyRequest,
  context: ActionContext,
): Promise<{ readonly calls: readonly OneOfMany[]; readonly summary: ManySummary }> {
  const invoker = await prepareInvoker({ ...request, withLog: true }, context);
  const place = await placeOfFunction(invoker.functionName, context);
  const calls: OneOfMany[] = [];
  const startedAt = performance.now();
  await inParallel([...request.payloads.entries()], request.concurrency, async ([index, payload]) => {
    calls[index] = await callOnce(() => invoker.invoke(payload), context);
  });
  const wallMs = performance.now() - startedAt;
  return {
    calls,
    summary: summaryOf(calls, { functionName: invoker.functionName, wallMs, ...place, given: request.price }),
  };
}

async function callOnce(work: () => Promise<Invoked>, { signal }: ActionContext): Promise<OneOfMany> {
  const startedAt = performance.now();
  try {
    const invoked = await work();
    return { latencyMs: performance.now() - startedAt, invoked };
  } catch (error) {
    signal.throwIfAborted();
    if (!isLambdakitError(error) || error.kind !== 'remote' || error.code === 'not-found') throw error;
    return { latencyMs: performance.now() - startedAt, refused: error };
  }
}

interface FunctionPlace {
  readonly region: string | undefined;
  readonly architecture: 'x86_64' | 'arm64';
  readonly ephemeralStorageMb: number | undefined;
}

async function placeOfFunction(functionName: string, context: ActionContext): Promise<FunctionPlace> {
  const lambda = await context.lambda();
  const settings = await lambda.getFunctionConfiguration({ FunctionName: functionName });
  return {
    region: settings.FunctionArn?.split(':')[3],
    architecture: settings.Architectures?.[0] === 'arm64' ? 'arm64' : 'x86_64',
    ephemeralStorageMb: settings.EphemeralStorage?.Size,
  };
}

interface SummaryFacts extends FunctionPlace {
  readonly functionName: string;
  readonly wallMs: number;
  readonly given: GivenPrice | undefined;
}

function summaryOf(calls: readonly OneOfMany[], { functionName, wallMs, ...place }: SummaryFacts): ManySummary {
  const answered = calls.flatMap(({ invoked, latencyMs }) =>
    invoked === undefined ? [] : [{ ...invoked, latencyMs }],
  );
  const isCold = ({ result }: { readonly result: InvokeResult }): boolean => result.initDuration !== undefined;
  const cold = answered.filter(isCold);
  const price = priceOf(place);
  const latencies = answered.map(({ latencyMs }) => latencyMs);
  return {
    functionName,
    invocations: calls.length,
    functionErrors: answered.filter(({ error }) => error !== undefined).length,
    refused: calls.length - answered.length,
    coldStarts: cold.length,
    wallMs,
    invocationsPerSecond: answered.length / (wallMs / 1_000),
    warmLatency: percentilesOf(answered.filter((call) => !isCold(call)).map(({ latencyMs }) => latencyMs)),
    coldLatency: percentilesOf(cold.map(({ latencyMs }) => latencyMs)),
    duration: percentilesOf(answered.flatMap(({ result }) => result.duration ?? [])),
    billedDuration: answered.reduce((sum, { result }) => sum + (result.billedDuration ?? 0), 0),
    ...(place.region !== undefined && { region: place.region }),
    architecture: place.architecture,
    ...(price !== undefined && {
      cost: answered.reduce((sum, { result }) => sum + costOfResult(result, place, price), 0),
      currency: price.currency,
      priceOrigin: price.origin,
    }),
    histogram: histogramOf(latencies),
  };
}

function costOfResult(
  { billedDuration: billedDurationMs, memorySize: memorySizeMb }: InvokeResult,
  { ephemeralStorageMb }: FunctionPlace,
  price: Price,
): number {
  if (billedDurationMs === undefined || memorySizeMb === undefined) return 0;
  const storage = ephemeralStorageMb === undefined ? {} : { ephemeralStorageMb };
  return costOf({ billedDurationMs, memorySizeMb, ...storage }, price);
}

/** Bars whose bounds double, since latencies have a long tail: 1, 2, 4 … milliseconds. */
export function histogramOf(latencies: readonly number[]): readonly HistogramBar[] {
  if (latencies.length === 0) return [];
  const exponentOf = (latency: number): number => Math.max(0, Math.floor(Math.log2(Math.max(latency, 1))));
  const exponents = latencies.map(exponentOf);
  const first = Math.min(...exponents);
  const last = Math.max(...exponents);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const exponent = first + index;
    const count = exponents.filter((one) => one === exponent).length;
    return { fromMs: exponent === 0 ? 0 : 2 ** exponent, toMs: 2 ** (exponent + 1), count };
  });
}
