import type { QueueMessage } from './event-source-ports.js';

/** One record of an SQS event (Lambda developer guide, "Using Lambda with Amazon SQS"). */
export function sqsRecord(message: QueueMessage, queueArn: string): Record<string, unknown> {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: message.attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.messageAttributes).map(([name, { dataType, stringValue, binaryValue }]) => [
        name,
        {
          ...(stringValue !== undefined && { stringValue }),
          ...(binaryValue !== undefined && { binaryValue }),
          stringListValues: [],
          binaryListValues: [],
          dataType,
        },
      ]),
    ),
    ...(message.md5OfMessageAttributes !== undefined && { md5OfMessageAttributes: message.md5OfMessageAttributes }),
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3] ?? '',
  };
}

/** The largest event that a function takes, less the frame of `{"Records":[]}`. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024 - 64;

/** Cuts a batch so that no event exceeds 6 MB. The order is kept. */
export function splitBySize<T>(records: readonly T[], sizeOf: (record: T) => number): T[][] {
  const parts: T[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const record of records) {
    const bytes = sizeOf(record) + 1;
    if (size + bytes > MAX_EVENT_BYTES) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(record);
    size += bytes;
  }
  return parts;
}
