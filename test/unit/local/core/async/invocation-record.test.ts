import { describe, expect, it } from 'vitest';
import type { AsyncEvent } from '../../../../../src/local/core/async/async-event.js';
import { deadLetterAttributes, invocationRecord } from '../../../../../src/local/core/async/invocation-record.js';
import { eventRequest } from './async-world.js';

const NOW = Date.parse('2025-11-24T23:30:18.568Z');

function event(payload: string, result?: { payload: string; functionError?: string }, qualifier?: string): AsyncEvent {
  return {
    ...eventRequest('a1b2', payload, qualifier),
    acceptedAtMs: 0,
    progress: {
      attempts: result === undefined ? 0 : 3,
      refusals: 0,
      dueAtMs: 0,
      ...(result !== undefined && {
        lastResult: { ...result, payload: Buffer.from(result.payload), executedVersion: '7' },
      }),
    },
  };
}

describe('invocationRecord', () => {
  it('has the members of a failed invocation in the recorded order', () => {
    const failed = event('{"n":1}', { payload: '{"errorMessage":"x"}', functionError: 'Unhandled' }, 'live');
    expect(invocationRecord(failed, 'RetriesExhausted', NOW)).toBe(
      '{"version":"1.0","timestamp":"2025-11-24T23:30:18.568Z",' +
        '"requestContext":{"requestId":"a1b2","functionArn":"arn:aws:lambda:eu-west-1:000000000000:function:orders:live",' +
        '"condition":"RetriesExhausted","approximateInvokeCount":3},"requestPayload":{"n":1},' +
        '"responseContext":{"statusCode":200,"executedVersion":"7","functionError":"Unhandled"},' +
        '"responsePayload":{"errorMessage":"x"}}',
    );
  });

  it('keeps every digit of the event', () => {
    const record = invocationRecord(event('{"id":12345678901234567890.10}', { payload: 'null' }), 'Success', NOW);
    expect(record).toContain('"requestPayload":{"id":12345678901234567890.10}');
    expect(record).toContain('"functionArn":"arn:aws:lambda:eu-west-1:000000000000:function:orders:$LATEST"');
    expect(record).toContain('"responsePayload":null');
  });

  it('stays JSON when the function answered something else', () => {
    const record = invocationRecord(event('{}', { payload: '<html>' }), 'Success', NOW);
    expect(JSON.parse(record)).toMatchObject({ responsePayload: '<html>' });
    expect(JSON.parse(invocationRecord(event('', { payload: '' }), 'Success', NOW))).toMatchObject({
      requestPayload: null,
      responsePayload: null,
    });
  });
});

describe('deadLetterAttributes', () => {
  it('cuts the message to 1 KB at a character boundary', () => {
    const payload = JSON.stringify({ errorMessage: `${'x'.repeat(1022)}äöü` });
    const { ErrorMessage } = deadLetterAttributes(
      event('{}', { payload, functionError: 'Unhandled' }),
      'RetriesExhausted',
    );
    expect(ErrorMessage).toBe(`${'x'.repeat(1022)}ä`);
  });

  it('carries the whole error object when it has no message', () => {
    const { ErrorMessage } = deadLetterAttributes(
      event('{}', { payload: '{"errorType":"E"}', functionError: 'Unhandled' }),
      'RetriesExhausted',
    );
    expect(ErrorMessage).toBe('{"errorType":"E"}');
  });
});
