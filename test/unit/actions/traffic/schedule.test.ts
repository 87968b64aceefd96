import { describe, expect, it } from 'vitest';
import {
  parseDurationMs,
  parsePercentage,
  presetStrategy,
  shiftSchedule,
} from '../../../../src/actions/traffic/schedule.js';

describe('the schedule of a shift', () => {
  it('is one step for all at once', () => {
    expect(shiftSchedule({ type: 'all-at-once' })).toEqual([{ share: 1, watchMs: 0 }]);
  });

  it('is a first share, a wait and the rest for a canary', () => {
    expect(shiftSchedule({ type: 'canary', percentage: 10, waitMs: 300_000 })).toEqual([
      { share: 0.1, watchMs: 300_000 },
      { share: 1, watchMs: 0 },
    ]);
  });

  it('adds the same share each time when linear, as CodeDeploy does', () => {
    const steps = shiftSchedule({ type: 'linear', percentage: 10, everyMs: 60_000 });
    expect(steps.map(({ share }) => share)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    // 10 % a minute reaches everything after nine minutes.
    expect(steps.reduce((sum, { watchMs }) => sum + watchMs, 0)).toBe(9 * 60_000);
  });

  it('goes on from the share that was reached', () => {
    const linear = { type: 'linear', percentage: 25, everyMs: 1 } as const;
    expect(shiftSchedule(linear, 0.5).map(({ share }) => share)).toEqual([0.5, 0.75, 1]);
    const canary = { type: 'canary', percentage: 10, waitMs: 1 } as const;
    expect(shiftSchedule(canary, 0.3).map(({ share }) => share)).toEqual([0.3, 1]);
  });

  it.each([3, 7, 15, 30, 33, 45, 99])('ends with everything, in rising steps, for %d %%', (percentage) => {
    const shares = shiftSchedule({ type: 'linear', percentage, everyMs: 1 }).map(({ share }) => share);
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(new Set(shares).size).toBe(shares.length);
    expect(shares).toHaveLength(Math.ceil(100 / percentage));
  });
});

describe('the words for a strategy', () => {
  it.each([
    ['Canary10Percent5Minutes', { type: 'canary', percentage: 10, waitMs: 300_000 }],
    ['Canary10Percent30Minutes', { type: 'canary', percentage: 10, waitMs: 1_800_000 }],
    ['Linear10PercentEvery1Minute', { type: 'linear', percentage: 10, everyMs: 60_000 }],
    ['Linear10PercentEvery10Minutes', { type: 'linear', percentage: 10, everyMs: 600_000 }],
    ['CodeDeployDefault.LambdaLinear10PercentEvery3Minutes', { type: 'linear', percentage: 10, everyMs: 180_000 }],
    ['AllAtOnce', { type: 'all-at-once' }],
  ])('knows the preset %s', (name, strategy) => {
    expect(presetStrategy(name)).toEqual(strategy);
  });

  it('knows no other', () => {
    expect(presetStrategy('10%')).toBeUndefined();
    expect(presetStrategy('Canary0Percent5Minutes')).toBeUndefined();
  });

  it('reads durations and shares', () => {
    expect([parseDurationMs('500ms'), parseDurationMs('30s'), parseDurationMs('1.5m'), parseDurationMs('1h')]).toEqual([
      500, 30_000, 90_000, 3_600_000,
    ]);
    expect([parsePercentage('10%'), parsePercentage('2.5')]).toEqual([10, 2.5]);
    for (const wrong of ['', '5', '5 days', 'm5']) expect(() => parseDurationMs(wrong)).toThrow('is no duration');
    for (const wrong of ['0', '100', '-1', 'ten', '101%']) expect(() => parsePercentage(wrong)).toThrow('is no share');
  });
});
