import { describe, expect, it } from 'vitest';
import { PollerScale } from '../../../../src/local/event-sources/poller-scale.js';

describe('the places for batches of a queue', () => {
  it('become more after a second in which all were taken, however it was parted', () => {
    const scale = new PollerScale(100);
    for (const durationMs of [400, 0, 500]) scale.noteFull(durationMs);
    expect(scale).toMatchObject({ limit: 5, growthMs: 100 });
    scale.noteFull(100);
    expect(scale).toMatchObject({ limit: 10, growthMs: 1000 });
  });

  it('are as many as in the beginning after they shrank, and no moment before that counts', () => {
    const scale = new PollerScale(12);
    for (const durationMs of [1000, 1000, 1000, 900]) scale.noteFull(durationMs);
    expect(scale.limit).toBe(12);
    scale.shrink();
    scale.noteFull(900);
    expect(scale.limit).toBe(5);
  });

  it('are never more than the most', () => {
    expect(new PollerScale(2).limit).toBe(2);
  });
});
