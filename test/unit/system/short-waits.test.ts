import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { noteArrival, noteSending, noteWork, noteWorkDone } from '../../../src/system/short-waits.js';

const isAwake = (): boolean => process.getActiveResourcesInfo().includes('Immediate');

/** A message that is followed at once, so many times; then one more is sent, while so many requests are under way. */
function exchange(times: number, requests = 1): void {
  for (let request = 0; request < requests; request += 1) noteWork();
  for (let time = 0; time < times; time += 1) {
    noteSending();
    noteArrival();
  }
  noteSending();
  for (let request = 0; request < requests; request += 1) noteWorkDone();
}

describe.skipIf(availableParallelism() === 1)('the event loop (skipped: one core)', () => {
  it('stays awake for a moment where answers come at once', async () => {
    // This process may be stopped between two of the calls.
    await vi.waitFor(() => {
      exchange(4);
      expect(isAwake()).toBe(true);
    });
    await pause(10);
    expect(isAwake()).toBe(false);
  });

  it.each([
    ['after few of them', () => exchange(3)],
    ['while something else is under way', () => exchange(4, 2)],
  ])('goes to sleep %s', async (_when, act) => {
    noteSending();
    await pause(10);
    noteArrival();
    act();
    expect(isAwake()).toBe(false);
  });

  it('goes to sleep when the last answer took its time', async () => {
    exchange(6, 2);
    await pause(10);
    noteArrival();
    noteSending();
    expect(isAwake()).toBe(false);
  });
});
