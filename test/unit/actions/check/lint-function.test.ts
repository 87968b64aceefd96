import { describe, expect, it } from 'vitest';
import type { LintSubject } from '../../../../src/actions/check/lint.js';
import { lintFunction } from '../../../../src/actions/check/lint-function.js';

const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:orders';
const STREAM = 'arn:aws:kinesis:eu-west-1:123456789012:stream/clicks';

function rulesOf(
  config: LintSubject['resolved']['config'],
  {
    environment = {},
    ...more
  }: Partial<Omit<LintSubject, 'resolved'>> & { readonly environment?: Record<string, string> } = {},
): readonly string[] {
  const sound = { runtime: 'nodejs24.x', timeout: 10 };
  const lints = lintFunction({
    resolved: { config: { ...sound, ...config }, environment },
    literalVariables: new Set(Object.keys(environment)),
    today: '2026-11-21',
    ...more,
  });
  return lints.map(({ severity, rule }) => `${severity} ${rule}`);
}

describe('the rules for settings', () => {
  it('find nothing in a sound function', () => {
    expect(rulesOf({})).toEqual([]);
  });

  it.each([
    [{ runtime: 'nodejs14.x' }, ['problem runtime-blocked']],
    [{ runtime: 'nodejs20.x' }, ['warning runtime-deprecated']],
    [{ runtime: 'nodejs22.x' }, ['note runtime-deprecated']],
    [{ runtime: 'nodejs99.x' }, ['warning runtime-unknown']],
    [{ timeout: 900 }, ['warning timeout-maximum']],
    [{ timeout: undefined }, ['note timeout-default']],
    [{ runtime: 'java25', memorySize: 256 }, ['warning memory-small']],
    [{ runtime: 'java25', memorySize: 1024 }, []],
    [
      { timeout: 60, permissions: [{ statementId: 'a', principal: 'apigateway.amazonaws.com' }] },
      ['warning timeout-gateway'],
    ],
  ])('%j: %j', (config, expected) => {
    expect(
      rulesOf(config as never, 'runtime' in config && config.runtime === 'nodejs22.x' ? { today: '2027-01-15' } : {}),
    ).toEqual(expected);
  });

  it.each([
    ['DB_PASSWORD', 'hunter2', ['warning secret-in-environment']],
    ['SECRET_ARN', 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:x', []],
    ['TOKEN_URL', 'https://example.com/token', []],
    ['NOTE', `AKIA${'A'.repeat(16)}`, ['warning secret-in-environment']],
    ['AWS_REGION', 'x', ['problem reserved-variable']],
    ['BIG', 'x'.repeat(5000), ['problem environment-size']],
  ])('variable %s', (name, value, expected) => {
    expect(rulesOf({}, { environment: { [name]: value } })).toEqual(expected);
  });

  it('leave a secret alone that comes from elsewhere, and never print one', () => {
    const environment = { DB_PASSWORD: 'hunter2' };
    expect(rulesOf({}, { environment, literalVariables: new Set() })).toEqual([]);
    const subject = {
      resolved: { config: {}, environment },
      literalVariables: new Set(['DB_PASSWORD']),
      today: '2026-11-21',
    };
    expect(JSON.stringify(lintFunction(subject))).not.toContain('hunter2');
  });
});

describe('the rules for events', () => {
  it.each([
    [{ schedules: [{ scheduleExpression: 'rate(1 hour)' }] }, ['warning no-dead-letters']],
    [{ permissions: [{ statementId: 'a', principal: 's3.amazonaws.com' }] }, ['warning no-dead-letters']],
    [{ permissions: [{ statementId: 'a', principal: '123456789012' }] }, []],
    [{ schedules: [{ scheduleExpression: 'rate(1 hour)' }], deadLetterConfig: { targetArn: QUEUE } }, []],
    [{ eventInvokeConfig: { destinationConfig: { onFailure: { destination: QUEUE } } } }, []],
    [{ eventSources: [{ eventSourceArn: QUEUE }] }, ['note batch-failures']],
    [{ eventSources: [{ eventSourceArn: QUEUE, batchSize: 1 }] }, []],
    [{ eventSources: [{ eventSourceArn: STREAM }] }, ['warning stream-blocked']],
    [
      {
        eventSources: [
          { eventSourceArn: STREAM, maximumRetryAttempts: 2, destinationConfig: { onFailure: { destination: QUEUE } } },
        ],
      },
      [],
    ],
  ])('%j: %j', (config, expected) => {
    expect(rulesOf(config as never)).toEqual(expected);
  });
});

describe('the rules for packages', () => {
  const stats = (more: object) =>
    ({
      zippedBytes: 1,
      unzippedBytes: 1,
      entryCount: 1,
      entries: [],
      packages: [],
      modules: [],
      waste: [],
      ...more,
    }) as never;
  const waste = (kind: string, bytes: number) => ({ kind, bytes, message: 'm', count: 1, examples: ['e'] });

  it('tell of waste from a size on', () => {
    expect(rulesOf({}, { stats: stats({ waste: [waste('tests', 200_000), waste('documentation', 10)] }) })).toEqual([
      'note waste-tests',
    ]);
  });

  it('tell of source maps that nobody reads', () => {
    const maps = stats({ entries: [{ name: 'index.mjs.map', bytes: 1 }], waste: [waste('source-map', 200_000)] });
    expect(rulesOf({}, { stats: maps })).toEqual(['note waste-source-map', 'note source-maps-unused']);
    expect(rulesOf({}, { stats: maps, environment: { NODE_OPTIONS: '--enable-source-maps' } })).toEqual([]);
  });

  it('warn before the limit', () => {
    expect(rulesOf({}, { stats: stats({ unzippedBytes: 240_000_000 }) })).toEqual(['warning package-near-limit']);
  });
});
