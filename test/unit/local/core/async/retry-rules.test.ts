import { describe, expect, it } from 'vitest';
import { isTooOld, stepAfterAttempt, stepAfterRefusal } from '../../../../../src/local/core/async/retry-rules.js';

const settings = (maximumRetryAttempts: number, maximumEventAgeSeconds = 21_600) => ({
  maximumRetryAttempts,
  maximumEventAgeSeconds,
});

describe('stepAfterAttempt', () => {
  const stepOf = (attempts: number, retries: number, ageSeconds = 0.5, maxAge = 21_600) =>
    stepAfterAttempt({ settings: settings(retries, maxAge), ageSeconds, attempts, hasFunctionError: true });

  it('ends with Success when the function succeeded, on whichever attempt', () => {
    const facts = { settings: settings(0), ageSeconds: 30_000, attempts: 3, hasFunctionError: false };
    expect(stepAfterAttempt(facts)).toEqual({ kind: 'end', condition: 'Success' });
  });

  it('waits one minute before the first retry and two before the second', () => {
    expect(stepOf(1, 2)).toEqual({ kind: 'wait', delaySeconds: 60 });
    expect(stepOf(2, 2, 61)).toEqual({ kind: 'wait', delaySeconds: 120 });
  });

  it.each([
    [1, 0],
    [2, 1],
    [3, 2],
  ])('ends with RetriesExhausted after attempt %i of %i retries', (attempts, retries) => {
    expect(stepOf(attempts, retries)).toEqual({ kind: 'end', condition: 'RetriesExhausted' });
  });

  it('looks ahead: an age limit of 60 s allows one attempt, one of 90 s two', () => {
    expect(stepOf(1, 2, 0.2, 60)).toEqual({ kind: 'end', condition: 'EventAgeExceeded' });
    expect(stepOf(1, 2, 0.2, 90)).toEqual({ kind: 'wait', delaySeconds: 60 });
    expect(stepOf(2, 2, 61, 90)).toEqual({ kind: 'end', condition: 'EventAgeExceeded' });
  });

  it('rounds the age up to whole seconds', () => {
    expect(stepOf(1, 2, 30, 90)).toEqual({ kind: 'wait', delaySeconds: 60 });
    expect(stepOf(1, 2, 30.001, 90)).toEqual({ kind: 'end', condition: 'EventAgeExceeded' });
  });

  it('says RetriesExhausted rather than EventAgeExceeded when both hold', () => {
    expect(stepOf(1, 0, 90, 60)).toEqual({ kind: 'end', condition: 'RetriesExhausted' });
  });
});

describe('stepAfterRefusal', () => {
  const delays = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      stepAfterRefusal({ settings: settings(0), ageSeconds: 1, refusals: index + 1 }),
    ).map((step) => (step.kind === 'wait' ? step.delaySeconds : step.condition));

  it('doubles from one second to five minutes and then stays there', () => {
    expect(delays(11)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  });

  it('ends when the wait would outlast the maximum age', () => {
    expect(stepAfterRefusal({ settings: settings(2, 60), ageSeconds: 31, refusals: 6 })).toEqual({
      kind: 'end',
      condition: 'EventAgeExceeded',
    });
  });
});

describe('isTooOld', () => {
  it('is true only beyond the limit', () => {
    expect(isTooOld({ settings: settings(2, 60), ageSeconds: 60 })).toBe(false);
    expect(isTooOld({ settings: settings(2, 60), ageSeconds: 60.01 })).toBe(true);
  });
});
