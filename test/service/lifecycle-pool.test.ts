import { afterEach, describe, expect, it } from 'vitest';
import { createLifecycleService, createSnapshot, type LifecycleServiceOptions } from './lifecycle-service.js';

let service: ReturnType<typeof createLifecycleService>;

function open(options: LifecycleServiceOptions = {}) {
  service = createLifecycleService(options);
  return service;
}

afterEach(async () => {
  await service.dispatcher.dispose();
  expect([...service.pids], 'processes that outlived dispose').toEqual([]);
});

/** Resolves when no process of the service is left except those named. */
async function settled(pids: ReadonlySet<number>, count: number): Promise<void> {
  while (pids.size !== count) await new Promise((resolve) => setImmediate(resolve));
}

describe('the pool of environments', () => {
  it('gives each of 20 simultaneous invocations an environment of its own', async () => {
    const { invoke, runtimePids } = open();
    const results = await Promise.all(Array.from({ length: 20 }, (_, index) => invoke({ index })));
    for (const [index, { json, outcome }] of results.entries()) {
      expect(json).toMatchObject({ index, count: 1, id: outcome.requestId });
    }
    expect(runtimePids).toHaveLength(20);
  });

  it('replaces an idle environment whose process was killed, every time', async () => {
    const { invoke, runtimePids } = open();
    await invoke({});
    for (let round = 0; round < 15; round++) {
      process.kill(runtimePids.at(-1)!, 'SIGKILL');
      const { json, outcome } = await invoke({ round });
      expect(outcome, JSON.stringify(json)).not.toHaveProperty('functionError');
      expect(json).toMatchObject({ round, count: 1 });
    }
    expect(runtimePids).toHaveLength(16);
  });

  it('lets environments of an old revision finish, and sends nothing new to them', async () => {
    const { start, invoke, dispatcher, runtimePids, pids } = open();
    const { functionArn } = createSnapshot();
    const running = start({ do: 'stream', chunks: ['a'], last: 'hang' }, { snapshot: { timeoutSeconds: 1 } });
    const idle = await invoke({});
    expect(idle.json).toMatchObject({ count: 1 });
    dispatcher.retire(functionArn, '$LATEST', 'revision-2');
    await settled(pids, 1);
    const next = await invoke({}, { snapshot: { revisionId: 'revision-2' } });
    expect(next.json).toMatchObject({ count: 1 });
    expect((await running.completion).report.status).toBe('timeout');
    await settled(pids, 1);
    expect(runtimePids).toHaveLength(3);
    expect(pids.has(runtimePids[2]!)).toBe(true);
  });

  it('never gives a newer revision to an older environment, told or not', async () => {
    const { invoke, runtimePids } = open();
    await invoke({});
    expect((await invoke({}, { snapshot: { revisionId: 'revision-2' } })).json).toMatchObject({ count: 1 });
    expect(runtimePids).toHaveLength(2);
  });

  it('ends an environment that was idle for long enough', async () => {
    const { invoke, pids } = open({ settings: { idleEndMs: 20 } });
    await invoke({});
    await settled(pids, 0);
    expect((await invoke({})).json).toMatchObject({ count: 1 });
  });

  it('ends the longest idle environment when all places are taken, and throttles when none is idle', async () => {
    const { invoke, start, runtimePids } = open({ settings: { maxEnvironments: 2 } });
    await invoke({}, { snapshot: { functionName: 'a' } });
    await invoke({}, { snapshot: { functionName: 'b' } });
    expect((await invoke({}, { snapshot: { functionName: 'c' } })).json).toMatchObject({ count: 1 });
    expect((await invoke({}, { snapshot: { functionName: 'b' } })).json).toMatchObject({ count: 2 });
    expect(runtimePids).toHaveLength(3);
    const hanging = ['b', 'c'].map((functionName) =>
      start({ do: 'hang' }, { snapshot: { functionName, timeoutSeconds: 1 } }),
    );
    expect(() => start({}, { snapshot: { functionName: 'd' } })).toThrow(
      expect.objectContaining({ name: 'InvocationThrottled', reason: 'ConcurrentInvocationLimitExceeded' }),
    );
    await Promise.all(hanging.map(({ completion }) => completion));
  });

  it('throttles what reserved concurrency does not allow, and nothing else', async () => {
    const { start, invoke } = open();
    const limits = { reserved: 1, unreserved: 1 };
    const hanging = start({ do: 'hang' }, { limits, snapshot: { timeoutSeconds: 1 } });
    expect(() => start({}, { limits })).toThrow(
      expect.objectContaining({ reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' }),
    );
    expect(() => start({}, { limits: { reserved: 0, unreserved: 1 } })).toThrow('Rate Exceeded.');
    const other = start(
      { do: 'hang' },
      { limits: { unreserved: 1 }, snapshot: { functionName: 'b', timeoutSeconds: 1 } },
    );
    expect(() => start({}, { limits: { unreserved: 1 }, snapshot: { functionName: 'c' } })).toThrow(
      expect.objectContaining({ reason: 'ConcurrentInvocationLimitExceeded' }),
    );
    await Promise.all([hanging.completion, other.completion]);
    expect((await invoke({}, { limits })).json).toMatchObject({ count: 1 });
  });

  it('does not throttle a caller that waits for each answer, and stays within the limit', async () => {
    const { start, runtimePids } = open();
    const limits = { reserved: 1, unreserved: 0 };
    for (let round = 0; round < 50; round++) await start({}, { limits }).outcome;
    expect(runtimePids).toHaveLength(1);
    await start({ do: 'respond-then-hang' }, { limits, snapshot: { timeoutSeconds: 1 } }).outcome;
    const { outcome } = start({}, { limits });
    expect(JSON.parse(Buffer.from((await outcome).payload).toString())).toMatchObject({ count: 1 });
    expect(runtimePids).toHaveLength(2);
  });

  it('serves invocations that are made while others run, of the same function and of another', async () => {
    const { start, invoke } = open();
    const outer = start({ do: 'hang' }, { snapshot: { timeoutSeconds: 1 } });
    expect((await invoke({ depth: 2 })).json).toMatchObject({ depth: 2 });
    expect((await invoke({ depth: 3 }, { snapshot: { functionName: 'other' } })).json).toMatchObject({ depth: 3 });
    await outer.completion;
  });

  it('freezes an idle environment and thaws it for the next invocation', async () => {
    const { invoke } = open({ settings: { freezeAfterIdleMs: 0 } });
    const first = await invoke({});
    const { pid } = first.json as { pid: number };
    const { readFile } = await import('node:fs/promises');
    const state = async () => (await readFile(`/proc/${pid}/stat`, 'utf8')).split(' ')[2];
    if (process.platform === 'linux') while ((await state()) !== 'T') await new Promise((r) => setImmediate(r));
    expect((await invoke({})).json).toMatchObject({ count: 2, pid });
  });

  it('fails running invocations and leaves no process when it is disposed of', async () => {
    const { start, dispatcher, pids } = open();
    const { outcome, completion } = start({ do: 'hang' });
    const streaming = service.stream({ do: 'stream', chunks: ['a'], last: 'hang' });
    for await (const _ of streaming.body) break;
    const starting = start({});
    await dispatcher.dispose();
    expect(pids.size).toBe(0);
    for (const promise of [outcome, completion, streaming.outcome, starting.outcome]) {
      await expect(promise).rejects.toMatchObject({ code: 'interrupted' });
    }
    expect(() => start({})).toThrow('shutting down');
  });
});
