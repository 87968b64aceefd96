import { expect, it } from 'vitest';
import { runMix } from '../service/lifecycle-mix.js';

it('answers 10,000 invocations over 8 environments with 5 % throws, 1 % exits and 1 % timeouts, without growing', async () => {
  await runMix(1_000);
  const before = process.memoryUsage().rss;
  await runMix(10_000);
  // The events of all invocations are collected by the test itself; what is left must be far below that.
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
});
