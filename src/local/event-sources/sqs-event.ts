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
