import { describe, expect, it } from 'vitest';
import type { FunctionConfiguration } from '../../../src/aws/lambda-calls.js';
import { waitForFunction } from '../../../src/aws/wait-for-function.js';

/** A service that answers these states one after the other, and a clock that only moves while somebody sleeps. */
function waiting(
  states: readonly Partial<FunctionConfiguration>[],
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
) {
  let nowMs = 0;
  let asked = 0;
  const slept: number[] = [];
  const result = waitForFunction({
    calls: {
      getFunctionConfiguration: async () => ({
        $metadata: {},
        ...(states[Math.min(asked++, states.length - 1)] ?? {}),
      }),
    },
    functionName: 'hello',
    signal: options.signal ?? new AbortController().signal,
    ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
    now: () => nowMs,
    sleep: async (delayMs, signal) => {
      signal.throwIfAborted();
      slept.push(delayMs);
      nowMs += delayMs;
    },
  });
  return { result, slept, askedTimes: () => asked };
}

const pending = { State: 'Pending' } as const;
const updating = { State: 'Active', LastUpdateStatus: 'InProgress' } as const;
const ready = { State: 'Active', LastUpdateStatus: 'Successful' } as const;

describe('waiting for a function', () => {
  it('looks once when it is ready', async () => {
    const { result, slept } = waiting([ready]);
    expect(await result).toMatchObject(ready);
    expect(slept).toEqual([]);
  });

  it('looks less and less often, at most every two seconds', async () => {
    const { result, slept } = waiting([
      pending,
      pending,
      updating,
      updating,
      updating,
      updating,
      updating,
      updating,
      ready,
    ]);
    expect(await result).toMatchObject(ready);
    expect(slept).toEqual([50, 100, 200, 400, 800, 1_600, 2_000, 2_000]);
  });

  it.each([
    [
      { State: 'Failed', StateReason: 'no image', StateReasonCode: 'ImageDeleted' } as const,
      /could not be created: no image \(ImageDeleted\)/,
    ],
    [
      {
        ...ready,
        LastUpdateStatus: 'Failed',
        LastUpdateStatusReason: 'no subnet',
        LastUpdateStatusReasonCode: 'SubnetOutOfIPAddresses',
      } as const,
      /update of hello failed: no subnet/,
    ],
  ])('takes %j for the end', async (failed, message) => {
    const { result, askedTimes } = waiting([pending, failed, ready]);
    await expect(result).rejects.toMatchObject({ code: 'service-refused', message: expect.stringMatching(message) });
    expect(askedTimes()).toBe(2);
  });

  it('gives up after its time and says how things stand', async () => {
    const { result, slept } = waiting([updating], { timeoutMs: 10_000 });
    await expect(result).rejects.toMatchObject({
      code: 'gave-up-waiting',
      message: expect.stringContaining('InProgress'),
    });
    expect(slept.reduce((sum, delayMs) => sum + delayMs)).toBeLessThanOrEqual(10_000);
  });

  it('ends with the reason of the signal', async () => {
    const reason = new Error('stop');
    await expect(waiting([pending], { signal: AbortSignal.abort(reason) }).result).rejects.toBe(reason);
  });
});
