import { describe, expect, it } from 'vitest';
import { ApiRefusal } from '../../../../src/local/core/environment-api.js';
import { type ApiDialect, LOGS_DIALECT, TELEMETRY_DIALECT } from '../../../../src/local/telemetry-api/api-dialect.js';
import { parseSubscription } from '../../../../src/local/telemetry-api/subscription-request.js';

const VALID = {
  schemaVersion: '2022-12-13',
  types: ['platform', 'function'],
  destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain:8080' },
};

function parse(body: unknown, dialect: ApiDialect = TELEMETRY_DIALECT) {
  return parseSubscription(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), dialect);
}

function refusalOf(body: unknown, dialect: ApiDialect = TELEMETRY_DIALECT): ApiRefusal {
  try {
    parse(body, dialect);
  } catch (error) {
    if (error instanceof ApiRefusal) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('parseSubscription', () => {
  it('fills in the defaults', () => {
    expect(parse(VALID)).toEqual({
      schemaVersion: '2022-12-13',
      types: ['platform', 'function'],
      destination: { protocol: 'HTTP', method: 'POST', port: 8080, path: '/' },
      buffering: { maxItems: 10_000, maxBytes: 262_144, timeoutMs: 1000 },
    });
  });

  it('takes the bounds of the buffer', () => {
    for (const buffering of [
      { maxItems: 1000, maxBytes: 262_144, timeoutMs: 25 },
      { maxItems: 10_000, maxBytes: 1_048_576, timeoutMs: 30_000 },
    ]) {
      expect(parse({ ...VALID, buffering }).buffering).toEqual(buffering);
    }
  });

  it('names all problems at once, in the order of the guide', () => {
    const refusal = refusalOf({
      ...VALID,
      types: [],
      destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain' },
    });
    expect([refusal.status, refusal.errorType, refusal.message]).toEqual([
      400,
      'ValidationError',
      'URI port is not provided; types should not be empty',
    ]);
  });

  it.each([
    [{ types: undefined }, 'types should not be empty'],
    [{ types: 'platform' }, 'types should not be empty'],
    [{ types: ['platform', 'logs'] }, 'types should be any of platform, function, extension, not logs'],
    [{ schemaVersion: undefined }, 'schemaVersion is not provided'],
    [{ schemaVersion: '2021-03-18' }, 'schemaVersion should be one of 2022-07-01, 2022-12-13, 2025-01-29'],
    [{ schemaVersion: 20221213 }, 'schemaVersion should be one of 2022-07-01, 2022-12-13, 2025-01-29'],
    [{ buffering: [] }, 'buffering should be an object'],
    [{ buffering: { maxItems: 999 } }, 'maxItems should be between 1000 and 10000'],
    [{ buffering: { maxBytes: 1_048_577 } }, 'maxBytes should be between 262144 and 1048576'],
    [{ buffering: { timeoutMs: 24 } }, 'timeoutMs should be between 25 and 30000'],
    [{ buffering: { timeoutMs: 25.5 } }, 'timeoutMs should be between 25 and 30000'],
    [{ buffering: { timeoutMs: '100' } }, 'timeoutMs should be between 25 and 30000'],
    [{ destination: undefined }, 'destination is not provided'],
  ])('refuses %j', (change, message) => {
    expect(refusalOf({ ...VALID, ...change }).message).toBe(message);
  });

  it('refuses what is no JSON object', () => {
    expect(refusalOf('{').message).toMatch(/^failed to parse JSON: /);
    expect(refusalOf('[]').message).toBe('the request body must be a JSON object');
  });

  it('has the versions and the error type of the Logs API', () => {
    const { schemaVersion: _none, ...logs } = VALID;
    expect(parse(logs, LOGS_DIALECT).schemaVersion).toBe('2020-08-15');
    expect(parse({ ...logs, schemaVersion: '2021-03-18' }, LOGS_DIALECT).schemaVersion).toBe('2021-03-18');
    expect(refusalOf({ ...logs, schemaVersion: '2022-07-01' }, LOGS_DIALECT)).toMatchObject({
      status: 400,
      errorType: 'Logs.ValidationError',
    });
  });

  it('asks for each type once', () => {
    expect(parse({ ...VALID, types: ['function', 'function'] }).types).toEqual(['function']);
  });
});
