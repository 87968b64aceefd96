import { describe, expect, it } from 'vitest';
import {
  LAMBDA_RESPONSE_BANDWIDTH,
  ResponsePace,
} from '../../../../../src/local/core/environment/response-bandwidth.js';
import { FakeClock } from './fake-clock.js';

const MIB = 1024 * 1024;

/** Milliseconds after which each of the pieces may go on, one after the other. */
async function times(pieces: readonly number[], pauseMs = 0): Promise<readonly number[]> {
  const clock = new FakeClock();
  const pace = new ResponsePace(LAMBDA_RESPONSE_BANDWIDTH, clock);
  const at: number[] = [];
  const writing = (async () => {
    for (const bytes of pieces) {
      await pace.take(bytes);
      at.push(clock.monotonic());
      if (pauseMs > 0) await new Promise<void>((resolve) => clock.schedule(pauseMs, resolve));
    }
  })();
  while (at.length < pieces.length) await clock.advance(250);
  await clock.advance(pauseMs);
  await writing;
  return at;
}

describe('the pace of a streamed response', () => {
  it('is free for 6 MiB and 2 MiB per second after', async () => {
    expect(await times([3 * MIB, 3 * MIB, MIB, MIB, 2 * MIB])).toEqual([0, 0, 500, 1000, 2000]);
  });

  it('lets a piece of any size pass in its time', async () => {
    expect(await times([10 * MIB])).toEqual([2000]);
  });

  it('gains by pauses, but not more than the burst', async () => {
    expect(await times([6 * MIB, 6 * MIB, 7 * MIB], 10_000)).toEqual([0, 10_000, 20_500]);
  });
});
