import { createHash } from 'node:crypto';
import type { MappingSettings } from './mapping-settings.js';
import type { StreamRecord } from './stream-source.js';

export interface StreamEventContext {
  readonly settings: Pick<MappingSettings, 'kind' | 'eventSourceArn'>;
  readonly shardId: string;
  readonly roleArn: string;
}

/** The member of `Records` with what the mapping adds (Lambda developer guide, pages on Kinesis and DynamoDB). */
export function streamEventRecord(
  { record, sequenceNumber }: StreamRecord,
  { settings, shardId, roleArn }: StreamEventContext,
): Record<string, unknown> {
  const awsRegion = settings.eventSourceArn.split(':')[3] ?? '';
  if (settings.kind === 'dynamodb') {
    return { ...record, eventSource: 'aws:dynamodb', awsRegion, eventSourceARN: settings.eventSourceArn };
  }
  return {
    ...record,
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${shardId}:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: roleArn,
    awsRegion,
    eventSourceARN: settings.eventSourceArn,
  };
}

/** Which of `lanes` parallel lanes a partition key belongs to; always the same one. */
export function laneOf(partitionKey: string, lanes: number): number {
  return createHash('md5').update(partitionKey).digest().readUInt32BE(0) % lanes;
}
