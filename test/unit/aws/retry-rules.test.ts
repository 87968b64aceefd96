import { describe, expect, it } from 'vitest';
import { attemptsFor, retryDelayMs, retryReason } from '../../../src/aws/retry-rules.js';

/** An error as the SDK throws it. */
function sdkError(name: string, status: number): Error {
  return Object.assign(new Error('x'), {
    name,
    $metadata: { httpStatusCode: status },
    $fault: status < 500 ? 'client' : 'server',
  });
}

function networkError(code: string): Error {
  return Object.assign(new Error('x'), { code });
}

describe('which calls are made again', () => {
  it.each([
    ['TooManyRequestsException', 429, 'throttle'],
    ['ThrottlingException', 400, 'throttle'],
    ['ServiceException', 500, 'fault'],
    ['Unknown', 503, 'fault'],
    ['ResourceNotReadyException', 502, undefined],
    ['ResourceNotFoundException', 404, undefined],
    ['ResourceConflictException', 409, undefined],
    ['InvalidParameterValueException', 400, undefined],
    ['AccessDeniedException', 403, undefined],
    ['PreconditionFailedException', 412, undefined],
  ])('%s with status %d: %s', (name, status, reason) => {
    expect(retryReason(sdkError(name, status), 'UpdateFunctionCode')).toBe(reason);
  });

  it.each([
    ['ECONNRESET', 'network'],
    ['EPIPE', 'network'],
    ['ECONNREFUSED', 'unreachable'],
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'network'],
  ])('%s: %s', (code, reason) => {
    expect(retryReason(networkError(code), 'CreateFunction')).toBe(reason);
  });

  it('never repeats an invocation that may have run, and a throttled one three times at most', () => {
    expect(retryReason(networkError('ECONNRESET'), 'Invoke')).toBeUndefined();
    expect(retryReason(sdkError('TooManyRequestsException', 429), 'Invoke')).toBe('throttle');
    expect(attemptsFor('throttle', 'Invoke')).toBe(3);
  });

  it('repeats an invocation whose host was not found, because it was never sent', () => {
    expect(retryReason(networkError('ENOTFOUND'), 'Invoke')).toBe('dns');
    expect(retryReason(networkError('EAI_AGAIN'), 'Invoke')).toBe('network');
  });

  it('never repeats a mistake of our own', () => {
    expect(retryReason(new TypeError('x'), 'CreateFunction')).toBeUndefined();
  });
});

describe('the delay before the next attempt', () => {
  const options = { retryAfterSeconds: undefined, random: () => 1 };

  it('doubles up to a ceiling', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => retryDelayMs('fault', attempt, options));
    expect(delays).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  });

  it('stays short for a name that is not found: it may be mistyped', () => {
    expect([1, 4, 5, 8].map((attempt) => retryDelayMs('dns', attempt, options))).toEqual([100, 800, 1_000, 1_000]);
  });

  it('is spread over the whole span', () => {
    expect(retryDelayMs('fault', 5, { ...options, random: () => 0 })).toBe(0);
    expect(retryDelayMs('fault', 5, { ...options, random: () => 0.5 })).toBe(800);
  });

  it('is at least what the service asks for', () => {
    expect(retryDelayMs('throttle', 1, { retryAfterSeconds: '7', random: () => 0 })).toBe(7_000);
    expect(retryDelayMs('throttle', 1, { retryAfterSeconds: 'soon', random: () => 0 })).toBe(0);
  });
});
