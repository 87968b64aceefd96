import type { Message } from '@aws-sdk/client-sqs';
import type { NeighbourClients } from './neighbour-clients.js';
import { queueUrl } from './target-sender.js';

/** SQS accepts at most ten entries in one batch call (API reference, DeleteMessageBatch). */
const MAX_BATCH_ENTRIES = 10;

/** One message in the shape that pollers want. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<
    Record<string, { readonly dataType: string; readonly stringValue?: string; readonly binaryValue?: string }>
  >;
  readonly md5OfBody: string;
  readonly md5OfMessageAttributes?: string;
}

/** The calls of SQS that pollers make, by queue ARN; fits the port `QueueDoor` of local/event-sources. */
export function createQueueDoor(endpoint: string, clients: NeighbourClients) {
  const clientOf = (queueArn: string) => clients.sqs(queueArn.split(':')[3] ?? '');
  const urlOf = (queueArn: string) => queueUrl(endpoint, queueArn);
  return {
    async visibilityTimeoutSeconds(queueArn: string): Promise<number> {
      const { GetQueueAttributesCommand } = await import('@aws-sdk/client-sqs');
      const command = new GetQueueAttributesCommand({
        QueueUrl: urlOf(queueArn),
        AttributeNames: ['VisibilityTimeout'],
      });
      const { Attributes } = await (await clientOf(queueArn)).send(command);
      return Number(Attributes?.VisibilityTimeout ?? 30);
    },

    async receive(request: {
      readonly queueArn: string;
      readonly maxMessages: number;
      readonly waitSeconds: number;
      readonly visibilityTimeoutSeconds?: number;
    }): Promise<readonly ReceivedMessage[]> {
      const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs');
      const command = new ReceiveMessageCommand({
        QueueUrl: urlOf(request.queueArn),
        MaxNumberOfMessages: request.maxMessages,
        WaitTimeSeconds: request.waitSeconds,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
        ...(request.visibilityTimeoutSeconds !== undefined && { VisibilityTimeout: request.visibilityTimeoutSeconds }),
      });
      const { Messages = [] } = await (await clientOf(request.queueArn)).send(command);
      return Messages.map(toReceived);
    },

    async delete(queueArn: string, receiptHandles: readonly string[]): Promise<void> {
      const { DeleteMessageBatchCommand } = await import('@aws-sdk/client-sqs');
      const client = await clientOf(queueArn);
      for (const entries of inTens(receiptHandles)) {
        await client.send(new DeleteMessageBatchCommand({ QueueUrl: urlOf(queueArn), Entries: entries }));
      }
    },

    async release(queueArn: string, receiptHandles: readonly string[]): Promise<void> {
      const { ChangeMessageVisibilityBatchCommand } = await import('@aws-sdk/client-sqs');
      const client = await clientOf(queueArn);
      for (const entries of inTens(receiptHandles)) {
        const Entries = entries.map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
        await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: urlOf(queueArn), Entries }));
      }
    },
  };
}

function inTens(receiptHandles: readonly string[]): { readonly Id: string; readonly ReceiptHandle: string }[][] {
  const entries = receiptHandles.map((ReceiptHandle, index) => ({ Id: `entry-${index}`, ReceiptHandle }));
  const groups: { readonly Id: string; readonly ReceiptHandle: string }[][] = [];
  for (let start = 0; start < entries.length; start += MAX_BATCH_ENTRIES) {
    groups.push(entries.slice(start, start + MAX_BATCH_ENTRIES));
  }
  return groups;
}

function toReceived(message: Message): ReceivedMessage {
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(
        ([name, { DataType = 'String', StringValue, BinaryValue }]) => [
          name,
          {
            dataType: DataType,
            ...(StringValue !== undefined && { stringValue: StringValue }),
            ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
          },
        ],
      ),
    ),
    md5OfBody: message.MD5OfBody ?? '',
    ...(message.MD5OfMessageAttributes !== undefined && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
  };
}
