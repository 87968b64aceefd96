import type { SqsCalls } from './neighbour-calls.js';

export type QueueCalls = Pick<SqsCalls, 'getQueueUrl' | 'getQueueAttributes'>;

/** What a queue is set to, and what is in it. The numbers are SQS's approximations. */
export interface QueueFacts {
  readonly visibilityTimeoutSeconds: number;
  /** Messages that can be received. */
  readonly waiting: number;
  /** Messages that were received and are neither deleted nor visible again. */
  readonly inFlight: number;
  /** Messages that cannot be received yet. */
  readonly delayed: number;
}

/** Name and account of a queue ARN; undefined for the ARN of something else. */
export function parseQueueArn(
  arn: string,
): { readonly queueName: string; readonly accountId: string; readonly isFifo: boolean } | undefined {
  const match = /^arn:aws[a-zA-Z-]*:sqs:[a-z0-9-]+:(\d{12}):([a-zA-Z0-9-_]{1,80}(?:\.fifo)?)$/.exec(arn);
  if (match === null) return undefined;
  const [, accountId = '', queueName = ''] = match;
  return { queueName, accountId, isFifo: queueName.endsWith('.fifo') };
}

/** Reads a queue: two calls. @throws LambdakitError `not-found`, `access-denied` */
export async function readQueue(calls: QueueCalls, arn: string): Promise<QueueFacts> {
  const { queueName = '', accountId } = parseQueueArn(arn) ?? {};
  const { QueueUrl } = await calls.getQueueUrl({
    QueueName: queueName,
    ...(accountId !== undefined && { QueueOwnerAWSAccountId: accountId }),
  });
  const { Attributes = {} } = await calls.getQueueAttributes({
    QueueUrl,
    AttributeNames: [
      'VisibilityTimeout',
      'ApproximateNumberOfMessages',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesDelayed',
    ],
  });
  return {
    visibilityTimeoutSeconds: Number(Attributes.VisibilityTimeout ?? 30),
    waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
  };
}
