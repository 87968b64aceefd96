import { afterEach, describe, expect, it } from 'vitest';
import { settle } from './fake-clock.js';
import { createHandDriven, type HandDriven } from './hand-driven.js';

let driven: HandDriven;

afterEach(async () => {
  await driven.dispose();
  expect(driven.clock.pending, 'timers left after dispose').toBe(0);
});

/** An invocation whose runtime lost its connection in the middle of the response. */
async function breakOff(way: 'streamed' | 'buffered') {
  driven = createHandDriven();
  const { outcome, completion } = driven.start();
  await settle();
  const { requestId } = await driven.next();
  const { runtime } = driven.api();
  runtime.beginResponse(requestId);
  if (way === 'streamed') runtime.streamResponse(requestId, undefined).abort();
  else runtime.completeResponse(requestId, 'truncated', undefined);
  await settle();
  let isSettled = false;
  void outcome.then(() => (isSettled = true));
  return { outcome, completion, isSettled: () => isSettled };
}

describe.each(['streamed', 'buffered'] as const)('a %s response that breaks off', (way) => {
  it('is put down to the end of the process when that becomes known soon', async () => {
    const { outcome, completion } = await breakOff(way);
    await driven.clock.advance(499);
    await driven.runtime().exit({ signal: 'SIGKILL', isOutOfMemory: true });
    expect(Buffer.from((await outcome).payload).toString()).toContain('Runtime exited with error: signal: killed');
    expect((await completion).report.errorType).toBe('Runtime.OutOfMemory');
  });

  it('is truncated when the runtime asks for the next event', async () => {
    const { outcome, completion } = await breakOff(way);
    void driven.next();
    expect(Buffer.from((await outcome).payload).toString()).toContain('Runtime.TruncatedResponse');
    expect((await completion).report.errorType).toBe('Runtime.TruncatedResponse');
  });

  it('is truncated when nothing more happens for half a second', async () => {
    const { outcome, isSettled } = await breakOff(way);
    await driven.clock.advance(499);
    expect(isSettled()).toBe(false);
    await driven.clock.advance(1);
    expect(Buffer.from((await outcome).payload).toString()).toContain('Runtime.TruncatedResponse');
  });
});
