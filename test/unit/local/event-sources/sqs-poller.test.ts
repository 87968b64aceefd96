import { afterEach, describe, expect, it } from 'vitest';
import type { FunctionSnapshot } from '../../../../src/local/core/function-snapshot.js';
import { InvocationThrottled } from '../../../../src/local/core/invocation.js';
import type { EventSourceDeps } from '../../../../src/local/event-sources/event-source-ports.js';
import {
  createEventSourceRunner,
  type EventSourceRunner,
} from '../../../../src/local/event-sources/event-source-runner.js';
import { createFakeClock } from '../core/async/fake-clock.js';
import { createFakeQueue } from './fake-queue.js';

const QUEUE_ARN = 'arn:aws:sqs:eu-west-1:000000000000:orders';
const SIX_MB = 6_291_456;

interface Answer {
  readonly functionError?: 'Unhandled';
}

let runner: EventSourceRunner | undefined;
afterEach(() => runner?.dispose());

/** A mapping on a queue in memory; `answer` is the function. */
function createWorld(
  settings: Record<string, unknown>,
  answer: (bodies: readonly string[], run: number) => Answer | Promise<Answer> = () => ({}),
  more: Partial<EventSourceDeps> = {},
) {
  const clock = createFakeClock();
  const queue = createFakeQueue(clock);
  const batches: { readonly bodies: readonly string[]; readonly bytes: number }[] = [];
  const load = { running: 0, most: 0 };
  const run = async (payload: Uint8Array, requestId: string) => {
    const { Records } = JSON.parse(Buffer.from(payload).toString()) as { Records: { body: string }[] };
    const bodies = Records.map(({ body }) => body);
    batches.push({ bodies, bytes: payload.length });
    load.running += 1;
    load.most = Math.max(load.most, load.running);
    try {
      const { functionError } = await answer(bodies, batches.length);
      const outcome = { requestId, executedVersion: '$LATEST', payload: Buffer.from('null') };
      return { ...outcome, ...(functionError !== undefined && { functionError }) };
    } finally {
      load.running -= 1;
    }
  };
  const snapshot = { version: '$LATEST', functionArn: 'arn:f', timeoutSeconds: 3 } as FunctionSnapshot;
  const deps: EventSourceDeps = {
    clock,
    directory: { resolve: () => ({ snapshot, invokedFunctionArn: 'arn:f', limits: { unreserved: 1000 } }) },
    dispatcher: {
      invoke: ({ requestId, payload }) => ({
        outcome: run(payload, requestId),
        completion: new Promise(() => undefined),
      }),
    },
    queues: queue,
    openStream: () => undefined,
    checkpoints: { load: async () => undefined, save: async () => undefined },
    sendFailure: async () => undefined,
    newId: () => 'request-1',
    ...more,
  };
  const created = createEventSourceRunner(deps);
  runner = created;
  created.sync([
    {
      region: 'eu-west-1',
      accountId: '000000000000',
      uuid: 'mapping-1',
      functionName: 'orders',
      settings: { EventSourceArn: QUEUE_ARN, ...settings },
      isEnabled: true,
      LastModified: 0,
      tags: {},
    },
  ]);
  return { clock, queue, batches, load, runner: created };
}

const numbered = (count: number, body: string) => Array.from({ length: count }, (_, n) => `${n}${body}`);
const countsOf = (batches: readonly { readonly bodies: readonly string[] }[]) =>
  batches.map(({ bodies }) => bodies.length);

