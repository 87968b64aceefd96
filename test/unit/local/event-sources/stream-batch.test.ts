import { describe, expect, it } from 'vitest';
import type { BatchEnd } from '../../../../src/local/event-sources/invoke-batch.js';
import {
  type PendingBatch,
  type StreamRules,
  splitExpired,
  stepAfterBatch,
} from '../../../../src/local/event-sources/stream-batch.js';

const rules: StreamRules = {
  maximumRetryAttempts: 1,
  maximumRecordAgeSeconds: -1,
  bisectsBatchOnFunctionError: false,
  reportsBatchItemFailures: false,
  tumblingWindowSeconds: 0,
};
const batch = (numbers: readonly number[], attempts = 0): PendingBatch => ({
  records: numbers.map((number) => ({
    sequenceNumber: String(number),
    partitionKey: 'p',
    arrivalMs: number * 1000,
    record: {},
  })),
  attempts,
});
const ran = (functionError?: string, payload = 'null'): BatchEnd => ({
  kind: 'ran',
  requestId: 'r',
  executedVersion: '1',
  functionError,
  payload: Buffer.from(payload),
});
const failedAt = (...ids: number[]) =>
  ran(undefined, JSON.stringify({ batchItemFailures: ids.map((id) => ({ itemIdentifier: String(id) })) }));
/** The step with sequence numbers in place of records. */
function step(pending: PendingBatch, end: BatchEnd, more: Partial<StreamRules> = {}) {
  const { next, discarded, waits } = stepAfterBatch(pending, end, { ...rules, ...more });
  const show = ({ records, attempts }: PendingBatch) => [
    ...records.map(({ sequenceNumber }) => Number(sequenceNumber)),
    `tried ${attempts}`,
  ];
  return { next: next.map(show), waits, ...(discarded && { discarded: [show(discarded.batch), discarded.condition] }) };
}

describe('stepAfterBatch', () => {
  it('goes on after success, whatever the function returned', () => {
    expect(step(batch([1, 2]), ran(undefined, '{"batchItemFailures":[{"itemIdentifier":"1"}]}'))).toEqual({
      next: [],
      waits: false,
    });
  });

  it('tries the same batch again and discards it when the retries are used up', () => {
    expect(step(batch([1, 2]), ran('Unhandled'))).toEqual({ next: [[1, 2, 'tried 1']], waits: true });
    expect(step(batch([1, 2], 1), ran('Unhandled'))).toEqual({
      next: [],
      waits: false,
      discarded: [[1, 2, 'tried 2'], 'RetryAttemptsExhausted'],
    });
  });

  it('retries for ever with -1', () => {
    expect(step(batch([1], 5000), ran('Unhandled'), { maximumRetryAttempts: -1 })).toEqual({
      next: [[1, 'tried 5001']],
      waits: true,
    });
  });

  it('does not count throttles and system errors', () => {
    expect(step(batch([1], 1), { kind: 'refused', reason: 'throttled' })).toEqual({
      next: [[1, 'tried 1']],
      waits: true,
    });
  });

  it('halves a failing batch without using up a retry, down to one record', () => {
    const more = { bisectsBatchOnFunctionError: true, maximumRetryAttempts: 0 };
    expect(step(batch([1, 2, 3]), ran('Unhandled'), more).next).toEqual([
      [1, 2, 'tried 0'],
      [3, 'tried 0'],
    ]);
    expect(step(batch([1]), ran('Unhandled'), more).discarded).toEqual([[1, 'tried 1'], 'RetryAttemptsExhausted']);
  });

  it('goes on at the lowest failed record', () => {
    const more = { reportsBatchItemFailures: true };
    expect(step(batch([1, 2, 3, 4]), failedAt(4, 3), more)).toEqual({ next: [[3, 4, 'tried 1']], waits: true });
  });

  it('bisects at the record that the function named', () => {
    const more = { reportsBatchItemFailures: true, bisectsBatchOnFunctionError: true };
    expect(step(batch([1, 2, 3, 4]), failedAt(3), more)).toEqual({ next: [[3, 4, 'tried 0']], waits: false });
    expect(step(batch([3, 4]), failedAt(3), more).next).toEqual([
      [3, 'tried 0'],
      [4, 'tried 0'],
    ]);
  });

  it('takes an answer without state for a failure where there are windows', () => {
    const more = { tumblingWindowSeconds: 30 };
    for (const payload of ['null', '"state"', '{"count":1}', 'no json', '']) {
      expect(step(batch([1, 2]), ran(undefined, payload), more)).toEqual({ next: [[1, 2, 'tried 1']], waits: true });
    }
    expect(step(batch([1, 2]), ran(undefined, '{"state":{}}'), more)).toEqual({ next: [], waits: false });
    expect(step(batch([1, 2], 1), ran(undefined, '{}'), more).discarded).toEqual([
      [1, 2, 'tried 2'],
      'RetryAttemptsExhausted',
    ]);
  });

  it('has progress when a part of the batch is done', () => {
    const hasProgress = (end: BatchEnd) =>
      stepAfterBatch(batch([1, 2]), end, { ...rules, reportsBatchItemFailures: true }).hasProgress;
    expect(hasProgress(ran())).toBe(true);
    expect(hasProgress(failedAt(2))).toBe(true);
    expect(hasProgress(failedAt(1))).toBe(false);
    expect(hasProgress(ran('Unhandled'))).toBe(false);
    expect(hasProgress({ kind: 'refused', reason: 'throttled' })).toBe(false);
  });

  it('retries the whole batch for an unknown identifier', () => {
    expect(step(batch([1, 2]), failedAt(9), { reportsBatchItemFailures: true }).next).toEqual([[1, 2, 'tried 1']]);
  });
});

describe('splitExpired', () => {
  it('takes out what is older than the limit', () => {
    const { expired, alive } = splitExpired(batch([1, 50, 100]), { ...rules, maximumRecordAgeSeconds: 60 }, 110_000);
    expect(expired.records.map(({ sequenceNumber }) => sequenceNumber)).toEqual(['1']);
    expect(alive.records.map(({ sequenceNumber }) => sequenceNumber)).toEqual(['50', '100']);
  });

  it('takes out nothing without a limit', () => {
    expect(splitExpired(batch([1]), rules, Number.MAX_SAFE_INTEGER).expired.records).toEqual([]);
  });
});
