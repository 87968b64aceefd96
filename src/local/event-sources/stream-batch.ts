import { type BatchVerdict, readBatchResponse } from './batch-response.js';
import type { BatchEnd } from './invoke-batch.js';
import type { MappingSettings } from './mapping-settings.js';
import type { StreamRecord } from './stream-source.js';
import { returnedState } from './tumbling-window.js';

/** Records that are delivered together, and how often that was tried. */
export interface PendingBatch {
  readonly records: readonly StreamRecord[];
  /** Attempts that ran the function and failed. */
  readonly attempts: number;
}

export type DiscardCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** What follows an attempt. `next` comes before everything else that is pending. */
export interface BatchStep {
  readonly next: readonly PendingBatch[];
  readonly discarded?: { readonly batch: PendingBatch; readonly condition: DiscardCondition };
  /** Whether to wait before the next attempt. */
  readonly waits: boolean;
  /** Whether a part of the batch or all of it is done, so that the state that the function returned counts. */
  readonly hasProgress: boolean;
}

export type StreamRules = Pick<
  MappingSettings,
  | 'maximumRetryAttempts'
  | 'maximumRecordAgeSeconds'
  | 'bisectsBatchOnFunctionError'
  | 'reportsBatchItemFailures'
  | 'tumblingWindowSeconds'
>;

/** Takes the records out of a batch that are too old to be delivered. */
export function splitExpired(
  batch: PendingBatch,
  { maximumRecordAgeSeconds }: StreamRules,
  nowMs: number,
): { readonly expired: PendingBatch; readonly alive: PendingBatch } {
  if (maximumRecordAgeSeconds < 0) return { expired: { ...batch, records: [] }, alive: batch };
  const isExpired = ({ arrivalMs }: StreamRecord) => nowMs - arrivalMs > maximumRecordAgeSeconds * 1000;
  return {
    expired: { ...batch, records: batch.records.filter(isExpired) },
    alive: { ...batch, records: batch.records.filter((record) => !isExpired(record)) },
  };
}

/** The rules of stream processing (Lambda developer guide, "Configuring error handling for event source mappings"). */
export function stepAfterBatch(batch: PendingBatch, end: BatchEnd, rules: StreamRules): BatchStep {
  // Throttles and system errors are waited out: they use up no retry.
  if (end.kind === 'refused') return { next: [batch], waits: true, hasProgress: false };
  const verdict = verdictOf(batch, end, rules);
  if (verdict.kind === 'succeeded') return { next: [], waits: false, hasProgress: true };
  const rest = verdict.kind === 'failed' ? batch.records : fromLowestFailed(batch.records, verdict.failedIds);
  const hasProgress = rest.length < batch.records.length;
  // What came before the first failed record is done; only the rest is tried again.
  if (rules.bisectsBatchOnFunctionError && rest.length > 1) {
    return { next: split(batch, rest), waits: verdict.kind === 'failed', hasProgress };
  }
  const failed: PendingBatch = { records: rest, attempts: batch.attempts + 1 };
  const isExhausted = rules.maximumRetryAttempts >= 0 && failed.attempts > rules.maximumRetryAttempts;
  return isExhausted
    ? { next: [], waits: false, hasProgress, discarded: { batch: failed, condition: 'RetryAttemptsExhausted' } }
    : { next: [failed], waits: true, hasProgress };
}

/** Two halves, or, when the function named a record, that record's part alone. Splitting uses up no retry. */
function split(batch: PendingBatch, rest: readonly StreamRecord[]): PendingBatch[] {
  if (rest.length < batch.records.length) return [{ records: rest, attempts: batch.attempts }];
  const middle = Math.ceil(rest.length / 2);
  return [
    { records: rest.slice(0, middle), attempts: batch.attempts },
    { records: rest.slice(middle), attempts: batch.attempts },
  ];
}

function verdictOf(batch: PendingBatch, end: BatchEnd & { readonly kind: 'ran' }, rules: StreamRules): BatchVerdict {
  if (end.functionError !== undefined) return { kind: 'failed' };
  if (rules.tumblingWindowSeconds > 0 && returnedState(end.payload) === undefined) return { kind: 'failed' };
  if (!rules.reportsBatchItemFailures) return { kind: 'succeeded' };
  return readBatchResponse(end.payload, new Set(batch.records.map(({ sequenceNumber }) => sequenceNumber)));
}

/** The checkpoint is the lowest failed sequence number, whatever the function says of later records. */
function fromLowestFailed(records: readonly StreamRecord[], failedIds: ReadonlySet<string>): readonly StreamRecord[] {
  return records.slice(records.findIndex(({ sequenceNumber }) => failedIds.has(sequenceNumber)));
}
