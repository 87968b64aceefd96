import { describe, expect, it } from 'vitest';
import { createTraceSampling } from '../../../../src/local/core/trace-sampling.js';

const active = { functionArn: 'arn:a', tracingMode: 'Active' } as const;

describe('the sampling of traces', () => {
  it('takes the first run of each second, and 5 % of the others', () => {
    let nowMs = 10_000;
    const draws = [0.05, 0.049, 0.999];
    const isSampled = createTraceSampling({ now: () => nowMs, random: () => draws.shift() ?? 1 });
    const first = [isSampled(active), isSampled(active), isSampled(active), isSampled(active)];
    expect(first).toEqual([true, false, true, false]);
    nowMs = 10_999;
    expect(isSampled(active)).toBe(false);
    nowMs = 11_000;
    expect([isSampled(active), isSampled(active)]).toEqual([true, false]);
  });

  it('counts each function by itself', () => {
    const isSampled = createTraceSampling({ now: () => 0, random: () => 1 });
    expect([isSampled(active), isSampled({ ...active, functionArn: 'arn:b' }), isSampled(active)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('takes no run of a function that passes tracing through', () => {
    const isSampled = createTraceSampling({ now: () => 0, random: () => 0 });
    expect(isSampled({ ...active, tracingMode: 'PassThrough' })).toBe(false);
  });
});
