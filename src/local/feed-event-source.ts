import path from 'node:path';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { mkdir, open } from '../system/files.js';
import { type StreamFile, streamFileOf } from './event-sources/stream-file.js';
import { sendMessages } from './neighbours/send-messages.js';
import { findRunningService } from './running-service.js';

export interface FeedOptions {
  readonly stateFolder: string;
  /** A queue, Kinesis stream or DynamoDB stream. */
  readonly sourceArn: string;
  /** A record each: text for a queue or Kinesis, a stream record as JSON for DynamoDB. */
  readonly records: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Puts records into a local event source, from where its mappings poll them with their own batch sizes,
 * windows and filters. Streams are files, so that records for them can also be there before the service is.
 * @throws LambdakitError `invalid-input`, `not-found` (no such queue, or no service that holds it)
 */
export async function feedEventSource({ stateFolder, sourceArn, records, signal }: FeedOptions): Promise<void> {
  const stream = streamFileOf(stateFolder, sourceArn);
  if (stream !== undefined) return appendRecords(stream, records);
  if (sourceArn.split(':')[2] !== 'sqs') {
    throw new LambdakitError('invalid-input', `${sourceArn} is no event source that can be fed.`, {
      hint: 'Name an SQS queue, a Kinesis stream or a DynamoDB stream, such as sqs:orders or kinesis:clicks.',
    });
  }
  const running = await findRunningService(stateFolder);
  const endpoint = running?.variables.AWS_ENDPOINT_URL_SQS;
  if (endpoint === undefined) {
    throw new LambdakitError('not-found', `No local service runs, and so there is no queue ${sourceArn}.`, {
      hint: 'Start one with "lambdakit local start" and create the queue there.',
    });
  }
  await sendMessages(endpoint, { queueArn: sourceArn, bodies: records, signal });
}

/** One write, so that a poller never sees half of what was sent and two senders do not mix their lines. */
async function appendRecords({ file, kind }: StreamFile, records: readonly string[]): Promise<void> {
  if (kind === 'dynamodb') records.forEach(checkStreamRecord);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, 'a', 0o600);
  try {
    await handle.writeFile(records.map((record) => `${record}\n`).join(''));
  } finally {
    await handle.close();
  }
}

function checkStreamRecord(record: string, index: number): void {
  const value = parse(record);
  if (typeof value === 'object' && value !== null && 'dynamodb' in value) return;
  throw new LambdakitError('invalid-input', `Line ${index + 1} is no record of a DynamoDB stream.`, {
    hint: 'A line is JSON such as {"eventName":"INSERT","dynamodb":{"Keys":{"id":{"S":"1"}},"NewImage":{"id":{"S":"1"}}}}.',
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
