import { afterEach, describe, expect, it } from 'vitest';
import type { EnvironmentApi } from '../../../../src/local/core/environment-api.js';
import { settle } from './environment/fake-clock.js';
import { createHandDriven, type HandDriven } from './environment/hand-driven.js';

const START_MS = 100;

let driven: HandDriven;

afterEach(async () => {
  await driven.dispose();
  expect(driven.clock.pending, 'timers left after dispose').toBe(0);
});

/** A machine that starts one environment at a time, with one that has served one invocation. */
async function openWarm({ startMs = START_MS, invocationMs = 1 } = {}): Promise<void> {
  driven = createHandDriven({ settings: { startsAtOnce: 1 } });
  const { completion } = driven.start();
  await driven.clock.advance(startMs);
  const { requestId } = await driven.next();
  await driven.clock.advance(invocationMs);
  await answer(requestId);
  void driven.next();
  await completion;
  await settle();
}

/** A machine as `openWarm` makes it, whose environment has answered its caller and not yet asked for more. */
async function openAnswered({ startMs }: { startMs: number }): Promise<void> {
  await openWarm({ startMs });
  const { outcome } = driven.start();
  await settle();
  await answer(newestRequestId());
  await outcome;
}

/** The environment asks for its next event and answers it. */
async function serveNext(): Promise<void> {
  void driven.next();
  await settle();
  await answer(newestRequestId());
  void driven.next();
}

/** One invocation from its start to its end. */
async function serveOne(invocationMs = 1): Promise<void> {
  const { completion } = driven.start();
  await settle();
  await driven.clock.advance(invocationMs);
  await answer(newestRequestId());
  void driven.next();
  await completion;
  await settle();
}

/** The environment that was opened last, as its processes see it. */
async function opened(): Promise<EnvironmentApi> {
  await settle();
  return driven.api();
}

function newestRequestId(): string {
  return driven.events.flatMap((event) => (event.type === 'platform.start' ? [event.requestId] : [])).at(-1)!;
}

async function answer(requestId: string): Promise<void> {
  driven.api().runtime.beginResponse(requestId);
  driven.api().runtime.completeResponse(requestId, Buffer.from('1'), undefined);
  await settle();
}

describe('invocations for which no environment is idle', () => {
  it('start one environment after the other, and take one that is free before theirs has begun', async () => {
    driven = createHandDriven({ settings: { startsAtOnce: 1 } });
    const first = driven.start();
    const environment = await opened();
    driven.start().outcome.catch(() => undefined);
    const third = driven.start();
    await settle();
    expect(driven.processes).toHaveLength(1);
    const next = () => environment.runtime.next(new AbortController().signal);
    const { requestId } = await next();
    await settle();
    expect(driven.processes).toHaveLength(2);
    environment.runtime.beginResponse(requestId);
    environment.runtime.completeResponse(requestId, Buffer.from('1'), undefined);
    const { requestId: thirdId } = await next();
    environment.runtime.beginResponse(thirdId);
    environment.runtime.completeResponse(thirdId, Buffer.from('3'), undefined);
    expect(Buffer.from((await third.outcome).payload).toString()).toBe('3');
    await first.completion;
    expect(driven.processes).toHaveLength(2);
  });

  it('give their place in the gate on when a start takes long', async () => {
    driven = createHandDriven({ settings: { startsAtOnce: 1 } });
    driven.start().outcome.catch(() => undefined);
    driven.start().outcome.catch(() => undefined);
    await driven.clock.advance(249);
    expect(driven.processes).toHaveLength(1);
    await driven.clock.advance(1);
    expect(driven.processes).toHaveLength(2);
  });

  it('wait for a busy one that is expected to be free sooner than a new one', async () => {
    await openWarm();
    const first = driven.start();
    await settle();
    const requestId = newestRequestId();
    const second = driven.start();
    await driven.clock.advance(START_MS - 1);
    expect(driven.processes).toHaveLength(1);
    await answer(requestId);
    await serveNext();
    await first.completion;
    await second.completion;
    expect(driven.processes).toHaveLength(1);
  });

  it('wait as long as a start took for one whose caller has its answer', async () => {
    await openAnswered({ startMs: 900 });
    const second = driven.start();
    await driven.clock.advance(899);
    expect(driven.processes).toHaveLength(1);
    await serveNext();
    await second.completion;
    expect(driven.processes).toHaveLength(1);
  });

  it('wait no longer for it', async () => {
    await openAnswered({ startMs: 900 });
    driven.start().outcome.catch(() => undefined);
    await driven.clock.advance(900);
    expect(driven.processes).toHaveLength(2);
  });

  it('wait no longer than a start takes', async () => {
    await openWarm();
    driven.start().outcome.catch(() => undefined);
    driven.start().outcome.catch(() => undefined);
    await driven.clock.advance(START_MS);
    expect(driven.processes).toHaveLength(2);
  });

  it('wait once more when others came to their end meanwhile and their turn is near, and then no longer', async () => {
    await openWarm();
    for (let round = 0; round < 20; round += 1) await serveOne();
    driven.start().outcome.catch(() => undefined);
    await settle();
    const requestId = newestRequestId();
    for (let count = 0; count < 3; count += 1) driven.start().outcome.catch(() => undefined);
    await driven.clock.advance(START_MS - 1);
    await answer(requestId);
    void driven.next();
    await driven.clock.advance(1);
    expect(driven.processes, 'one of the four has come to its end').toHaveLength(1);
    await driven.clock.advance(START_MS - 1);
    expect(driven.processes).toHaveLength(1);
    await driven.clock.advance(1);
    expect(driven.processes, 'none has').toHaveLength(2);
  });

  it('wait for a quick version although one of its invocations took long', async () => {
    await openWarm();
    for (let round = 0; round < 20; round += 1) await serveOne();
    await serveOne(3 * START_MS);
    for (let count = 0; count < 2; count += 1) driven.start().outcome.catch(() => undefined);
    await driven.clock.advance(START_MS - 1);
    expect(driven.processes).toHaveLength(1);
  });

  it('wait for nothing where invocations take longer than a start', async () => {
    await openWarm({ invocationMs: 10 * START_MS });
    driven.start().outcome.catch(() => undefined);
    driven.start().outcome.catch(() => undefined);
    await settle();
    expect(driven.processes).toHaveLength(2);
  });

  it('are told when the service shuts down meanwhile', async () => {
    await openWarm();
    driven.start().outcome.catch(() => undefined);
    const waiting = driven.start();
    await settle();
    await driven.dispose();
    await expect(waiting.outcome).rejects.toMatchObject({ code: 'interrupted' });
    expect(driven.processes).toHaveLength(1);
  });
});
