import { describe, expect, it } from 'vitest';
import { parseScheduleExpression } from '../../../../src/local/event-sources/schedule-expression.js';
import { createScheduler } from '../../../../src/local/event-sources/scheduler.js';
import { createFakeClock } from '../core/async/fake-clock.js';

const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 16));
const next = (expression: string, after: string) => iso(parseScheduleExpression(expression)(Date.parse(`${after}Z`)));

describe('parseScheduleExpression', () => {
  it.each([
    ['rate(1 minute)', '2026-11-21T10:00:00', '2026-11-21T10:01'],
    ['rate(5 minutes)', '2026-11-21T10:00:30', '2026-11-21T10:05'],
    ['rate(7 days)', '2026-11-21T10:00:00', '2026-11-28T10:00'],
    ['cron(0 12 * * ? *)', '2026-11-21T12:00:00', '2026-11-22T12:00'],
    ['cron(0/15 * * * ? *)', '2026-11-21T10:14:59', '2026-11-21T10:15'],
    ['cron(5,35 14 * * ? *)', '2026-11-21T14:06:00', '2026-11-21T14:35'],
    ['cron(15 10 ? * 6L 2026-2030)', '2026-11-21T00:00:00', '2026-11-27T10:15'],
    ['cron(0 9 ? * 2#1 *)', '2026-11-21T00:00:00', '2026-12-07T09:00'],
    ['cron(0 18 ? * MON-FRI *)', '2026-11-20T18:00:00', '2026-11-23T18:00'],
    ['cron(0 0 L * ? *)', '2028-02-01T00:00:00', '2028-02-29T00:00'],
    ['cron(0 8 1W * ? *)', '2026-08-01T00:00:00', '2026-08-03T08:00'],
    ['cron(0 0 31 * ? *)', '2026-11-01T00:00:00', '2026-12-31T00:00'],
    ['cron(0 0 29 FEB ? *)', '2026-11-01T00:00:00', '2028-02-29T00:00'],
    ['cron(0 0 1 1 ? 2027)', '2027-01-01T00:00:00', undefined],
    ['at(2026-12-24T18:00:00)', '2026-11-21T00:00:00', '2026-12-24T18:00'],
    ['at(2026-12-24T18:00:00)', '2026-12-24T18:00:00', undefined],
  ])('%s after %s is due at %s', (expression, after, due) => {
    expect(next(expression, after)).toBe(due);
  });

  it.each([
    'every minute',
    'rate(0 minutes)',
    'rate(1 minutes)',
    'rate(5 minute)',
    'cron(0 12 * * * *)',
    'cron(0 12 ? * ? *)',
    'cron(0 12 * * ?)',
    'cron(60 12 * * ? *)',
    'cron(0 12 * 13 ? *)',
    'at(2026-12-24)',
  ])('refuses %s', (expression) => {
    expect(() => parseScheduleExpression(expression)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});

describe('createScheduler', () => {
  const functionArn = 'arn:aws:lambda:eu-west-1:000000000000:function:tick';

  it('starts functions on the beat with the scheduled event or the given input', async () => {
    const clock = createFakeClock(Date.UTC(2026, 10, 21, 10));
    const started: unknown[] = [];
    const scheduler = createScheduler({
      clock,
      newId: () => 'id-1',
      invokeFunction: async ({ payload }) => void started.push(JSON.parse(Buffer.from(payload).toString())),
    });
    scheduler.set([
      { name: 'beat', expression: 'rate(1 hour)', functionArn },
      { name: 'noon', expression: 'cron(0 12 * * ? *)', functionArn, input: '{"noon":true}' },
    ]);
    await clock.advance(2 * 3_600_000);
    expect(started).toHaveLength(3);
    expect(started[0]).toEqual({
      version: '0',
      id: 'id-1',
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '000000000000',
      time: '2026-11-21T11:00:00Z',
      region: 'eu-west-1',
      resources: ['arn:aws:events:eu-west-1:000000000000:rule/beat'],
      detail: {},
    });
    expect(started).toContainEqual({ noon: true });
    scheduler.set([]);
    await clock.advance(10 * 3_600_000);
    expect(started).toHaveLength(3);
    scheduler.dispose();
  });

  it('waits longer than a timer of Node can', async () => {
    const clock = createFakeClock(Date.UTC(2026, 0, 1));
    let runs = 0;
    const scheduler = createScheduler({
      clock,
      newId: () => 'id',
      invokeFunction: async () => {
        runs += 1;
      },
    });
    scheduler.set([{ name: 'late', expression: 'at(2026-12-24T18:00:00)', functionArn }]);
    await clock.advance(Date.UTC(2026, 11, 24, 17, 59) - Date.UTC(2026, 0, 1));
    expect(runs).toBe(0);
    await clock.advance(60_000);
    expect(runs).toBe(1);
    scheduler.dispose();
  });

  it('changes nothing when one expression is bad', () => {
    const scheduler = createScheduler({
      clock: createFakeClock(),
      newId: () => 'id',
      invokeFunction: async () => undefined,
    });
    expect(() => scheduler.set([{ name: 'x', expression: 'rate(soon)', functionArn }])).toThrow('rate(soon)');
  });
});
