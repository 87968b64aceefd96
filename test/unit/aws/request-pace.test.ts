import { expect, it } from 'vitest';
import { createRequestPace } from '../../../src/aws/request-pace.js';
import { deployToPacedAccount } from './paced-account.js';

/** A pace under a clock of its own, against a service that lets `allowed` calls a second through. */
function simulate(allowed: number, callers: number, durationMs: number) {
  let time = 0;
  const waiting: { at: number; wake: () => void }[] = [];
  const sleep = (delayMs: number): Promise<void> =>
    new Promise((wake) => {
      waiting.push({ at: time + delayMs, wake });
    });
  const pace = createRequestPace({ now: () => time, sleep });
  const signal = new AbortController().signal;
  let tokens = allowed;
  let refilledAt = 0;
  const counts = { passed: 0, throttled: 0 };
  const serve = (): boolean => {
    tokens = Math.min(allowed, tokens + ((time - refilledAt) / 1_000) * allowed);
    refilledAt = time;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
  const caller = async (): Promise<void> => {
    while (time < durationMs) {
      const leftAt = await pace.turn(signal);
      await sleep(20);
      if (serve()) {
        counts.passed++;
        pace.passed(leftAt);
      } else {
        counts.throttled++;
        pace.throttled();
        await sleep(250);
      }
    }
  };
  const run = async (): Promise<typeof counts> => {
    const all = Promise.all(Array.from({ length: callers }, caller));
    while (time < durationMs + 10_000) {
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      waiting.sort((a, b) => a.at - b.at);
      const next = waiting.shift();
      if (next === undefined) break;
      time = Math.max(time, next.at);
      next.wake();
    }
    await all;
    return counts;
  };
  return run();
}

it('finds the rate that a service allows, and keeps close below it', async () => {
  const { passed, throttled } = await simulate(15, 16, 60_000);
  expect(passed).toBeGreaterThan(15 * 60 * 0.9);
  expect(throttled).toBeLessThan(passed * 0.1);
});

it('holds nobody back before the first throttle', async () => {
  const { passed, throttled } = await simulate(1_000_000, 4, 2_000);
  expect(throttled).toBe(0);
  expect(passed).toBeGreaterThanOrEqual(4 * 95);
});

it('keeps a ceiling that is given', async () => {
  let time = 0;
  const sleep = async (delayMs: number): Promise<void> => {
    time += delayMs;
  };
  const pace = createRequestPace({ requestsPerSecond: 10, now: () => time, sleep });
  for (let call = 0; call < 21; call++) {
    const leftAt = await pace.turn(new AbortController().signal);
    pace.passed(leftAt);
  }
  expect(time).toBeCloseTo(2_000, 3);
});

it.each([
  { requestsPerSecond: 15, latencyMs: 20, functions: 40, callers: 16, atMost: 1.15 },
  { requestsPerSecond: 15, latencyMs: 150, functions: 200, callers: 16, atMost: 1.1 },
  { requestsPerSecond: 30, latencyMs: 10, functions: 40, callers: 16, atMost: 1.15 },
  { requestsPerSecond: 100, latencyMs: 20, functions: 200, callers: 64, atMost: 1.2 },
])(
  'deploys $functions functions at $requestsPerSecond requests a second in $atMost times what that allows',
  async ({ atMost, ...account }) => {
    for (let seed = 1; seed <= 6; seed++) {
      const { tookMs, idealMs, calls, throttled, failures } = await deployToPacedAccount({
        ...account,
        clients: 1,
        seed,
      });
      expect(failures).toBe(0);
      expect(calls).toBe(3 * account.functions);
      expect(tookMs / idealMs, `seed ${seed}`).toBeLessThan(atMost);
      expect(throttled / calls, `seed ${seed}`).toBeLessThan(0.25);
    }
  },
);

it('lets programs that share an account, and do not know of each other, all come to their end', async () => {
  for (const clients of [4, 10, 20]) {
    const { tookMs, idealMs, failures } = await deployToPacedAccount({
      requestsPerSecond: 15,
      latencyMs: 100,
      functions: 10,
      callers: 8,
      clients,
      seed: clients,
    });
    expect(failures).toBe(0);
    expect(tookMs / idealMs).toBeLessThan(1.25);
  }
});
