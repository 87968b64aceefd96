import { describe, expect, it } from 'vitest';
import { readBatchResponse } from '../../../../src/local/event-sources/batch-response.js';

const KNOWN = new Set(['m1', 'm2', 'm3']);
const read = (text: string) => readBatchResponse(Buffer.from(text), KNOWN);

describe('readBatchResponse', () => {
  it.each(['', 'null', '""', '{}', '[]', '{"batchItemFailures":[]}', '{"batchItemFailures":null}'])(
    'takes %j for success of the whole batch',
    (text) => {
      expect(read(text)).toEqual({ kind: 'succeeded' });
    },
  );

  it('names the items that failed', () => {
    expect(read('{"batchItemFailures":[{"itemIdentifier":"m3"},{"itemIdentifier":"m1"}]}')).toEqual({
      kind: 'partly-failed',
      failedIds: new Set(['m1', 'm3']),
    });
  });

  it.each([
    '{"batchItemFailures":[{"itemIdentifier":""}]}',
    '{"batchItemFailures":[{"itemIdentifier":null}]}',
    '{"batchItemFailures":[{"item_identifier":"m1"}]}',
    '{"batchItemFailures":[{"itemIdentifier":"unknown"}]}',
    '{"batchItemFailures":[{"itemIdentifier":"m1"},{"itemIdentifier":"unknown"}]}',
    '{"batchItemFailures":["m1"]}',
    '{"batchItemFailures":"m1"}',
    'not json',
    '"text"',
    '3',
  ])('takes %s for failure of the whole batch', (text) => {
    expect(read(text)).toEqual({ kind: 'failed' });
  });
});
