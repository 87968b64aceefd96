import type { CloudWatchCalls } from '../../aws/neighbour-calls.js';
import { parseQueueArn, type QueueCalls, readQueue } from '../../aws/queue-facts.js';
import { isLambdakitError } from '../../errors/lambdakit-error.js';
import { sourceKindOf } from './source-rules.js';

/** How far the function is behind its source. */
export type SourceLag =
  | {
      readonly waiting: number;
      readonly inFlight: number;
      readonly delayed: number;
      /** Age of the oldest message in seconds, where CloudWatch tells it. */
      readonly oldestSeconds?: number;
    }
  | { readonly iteratorAgeMs: number };

export interface LagDependencies {
  readonly queues: QueueCalls | undefined;
  readonly cloudWatch: Pick<CloudWatchCalls, 'getMetricStatistics'> | undefined;
  readonly nowMs: number;
  /** Told when a lag cannot be read. */
  readonly onUnknown: (reason: string) => void;
}

/**
 * What is waiting in a queue, or how old the records of a stream are when they are read; undefined where nobody tells.
 * A missing permission costs the lag and nothing else.
 */
export async function readLag(
  mapping: { readonly EventSourceArn?: string | undefined; readonly FunctionArn?: string | undefined },
  dependencies: LagDependencies,
): Promise<SourceLag | undefined> {
  const { EventSourceArn: arn = '', FunctionArn = '' } = mapping;
  const kind = sourceKindOf(arn);
  try {
    if (kind === 'queue' || kind === 'fifo-queue') return await queueLag(arn, dependencies);
    return kind === 'other' ? undefined : await streamLag(FunctionArn, dependencies);
  } catch (error) {
    if (!isLambdakitError(error) || error.code === 'interrupted') throw error;
    dependencies.onUnknown(error.message);
    return undefined;
  }
}

async function queueLag(arn: string, { queues, ...dependencies }: LagDependencies): Promise<SourceLag | undefined> {
  const queueName = parseQueueArn(arn)?.queueName;
  if (queues === undefined || queueName === undefined) return undefined;
  const { waiting, inFlight, delayed } = await readQueue(queues, arn);
  const oldest =
    waiting === 0
      ? undefined
      : await highestOf(dependencies, 'AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName: queueName });
  return { waiting, inFlight, delayed, ...(oldest !== undefined && { oldestSeconds: oldest }) };
}

async function streamLag(
  functionArn: string,
  dependencies: Omit<LagDependencies, 'queues'>,
): Promise<SourceLag | undefined> {
  const [functionName = '', qualifier] = functionArn.split(':').slice(6);
  const age = await highestOf(dependencies, 'AWS/Lambda', 'IteratorAge', {
    FunctionName: functionName,
    ...(qualifier !== undefined && { Resource: `${functionName}:${qualifier}` }),
  });
  return age === undefined ? undefined : { iteratorAgeMs: age };
}

const WINDOW_MS = 600_000;

/** The newest value of a metric in the last ten minutes: both are written once a minute at most. */
async function highestOf(
  { cloudWatch, nowMs }: Pick<LagDependencies, 'cloudWatch' | 'nowMs'>,
  namespace: string,
  metric: string,
  dimensions: Readonly<Record<string, string>>,
): Promise<number | undefined> {
  const { Datapoints = [] } =
    (await cloudWatch?.getMetricStatistics({
      Namespace: namespace,
      MetricName: metric,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(nowMs - WINDOW_MS),
      EndTime: new Date(nowMs),
      Period: 60,
      Statistics: ['Maximum'],
    })) ?? {};
  const newest = Datapoints.toSorted((a, b) => Number(b.Timestamp ?? 0) - Number(a.Timestamp ?? 0)).at(0);
  return newest?.Maximum;
}
