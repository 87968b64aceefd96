import { expect, it } from 'vitest';
import { inParallel } from '../../../src/actions/in-parallel.js';

it('keeps to its limit and does everything once', async () => {
  let running = 0;
  let most = 0;
  const done: number[] = [];
  await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    running++;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    done.push(item);
  });
  expect(most).toBe(3);
  expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

it('begins nothing after a failure, lets run what has begun, and throws the first error', async () => {
  const begun: number[] = [];
  const work = inParallel([1, 2, 3, 4], 2, async (item) => {
    begun.push(item);
    await new Promise((resolve) => setImmediate(resolve));
    throw new Error(`item ${item}`);
  });
  await expect(work).rejects.toThrow('item 1');
  expect(begun).toEqual([1, 2]);
});
