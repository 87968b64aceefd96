import { describe, expect, it } from 'vitest';
import { costOf, priceOf as lookUp, type PriceQuery } from '../../../src/lambda/pricing.js';

function priceOf(query: PriceQuery) {
  const price = lookUp(query);
  if (price === undefined) throw new Error(`no price for ${query.region}`);
  return price;
}

describe('the price of an invocation', () => {
  const x86 = priceOf({ region: 'us-east-1', architecture: 'x86_64' });

  it('is its request and its GB-seconds', () => {
    // One million requests of one second with 1 GB: $0.20 and $16.6667.
    expect(1_000_000 * costOf({ billedDurationMs: 1_000, memorySizeMb: 1_024 }, x86)).toBeCloseTo(16.8667, 4);
  });

  it('counts /tmp above 512 MB only', () => {
    const invocation = { billedDurationMs: 1_000, memorySizeMb: 128 };
    const plain = costOf(invocation, x86);
    expect(costOf({ ...invocation, ephemeralStorageMb: 512 }, x86)).toBe(plain);
    expect(costOf({ ...invocation, ephemeralStorageMb: 1_536 }, x86) - plain).toBeCloseTo(0.000_000_030_9, 12);
  });

  it('depends on architecture and region', () => {
    const arm = priceOf({ region: 'eu-west-1', architecture: 'arm64' });
    expect(arm.perGbSecond / x86.perGbSecond).toBeCloseTo(0.8, 2);
    expect(priceOf({ region: 'ap-east-1', architecture: 'x86_64' }).perGbSecond).toBeGreaterThan(x86.perGbSecond);
    expect(priceOf({ region: 'cn-northwest-1', architecture: 'x86_64' }).currency).toBe('CNY');
  });

  it('is not made up where it is not known', () => {
    expect(lookUp({ region: undefined, architecture: 'x86_64' })).toBeUndefined();
    expect(lookUp({ region: 'xx-nowhere-1', architecture: 'x86_64' })).toBeUndefined();
    expect(lookUp({ region: 'eu-central-2', architecture: 'arm64' })).toBeUndefined();
  });

  it('may be given, in the currency of the region', () => {
    const given = { perGbSecond: 0.5, perRequest: 0.25 };
    expect(lookUp({ region: 'mx-central-1', architecture: 'arm64', given })).toEqual({
      ...given,
      currency: 'USD',
      origin: 'given',
    });
    expect(lookUp({ region: 'cn-north-1', architecture: 'x86_64', given })?.currency).toBe('CNY');
  });
});
