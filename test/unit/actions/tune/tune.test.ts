import { describe, expect, it } from 'vitest';
import type { Invoked } from '../../../../src/actions/invoke.js';
import { chooseSize } from '../../../../src/actions/tune/choose-size.js';
import { type MeasuredSize, measureSize, trimmedMean } from '../../../../src/actions/tune/measure-size.js';
import { tuningSizes } from '../../../../src/actions/tune/tuning-sizes.js';

const size = (memorySize: number, duration: number, cost: number | undefined): MeasuredSize => ({
  ...{ memorySize, invocations: 5, coldStarts: 1, duration, gbSeconds: (memorySize * duration) / 1_024_000 },
  ...(cost !== undefined && { cost }),
});

describe('the sizes to compare', () => {
  it('are the usual ones, bounds included', () => {
    expect(tuningSizes({})).toEqual([128, 256, 512, 1024, 1536, 2048, 3008]);
    expect(tuningSizes({ min: 300, max: 1_769 })).toEqual([300, 512, 1024, 1536, 1769]);
    expect(tuningSizes({ min: 4_000, max: 10_240 })).toEqual([4000, 4096, 6144, 8192, 10_240]);
    expect(tuningSizes({ sizes: [512, 128, 512] })).toEqual([128, 512]);
  });
});

describe('the best size', () => {
  // Twice the memory halves the duration up to 512 MB; then it only costs more.
  const measured = [size(128, 800, 2), size(256, 400, 1.9), size(512, 200, 2.1), size(1024, 190, 4)];

  it('depends on what matters', () => {
    expect(chooseSize(measured, 'cost')?.memorySize).toBe(256);
    expect(chooseSize(measured, 'speed')?.memorySize).toBe(1024);
    expect(chooseSize(measured, 'balanced')?.memorySize).toBe(512);
  });

  it('is the smallest of equals, and works', () => {
    expect(chooseSize([size(512, 10, 1), size(256, 10, 1)], 'speed')?.memorySize).toBe(256);
    expect(chooseSize([{ ...size(128, 1, 1), failure: 'too small' }, size(256, 10, 2)], 'cost')?.memorySize).toBe(256);
    expect(chooseSize([{ ...size(128, 1, 1), failure: 'too small' }], 'cost')).toBeUndefined();
  });

  it('is found by GB-seconds where no price is known', () => {
    expect(chooseSize([size(128, 900, undefined), size(256, 400, undefined)], 'cost')?.memorySize).toBe(256);
  });
});

it('means leave out a fifth at each end', () => {
  expect(trimmedMean([1, 2, 3, 4, 1_000])).toBe(3);
  expect(trimmedMean([4])).toBe(4);
  expect(trimmedMean([])).toBeUndefined();
});

it('counts warm invocations, and ends with the first error', async () => {
  const answers = [
    { duration: 300, billedDuration: 500, initDuration: 200, maxMemoryUsed: 60 },
    { duration: 100, billedDuration: 100, maxMemoryUsed: 70 },
    { duration: 110, billedDuration: 110, maxMemoryUsed: 80 },
  ];
  const price = { perGbSecond: 0.000_016, perRequest: 0.000_000_2, currency: 'USD', origin: 'list' } as const;
  const invoke = async () => ({ result: answers.shift(), error: undefined }) as unknown as Invoked;
  const options = { invocations: 3, concurrency: 1, invoke, price, ephemeralStorageMb: 512 };
  const { measured } = await measureSize(1024, options);
  expect(measured).toMatchObject({
    coldStarts: 1,
    duration: 105,
    billedDuration: 105,
    initDuration: 200,
    maxMemoryUsed: 80,
  });
  expect(measured.cost).toBeCloseTo(0.000_000_2 + 0.105 * 0.000_016, 12);
  let calls = 0;
  const failing = async () => {
    calls += 1;
    return { result: {}, error: new Error('no') } as unknown as Invoked;
  };
  expect((await measureSize(128, { ...options, invoke: failing })).measured).toMatchObject({ failure: 'no' });
  expect(calls).toBe(1);
});
