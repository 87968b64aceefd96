import { parseQueueArn, type QueueCalls, readQueue } from '../../aws/queue-facts.js';
import { isLambdakitError, LambdakitError } from '../../errors/lambdakit-error.js';

/** A message may come again while batches are retried (Lambda developer guide, "Creating and configuring an Amazon SQS event source mapping"). */
const ADVISED_FACTOR = 6;

export interface VisibilityOptions {
  /** Undefined where no queues can be asked. */
  readonly queues: QueueCalls | undefined;
  readonly eventSourceArn: string;
  readonly functionName: string;
  readonly functionTimeoutSeconds: number;
}

/**
 * Compares for how long a queue hides a message with how long the function may work on it; the text is a warning.
 * A queue that is not there, or that we may not look at, is left to Lambda's own check.
 * @throws LambdakitError `invalid-input` when the message would come again while it is worked on, as Lambda refuses it.
 */
export async function judgeVisibility(options: VisibilityOptions): Promise<string | undefined> {
  const { queues, eventSourceArn, functionName, functionTimeoutSeconds: timeout } = options;
  const name = parseQueueArn(eventSourceArn)?.queueName;
  if (queues === undefined || name === undefined) return undefined;
  const visibility = await visibilityOf(queues, eventSourceArn);
  const advised = timeout * ADVISED_FACTOR;
  if (visibility === undefined || visibility >= advised) return undefined;
  if (visibility < timeout) {
    throw new LambdakitError(
      'invalid-input',
      `The queue ${name} hides a message for ${visibility} s, and ${functionName} may work on it for ${timeout} s.`,
      {
        hint: `Raise the VisibilityTimeout of the queue to ${advised} s (six times the timeout of the function), or lower the timeout.`,
        details: { visibilityTimeoutSeconds: visibility, functionTimeoutSeconds: timeout },
      },
    );
  }
  return `the queue ${name} hides a message for ${visibility} s; AWS advises six times the timeout of ${functionName} (${timeout} s), that is ${advised} s`;
}

async function visibilityOf(queues: QueueCalls, arn: string): Promise<number | undefined> {
  try {
    return (await readQueue(queues, arn)).visibilityTimeoutSeconds;
  } catch (error) {
    if (isLambdakitError(error) && LEFT_TO_LAMBDA.has(error.code)) return undefined;
    throw error;
  }
}

const LEFT_TO_LAMBDA: ReadonlySet<string> = new Set(['not-found', 'access-denied', 'service-refused', 'unreachable']);
