import { randomUUID } from 'node:crypto';
import type { EventSourceMappingRecord } from '../core/catalog/records.js';
import type { BatchEnd } from './invoke-batch.js';
import type { MappingSettings } from './mapping-settings.js';
import type { DiscardCondition, PendingBatch } from './stream-batch.js';

export interface DiscardedBatch {
  readonly mapping: EventSourceMappingRecord;
  readonly settings: MappingSettings;
  readonly functionArn: string;
  readonly shardId: string;
  readonly batch: PendingBatch;
  readonly condition: DiscardCondition;
  /** The last attempt, where there was one. */
  readonly lastEnd: BatchEnd | undefined;
  readonly events: readonly object[];
  readonly nowMs: number;
}

/** The record of a discarded batch, as on-failure destinations get it (Lambda developer guide, "Example invocation record"). */
export function streamFailureMessage(discarded: DiscardedBatch): {
  readonly targetArn: string;
  readonly body: string;
  readonly objectKey: string;
} {
  const { settings, mapping, shardId, nowMs } = discarded;
  const targetArn = settings.onFailure ?? '';
  const isBucket = targetArn.split(':')[2] === 's3';
  const iso = new Date(nowMs).toISOString();
  const name = `${iso.slice(0, 10).replaceAll('-', '/')}/${iso.slice(0, 19).replaceAll(':', '.')}-${randomUUID()}`;
  const record = failureRecord(discarded);
  return {
    targetArn,
    // Only a bucket has room for the records themselves.
    body: JSON.stringify(isBucket ? { ...record, payload: { Records: discarded.events } } : record),
    objectKey: `aws/lambda/${mapping.uuid}/${shardId}/${name}`,
  };
}

function failureRecord({ batch, condition, functionArn, lastEnd, settings, shardId, nowMs }: DiscardedBatch) {
  const [first, last] = [batch.records[0], batch.records.at(-1)];
  const ran = condition === 'RetryAttemptsExhausted' && lastEnd?.kind === 'ran' ? lastEnd : undefined;
  const isKinesis = settings.kind === 'kinesis';
  const arrival = (ms: number | undefined) => {
    const iso = new Date(ms ?? nowMs).toISOString();
    return isKinesis ? iso : iso.replace(/\.\d{3}Z$/, 'Z');
  };
  return {
    requestContext: {
      requestId: lastEnd?.kind === 'ran' ? lastEnd.requestId : randomUUID(),
      functionArn,
      condition,
      approximateInvokeCount: Math.max(1, batch.attempts),
    },
    ...(ran !== undefined && {
      responseContext: {
        statusCode: 200,
        executedVersion: ran.executedVersion,
        functionError: ran.functionError ?? null,
      },
    }),
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    [isKinesis ? 'KinesisBatchInfo' : 'DDBStreamBatchInfo']: {
      shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first?.arrivalMs),
      approximateArrivalOfLastRecord: arrival(last?.arrivalMs),
      batchSize: batch.records.length,
      streamArn: settings.eventSourceArn,
    },
  };
}
