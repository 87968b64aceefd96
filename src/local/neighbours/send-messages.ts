import { LambdakitError } from '../../errors/lambdakit-error.js';
import { createNeighbourClients } from './neighbour-clients.js';
import { queueUrl } from './target-sender.js';

/** SQS takes at most ten messages in one call (API reference, SendMessageBatch). */
const MAX_BATCH_ENTRIES = 10;

/**
 * Puts messages into a queue of the local SQS, in their order.
 * @throws LambdakitError `not-found` for a queue that is not there, `invalid-input` for a message that is refused
 */
export async function sendMessages(
  endpoint: string,
  {
    queueArn,
    bodies,
    signal,
  }: { readonly queueArn: string; readonly bodies: readonly string[]; readonly signal: AbortSignal },
): Promise<void> {
  const { SendMessageBatchCommand } = await import('@aws-sdk/client-sqs');
  const clients = createNeighbourClients(endpoint);
  try {
    const sqs = await clients.sqs(queueArn.split(':')[3] ?? '');
    for (let start = 0; start < bodies.length; start += MAX_BATCH_ENTRIES) {
      const Entries = bodies
        .slice(start, start + MAX_BATCH_ENTRIES)
        .map((MessageBody, index) => ({ Id: `${start + index + 1}`, MessageBody }));
      const command = new SendMessageBatchCommand({ QueueUrl: queueUrl(endpoint, queueArn), Entries });
      const { Failed = [] } = await sqs.send(command, { abortSignal: signal }).catch((error: unknown) => {
        throw explain(error, queueArn);
      });
      const [failed] = Failed;
      if (failed !== undefined) {
        throw new LambdakitError('invalid-input', `Line ${failed.Id} was refused by ${queueArn}: ${failed.Message}`);
      }
    }
  } finally {
    clients.dispose();
  }
}

function explain(error: unknown, queueArn: string): unknown {
  if (!(error instanceof Error) || !/NonExistentQueue|QueueDoesNotExist/.test(error.name)) return error;
  return new LambdakitError('not-found', `There is no local queue ${queueArn}.`, {
    hint: 'Create it: aws sqs create-queue --queue-name NAME, with AWS_ENDPOINT_URL_SQS of the local service.',
    cause: error,
  });
}