describe('a batch of a queue', () => {
  it.each([
    ['letters', 'x'.repeat(900_000)],
    ['letters of two bytes each', 'é'.repeat(450_000)],
    ['what JSON escapes', '\n'.repeat(450_000)],
  ])('ends at 6 MB of %s', async (_, body) => {
    const { clock, queue, batches } = createWorld({});
    queue.send(...numbered(10, body));
    await clock.advance(100);
    expect(countsOf(batches)).toEqual([6, 4]);
    for (const { bytes } of batches) expect(bytes).toBeLessThanOrEqual(SIX_MB);
  });

  it('waits for no further message when it has 6 MB', async () => {
    const { clock, queue, batches } = createWorld({ BatchSize: 100, MaximumBatchingWindowInSeconds: 60 });
    queue.send(...numbered(10, 'x'.repeat(900_000)));
    await clock.advance(100);
    expect(countsOf(batches)).toEqual([6, 4]);
    queue.send(...numbered(3, 'x'.repeat(900_000)));
    await clock.advance(59_000);
    expect(countsOf(batches)).toEqual([6, 4]);
    await clock.advance(2000);
    expect(countsOf(batches)).toEqual([6, 4, 3]);
  });

  it('of a FIFO queue runs alone, and what follows a failed one is given back', async () => {
    const failed: Answer = { functionError: 'Unhandled' };
    const { clock, queue, batches, load } = createWorld({ EventSourceArn: `${QUEUE_ARN}.fifo` }, (_bodies, run) =>
      run === 2 ? failed : {},
    );
    queue.send(...numbered(10, '\u0001'.repeat(400_000)));
    await clock.advance(100);
    expect(countsOf(batches)).toEqual([2, 2]);
    expect(load.most).toBe(1);
    expect(queue.released.map((body) => body[0])).toEqual(['4', '5', '6', '7', '8', '9']);
  });

  it('takes a place of its own among those that may run at once', async () => {
    const { clock, queue, batches, load } = createWorld(
      { ScalingConfig: { MaximumConcurrency: 2 } },
      () => new Promise((resolve) => void clock.schedule(1000, () => resolve({}))),
    );
    queue.send(...numbered(6, '\u0001'.repeat(1_000_000)));
    await clock.advance(10_000);
    expect(countsOf(batches)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(load.most).toBe(2);
  });
});

describe('the batches of a queue that run at once', () => {
  /** A function that takes so long, of which many may run. */
  const busyFor = (seconds: number, settings: object = {}, more: Partial<EventSourceDeps> = {}) => {
    const world: ReturnType<typeof createWorld> = createWorld(
      { BatchSize: 1, ...settings },
      () => new Promise((resolve) => void world.clock.schedule(seconds * 1000, () => resolve({}))),
      more,
    );
    return world;
  };

  it('are five in the beginning and 300 more after each minute of a busy queue', async () => {
    const { clock, queue, load } = busyFor(3600);
    queue.send(...numbered(1000, ''));
    await clock.advance(900);
    expect(load.running).toBe(5);
    await clock.advance(100);
    expect(load.running).toBe(10);
    await clock.advance(59_000);
    expect(load.running).toBe(305);
    await clock.advance(60_000);
    expect(load.running).toBe(605);
  });

  it('grow to 1,250, to what the machine bears, or to MaximumConcurrency', async () => {
    const runningAfterHours = async (settings: object, more: Partial<EventSourceDeps> = {}) => {
      const { clock, queue, load, runner: made } = busyFor(36_000, settings, more);
      queue.send(...numbered(1500, ''));
      await clock.advance(600_000);
      await made.dispose();
      return load.running;
    };
    expect(await runningAfterHours({})).toBe(1250);
    expect(await runningAfterHours({}, { queueConcurrency: 23 })).toBe(23);
    const scaled = { ScalingConfig: { MaximumConcurrency: 2 } };
    expect(await runningAfterHours(scaled, { queueConcurrency: 23 })).toBe(2);
    expect(await runningAfterHours({ ScalingConfig: { MaximumConcurrency: 40 } }, { queueConcurrency: 23 })).toBe(40);
  });

  it('are five again after the queue was empty', async () => {
    const { clock, queue, load } = busyFor(3);
    queue.send(...numbered(200, ''));
    await clock.advance(60_000);
    expect(load).toMatchObject({ running: 0, most: expect.toSatisfy((most) => most > 20) });
    queue.send(...numbered(100, ''));
    await clock.advance(500);
    expect(load.running).toBe(5);
  });

  it('grow no further than the function lets them', async () => {
    const world: ReturnType<typeof createWorld> = createWorld({ BatchSize: 1 }, () => {
      if (world.load.running > 12) throw new InvocationThrottled('ReservedFunctionConcurrentInvocationLimitExceeded');
      return new Promise((resolve) => void world.clock.schedule(3_600_000, () => resolve({})));
    });
    world.queue.send(...numbered(100, ''));
    await world.clock.advance(2500);
    // The thirteenth was refused, and with that the growth began anew.
    expect(world.batches).toHaveLength(13);
    expect(world.load.running).toBe(12);
  });
});
