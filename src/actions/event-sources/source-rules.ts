import { parseQueueArn } from '../../aws/queue-facts.js';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import type { DesiredEventSource } from '../deploy/desired-companions.js';

/** What invokes the function, as far as the ARN tells. */
export type SourceKind = 'queue' | 'fifo-queue' | 'kinesis' | 'dynamodb' | 'other';

export function sourceKindOf(arn: string | undefined): SourceKind {
  const service = /^arn:[^:]+:([a-z0-9-]+):/.exec(arn ?? '')?.[1];
  if (service === 'sqs') return arn?.endsWith('.fifo') === true ? 'fifo-queue' : 'queue';
  return service === 'kinesis' || service === 'dynamodb' ? service : 'other';
}

/** The settings that only streams have, and those that only queues have (Lambda API reference, CreateEventSourceMapping). */
const OF_STREAMS = [
  'StartingPosition',
  'StartingPositionTimestamp',
  'ParallelizationFactor',
  'BisectBatchOnFunctionError',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'TumblingWindowInSeconds',
] as const;
const SMALL_BATCH = 10;

/**
 * Refuses what cannot be set together for a new event source, before anything is called.
 * @throws LambdakitError `invalid-input`
 */
export function refuseUnfit(source: DesiredEventSource): void {
  const problem = problemOf(source, sourceKindOf(source.EventSourceArn));
  if (problem !== undefined) throw new LambdakitError('invalid-input', problem.message, { hint: problem.hint });
}

interface Problem {
  readonly message: string;
  readonly hint: string;
}

function problemOf(source: DesiredEventSource, kind: SourceKind): Problem | undefined {
  const arn = source.EventSourceArn ?? '';
  if (source.EventSourceArn === undefined && source.SelfManagedEventSource === undefined) {
    return {
      message: 'It is not said what invokes the function.',
      hint: 'Give the ARN of a queue or stream, or the servers of a Kafka cluster of your own with --bootstrap-server.',
    };
  }
  if (kind === 'queue' || kind === 'fifo-queue') return queueProblem(source, kind);
  if (source.ScalingConfig !== undefined && kind !== 'other')
    return { message: `A maximum concurrency is for queues, and ${arn} is a stream.`, hint: 'Leave it out.' };
  const isStream = kind === 'kinesis' || kind === 'dynamodb';
  if (isStream && source.StartingPosition === undefined) {
    return {
      message: `It is not said where reading the stream ${arn} begins.`,
      hint: 'Set the starting position: TRIM_HORIZON for the oldest record, LATEST for what comes from now on.',
    };
  }
  if (source.StartingPosition !== 'AT_TIMESTAMP') return undefined;
  if (kind === 'dynamodb')
    return { message: 'A DynamoDB stream has no AT_TIMESTAMP.', hint: 'Begin with TRIM_HORIZON or LATEST.' };
  return source.StartingPositionTimestamp === undefined
    ? { message: 'AT_TIMESTAMP needs a moment.', hint: 'Give it with --starting-timestamp 2026-01-31T12:00:00Z.' }
    : undefined;
}

function queueProblem(source: DesiredEventSource, kind: 'queue' | 'fifo-queue'): Problem | undefined {
  const arn = source.EventSourceArn ?? '';
  if (parseQueueArn(arn) === undefined) {
    return {
      message: `"${arn}" is not the ARN of a queue.`,
      hint: 'A queue is arn:aws:sqs:REGION:ACCOUNT:NAME, with a name of letters, digits, - and _; that of a FIFO queue ends with .fifo.',
    };
  }
  const foreign = OF_STREAMS.find((member) => source[member] !== undefined);
  if (foreign !== undefined) {
    const setting = foreign.charAt(0).toLowerCase() + foreign.slice(1);
    return { message: `${setting} is for streams, and ${arn} is a queue.`, hint: 'Leave it out.' };
  }
  const batchSize = Number(source.BatchSize ?? SMALL_BATCH);
  const windowSeconds = Number(source.MaximumBatchingWindowInSeconds ?? 0);
  if (kind === 'fifo-queue' && windowSeconds > 0)
    return { message: 'A FIFO queue gathers no batches over time.', hint: 'Leave the batching window out.' };
  if (kind === 'fifo-queue' && batchSize > SMALL_BATCH)
    return { message: `A batch of a FIFO queue has at most 10 messages, not ${batchSize}.`, hint: 'Lower it.' };
  return batchSize > SMALL_BATCH && windowSeconds === 0
    ? {
        message: `A batch of ${batchSize} messages needs a batching window of a second or more.`,
        hint: 'Set --batch-window (maximumBatchingWindowInSeconds), or a batch of at most 10.',
      }
    : undefined;
}
