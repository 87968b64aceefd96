import { afterEach, describe, expect, it } from 'vitest';
import { createSnapshot, type InvocationOverrides } from '../../../service/lifecycle-service.js';
import { settle } from './environment/fake-clock.js';
import { createHandDriven, type HandDriven, type HandDrivenOptions } from './environment/hand-driven.js';

let driven: HandDriven;

function open(options: HandDrivenOptions = {}): HandDriven {
  driven = createHandDriven(options);
  return driven;
}

afterEach(async () => {
  await driven.dispose();
  expect(driven.clock.pending, 'timers left after dispose').toBe(0);
});

/** Runs one invocation on a new environment from its launch to its end. */
async function runOnNew(overrides: InvocationOverrides = {}): Promise<void> {
  const { completion } = driven.start(overrides);
  await settle();
  const { requestId } = await driven.next();
  await finish(requestId);
  await completion;
  await settle();
}

async function finish(requestId: string): Promise<void> {
  driven.api().runtime.beginResponse(requestId);
  driven.api().runtime.completeResponse(requestId, Buffer.from('1'), undefined);
  void driven.next();
  await settle();
}

const { functionArn } = createSnapshot();

describe('a retired revision', () => {
  it('is not kept warm for an invocation that was looked up before the change', async () => {
    const { dispatcher, hostCalls } = open();
    dispatcher.retire(functionArn, '$LATEST', 'revision-2');
    await runOnNew({ snapshot: { revisionId: 'revision-1' } });
    expect(hostCalls).toEqual(['dispose', 'close']);
    await runOnNew({ snapshot: { revisionId: 'revision-2' } });
    expect(hostCalls).toEqual(['dispose', 'close']);
  });

  it('is ended at once where it is idle, other versions are not', async () => {
    const { dispatcher, hostCalls } = open();
    await runOnNew();
    dispatcher.retire(functionArn, '7', 'revision-2');
    await settle();
    expect(hostCalls).toEqual([]);
    dispatcher.retire(functionArn, '$LATEST', 'revision-2');
    await settle();
    expect(hostCalls).toEqual(['dispose', 'close']);
  });

  it('includes every revision when the function is deleted', async () => {
    const { dispatcher, hostCalls } = open();
    await runOnNew();
    dispatcher.retire(functionArn, '$LATEST');
    await settle();
    expect(hostCalls).toEqual(['dispose', 'close']);
  });
});

describe('provisioned concurrency', () => {
  it('is ready when all environments are, also those that an earlier call has started', async () => {
    const { dispatcher, processes, next } = open();
    const first = dispatcher.provision(createSnapshot(), 1);
    let isReady = false;
    const second = dispatcher.provision(createSnapshot(), 1).then(() => {
      isReady = true;
    });
    await settle();
    expect(processes).toHaveLength(1);
    expect(isReady).toBe(false);
    void next();
    await Promise.all([first, second]);
  });

  it('replaces an environment that died', async () => {
    const { dispatcher, processes, next, runtime } = open();
    const ready = dispatcher.provision(createSnapshot(), 1);
    await settle();
    void next();
    await ready;
    await runtime().exit({ exitCode: 1 });
    await settle();
    expect(processes).toHaveLength(2);
  });

  it('does not try a failing init again and again', async () => {
    const { dispatcher, processes, runtime } = open();
    const failed = dispatcher.provision(createSnapshot(), 1).catch((error: Error) => error);
    await settle();
    await runtime().exit({ exitCode: 1 });
    expect(await failed).toMatchObject({ code: 'function-error' });
    await settle();
    expect(processes).toHaveLength(1);
  });

  it('outlives the idle time and goes with its setting', async () => {
    const { dispatcher, clock, next, hostCalls } = open({ settings: { idleEndMs: 1000 } });
    const ready = dispatcher.provision(createSnapshot(), 1);
    await settle();
    void next();
    await ready;
    await clock.advance(5000);
    expect(hostCalls).toEqual([]);
    await dispatcher.provision(createSnapshot(), 0);
    await settle();
    expect(hostCalls).toEqual(['dispose', 'close']);
  });

  it('is given up when the service is disposed of before it is ready', async () => {
    const { dispatcher } = open();
    const failed = dispatcher.provision(createSnapshot(), 1).catch((error: Error) => error);
    await settle();
    await driven.dispose();
    expect(await failed).toMatchObject({ code: 'interrupted' });
  });
});

describe('a caller that comes back before its environment is free', () => {
  async function answered(): Promise<void> {
    const { outcome } = driven.start();
    await settle();
    const { requestId } = await driven.next();
    driven.api().runtime.beginResponse(requestId);
    driven.api().runtime.completeResponse(requestId, Buffer.from('1'), undefined);
    await outcome;
  }

  it('waits a moment for it', async () => {
    const { start, clock, next, processes } = open();
    await answered();
    const { outcome } = start();
    await clock.advance(199);
    const { requestId } = await next();
    await finish(requestId);
    await outcome;
    expect(processes).toHaveLength(1);
  });

  it('gets a new one when that takes too long', async () => {
    const { start, clock, processes } = open();
    await answered();
    start();
    await clock.advance(200);
    expect(processes).toHaveLength(2);
  });

  it('gets a new one when it breaks down meanwhile', async () => {
    const { start, runtime, processes } = open();
    await answered();
    start();
    driven.dispatcher.retire(functionArn, '$LATEST', 'revision-1');
    driven.dispatcher.retire(functionArn, '$LATEST');
    await runtime().exit({ exitCode: 1 });
    await settle();
    expect(processes).toHaveLength(2);
  });
});

it('rejects an invocation whose environment cannot be opened, and frees its place', async () => {
  const { createDispatcher } = await import('../../../../src/local/core/dispatcher.js');
  const { clock } = open();
  let isClosed = false;
  const dispatcher = createDispatcher({
    clock,
    launcher: {
      open: async ({ openRuntimeApi }) => {
        await openRuntimeApi();
        throw new Error('the disk is full');
      },
    },
    openListener: async () => ({
      address: '127.0.0.1:1',
      close: async () => {
        isClosed = true;
      },
    }),
    sink: () => undefined,
    newId: () => crypto.randomUUID(),
  });
  const { createRequest } = await import('../../../service/lifecycle-service.js');
  for (let attempt = 0; attempt < 2; attempt++) {
    const { outcome, completion } = dispatcher.invoke(createRequest({}), { reserved: 1, unreserved: 0 });
    await expect(outcome).rejects.toThrow('the disk is full');
    await expect(completion).rejects.toThrow('the disk is full');
  }
  await dispatcher.dispose();
  expect(isClosed).toBe(true);
});
