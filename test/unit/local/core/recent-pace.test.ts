import { describe, expect, it } from 'vitest';
import { RecentPace } from '../../../../src/local/core/recent-pace.js';

/** Notes so many ends, each `everyMs` after the one before, from `start` on; returns the time of the last one. */
function end(pace: RecentPace, count: number, everyMs: number, start = 0): number {
  for (let index = 0; index < count; index += 1) pace.note(start + index * everyMs);
  return start + (count - 1) * everyMs;
}

describe('the pace of what has ended lately', () => {
  it('is the time between two ends, also over the border of two windows', () => {
    const pace = new RecentPace();
    expect(pace.intervalMs(0)).toBe(Number.POSITIVE_INFINITY);
    const now = end(pace, 400, 4);
    expect(pace.intervalMs(now)).toBeCloseTo(4, 1);
    expect(pace.total).toBe(400);
  });

  it('is not told by a few ends, nor by how near those of one moment are to each other', () => {
    const pace = new RecentPace();
    end(pace, 9, 0);
    expect(pace.intervalMs(0)).toBe(Number.POSITIVE_INFINITY);
    pace.note(0);
    expect(pace.intervalMs(0)).toBe(2);
  });

  it('slows down while nothing ends, and is forgotten after two seconds', () => {
    const pace = new RecentPace();
    const now = end(pace, 100, 1);
    expect(pace.intervalMs(now + 900)).toBeCloseTo(10, 1);
    expect(pace.intervalMs(now + 1900)).toBeCloseTo(20, 0);
    expect(pace.intervalMs(now + 2000)).toBe(Number.POSITIVE_INFINITY);
  });

  it('tells of the last seconds only', () => {
    const pace = new RecentPace();
    const now = end(pace, 1000, 1);
    expect(pace.intervalMs(end(pace, 40, 50, now + 50))).toBeCloseTo(50, -1);
  });
});
