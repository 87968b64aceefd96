import { LambdakitError } from '../../errors/lambdakit-error.js';
import { NEIGHBOUR_ACCOUNT_ID, type NeighbourClients } from './neighbour-clients.js';

/** Starts a function with an event and does not wait for it; composed of the directory and the async queue. */
export type InvokeFunctionAsync = (request: {
  /** With or without qualifier. */
  readonly functionArn: string;
  readonly payload: Uint8Array;
  readonly traceHeader?: string;
}) => Promise<void>;

/** One message for a queue, topic, bucket or function. */
export interface TargetMessage {
  readonly targetArn: string;
  readonly body: string;
  /** String attributes, for queues and topics. `Number` where the value is one. */
  readonly attributes?: Readonly<Record<string, { readonly type: 'String' | 'Number'; readonly value: string }>>;
  readonly traceHeader?: string;
  /** Key of the object when the target is a bucket. */
  readonly objectKey?: string;
}

export type SendToTarget = (message: TargetMessage, signal?: AbortSignal) => Promise<void>;

export interface TargetSenderDeps {
  readonly endpoint: string;
  readonly clients: NeighbourClients;
  readonly invokeFunction: InvokeFunctionAsync;
}

/** Sends to whatever the ARN names: an SQS queue, an SNS topic, an S3 bucket or a function. Rejects when it refuses. */
export function createTargetSender(deps: TargetSenderDeps): SendToTarget {
  return async (message, signal) => {
    const [, , service = '', region = ''] = message.targetArn.split(':');
    switch (service) {
      case 'sqs':
        return sendToQueue(deps, region, message, signal);
      case 'sns':
        return publishToTopic(deps, region, message, signal);
      case 's3':
        return putObject(deps, message, signal);
      case 'lambda':
        return deps.invokeFunction({
          functionArn: message.targetArn,
          payload: Buffer.from(message.body),
          ...(message.traceHeader !== undefined && { traceHeader: message.traceHeader }),
        });
      default:
        throw new LambdakitError('invalid-input', `${message.targetArn} is no target for messages`, {
          hint: 'Use the ARN of an SQS queue, an SNS topic, an S3 bucket, a function or an event bus.',
        });
    }
  };
}

/** The URL of a queue at our endpoint. */
export function queueUrl(endpoint: string, queueArn: string): string {
  return `${endpoint}/${NEIGHBOUR_ACCOUNT_ID}/${queueArn.split(':')[5] ?? ''}`;
}

async function sendToQueue(
  { clients, endpoint }: TargetSenderDeps,
  region: string,
  message: TargetMessage,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { SendMessageCommand } = await import('@aws-sdk/client-sqs');
  const command = new SendMessageCommand({
    QueueUrl: queueUrl(endpoint, message.targetArn),
    MessageBody: message.body,
    MessageAttributes: sdkAttributes(message),
    ...(message.traceHeader !== undefined && {
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: message.traceHeader } },
    }),
  });
  await (await clients.sqs(region)).send(command, { ...(signal && { abortSignal: signal }) });
}

async function publishToTopic(
  { clients }: TargetSenderDeps,
  region: string,
  message: TargetMessage,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { PublishCommand } = await import('@aws-sdk/client-sns');
  const topic = message.targetArn.split(':');
  topic[4] = NEIGHBOUR_ACCOUNT_ID;
  const command = new PublishCommand({
    TopicArn: topic.join(':'),
    Message: message.body,
    MessageAttributes: sdkAttributes(message),
  });
  await (await clients.sns(region)).send(command, { ...(signal && { abortSignal: signal }) });
}

async function putObject(
  { clients }: TargetSenderDeps,
  message: TargetMessage,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { PutObjectCommand } = await import('@aws-sdk/client-s3');
  const command = new PutObjectCommand({
    Bucket: message.targetArn.split(':')[5],
    Key: message.objectKey ?? 'message',
    Body: message.body,
    ContentType: 'application/json',
  });
  await (await clients.s3('us-east-1')).send(command, { ...(signal && { abortSignal: signal }) });
}

function sdkAttributes({ attributes = {} }: TargetMessage) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { type, value }]) => [name, { DataType: type, StringValue: value }]),
  );
}
