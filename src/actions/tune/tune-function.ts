import type { FunctionConfiguration } from '../../aws/lambda-calls.js';
import { waitForFunction } from '../../aws/wait-for-function.js';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import { type GivenPrice, PRICES_AS_OF, priceOf } from '../../lambda/pricing.js';
import type { ActionContext } from '../action-context.js';
import { resolveFunctionTarget } from '../function-target.js';
import { type InvokePayload, readInvokePayload } from '../invocations/invoke-payload.js';
import { prepareInvoker } from '../invoke.js';
import { chooseSize, type TuningStrategy } from './choose-size.js';
import { type MeasuredSize, measureSize } from './measure-size.js';
import { publishSizes, type TuningVersion } from './tuning-versions.js';

export interface TuneRequest {
  /** Key of the project file, name or ARN. */
  readonly target: string;
  readonly payload: InvokePayload;
  /** In MB. */
  readonly sizes: readonly number[];
  /** How often each size is invoked, cold starts included. */
  readonly invocations: number;
  readonly concurrency: number;
  readonly strategy: TuningStrategy;
  /** Gives the function the best size. */
  readonly isApplied: boolean;
  /** Default: the list price of the region. */
  readonly price?: GivenPrice | undefined;
}

export interface TuneResult {
  readonly functionName: string;
  readonly region: string | undefined;
  readonly architecture: 'x86_64' | 'arm64';
  /** What the function had before, in MB. */
  readonly memorySize: number;
  readonly strategy: TuningStrategy;
  readonly sizes: readonly MeasuredSize[];
  /** In MB. */
  readonly best: number;
  readonly isApplied: boolean;
  readonly currency?: 'USD' | 'CNY';
  /** The month in which the list prices were looked up; absent where it is given or not known. */
  readonly pricesAsOf?: string;
}

/**
 * Invokes a function with several memory sizes and says which is best. Works on versions of its own, which are
 * deleted in the end, whatever happens; the function is left as it was unless the best size is applied.
 * @throws LambdakitError `function-error` when the function fails with every size
 */
export async function tuneFunction(request: TuneRequest, context: ActionContext): Promise<TuneResult> {
  const { functionName, qualifier } = await resolveFunctionTarget(request.target, context);
  if (qualifier !== undefined) {
    throw new LambdakitError('invalid-input', `Tuning is about $LATEST, and ${request.target} names ${qualifier}.`, {
      hint: `Leave the qualifier out: lambdakit tune ${functionName}`,
    });
  }
  const payload = await readInvokePayload(request.payload, context);
  const calls = await context.lambda();
  const original = await calls.getFunctionConfiguration({ FunctionName: functionName });
  const tuning = await publishSizes(original, request.sizes, context);
  let sizes: readonly MeasuredSize[];
  try {
    sizes = await measureAll(tuning.versions, { request, context, original, functionName, payload });
  } finally {
    context.progress({ kind: 'started', subject: functionName, text: 'deleting the versions' });
    await tuning.undo();
  }
  const refused = tuning.refused.map(({ memorySize, reason }) => ({
    ...{ memorySize, invocations: 0, coldStarts: 0, failure: reason },
  }));
  const result = resultOf([...sizes, ...refused], request, original);
  if (request.isApplied) await apply(functionName, result, context);
  return { ...result, isApplied: request.isApplied };
}

interface MeasureAllOptions {
  readonly request: TuneRequest;
  readonly context: ActionContext;
  readonly original: FunctionConfiguration;
  readonly functionName: string;
  readonly payload: Uint8Array | undefined;
}

async function measureAll(
  versions: readonly TuningVersion[],
  { request, context, original, functionName, payload }: MeasureAllOptions,
): Promise<readonly MeasuredSize[]> {
  const { invocations, concurrency, target } = request;
  const measured: MeasuredSize[] = [];
  let failure: LambdakitError | undefined;
  for (const { memorySize, version } of versions) {
    const startedAt = performance.now();
    context.progress({ kind: 'started', subject: functionName, text: `invoking with ${memorySize} MB` });
    const call = { target, qualifier: version, invocationType: 'RequestResponse', withLog: true } as const;
    const invoker = await prepareInvoker(call, context);
    const outcome = await measureSize(memorySize, {
      ...{ invocations, concurrency, ephemeralStorageMb: original.EphemeralStorage?.Size },
      price: priceOf({ ...placeOf(original), given: request.price }),
      invoke: () => invoker.invoke(payload),
    });
    measured.push(outcome.measured);
    failure ??= outcome.error;
    tellOf(outcome.measured, functionName, performance.now() - startedAt, context);
  }
  if (failure !== undefined && measured.every((size) => size.failure !== undefined)) throw failure;
  return measured;
}

function tellOf(
  { memorySize, duration, failure }: MeasuredSize,
  subject: string,
  durationMs: number,
  { progress }: ActionContext,
): void {
  if (failure !== undefined) progress({ kind: 'warning', subject, text: `${memorySize} MB: ${failure}` });
  else progress({ kind: 'done', subject, text: `${memorySize} MB: ${(duration ?? 0).toFixed(1)} ms`, durationMs });
}

function placeOf({ FunctionArn, Architectures }: FunctionConfiguration) {
  const architecture = Architectures?.[0] === 'arm64' ? ('arm64' as const) : ('x86_64' as const);
  return { region: FunctionArn?.split(':')[3], architecture };
}

function resultOf(
  sizes: readonly MeasuredSize[],
  { strategy, price: given }: TuneRequest,
  original: FunctionConfiguration,
): Omit<TuneResult, 'isApplied'> {
  const best = chooseSize(sizes, strategy);
  if (best === undefined) {
    throw new LambdakitError('service-refused', 'No memory size could be measured.', {
      hint: 'The log tail of the function has no REPORT line: look at it with `lambdakit invoke --tail`.',
      details: { sizes },
    });
  }
  const price = priceOf({ ...placeOf(original), given });
  return {
    functionName: original.FunctionName ?? '',
    ...placeOf(original),
    memorySize: original.MemorySize ?? 0,
    strategy,
    sizes: sizes.toSorted((a, b) => a.memorySize - b.memorySize),
    best: best.memorySize,
    ...(price !== undefined && {
      currency: price.currency,
      ...(price.origin === 'list' && { pricesAsOf: PRICES_AS_OF }),
    }),
  };
}

async function apply(
  functionName: string,
  { best, memorySize }: Omit<TuneResult, 'isApplied'>,
  context: ActionContext,
): Promise<void> {
  if (best === memorySize) return;
  const calls = await context.lambda();
  await calls.updateFunctionConfiguration({ FunctionName: functionName, MemorySize: best });
  await waitForFunction({ calls, signal: context.signal, functionName });
  context.progress({ kind: 'done', subject: functionName, text: `has ${best} MB now, ${memorySize} MB before` });
}
