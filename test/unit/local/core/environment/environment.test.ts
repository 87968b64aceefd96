import { afterEach, describe, expect, it } from 'vitest';
import { settle } from './fake-clock.js';
import { createHandDriven, type HandDriven, type HandDrivenOptions } from './hand-driven.js';

let driven: HandDriven;

function open(options: HandDrivenOptions = {}): HandDriven {
  driven = createHandDriven(options);
  return driven;
}

afterEach(async () => {
  await driven.dispose();
  expect(driven.clock.pending, 'timers left after dispose').toBe(0);
});

/** Answers the current invocation as the runtime would. */
async function respond(requestId: string, body = '"ok"'): Promise<void> {
  driven.api().runtime.beginResponse(requestId);
  driven.api().runtime.completeResponse(requestId, Buffer.from(body), 'application/json');
  await settle();
}

describe('time limits', () => {
  it('measures the timeout from the delivery of the event, not from the launch', async () => {
    const { clock, start, next } = open();
    const { outcome, completion } = start({ snapshot: { timeoutSeconds: 3 } });
    await clock.advance(9_000);
    const event = await next();
    expect(event.deadlineMs).toBe(clock.now() + 3000);
    await clock.advance(2_999);
    expect(driven.types()).not.toContain('platform.report');
    await clock.advance(1);
    expect(Buffer.from((await outcome).payload).toString()).toContain('Task timed out after 3.00 seconds');
    expect((await completion).report).toMatchObject({
      status: 'timeout',
      durationMs: 3000,
      initDurationMs: 9000,
      billedDurationMs: 12_000,
      maxMemoryUsedMb: 11,
    });
    expect(driven.signals).toEqual(['12000 runtime SIGKILL']);
  });

  it('ends init after ten seconds and runs it again inside the invocation', async () => {
    const { clock, start, next, processes, events } = open();
    const { completion } = start({ snapshot: { timeoutSeconds: 20 } });
    await clock.advance(9_999);
    expect(processes).toHaveLength(1);
    await clock.advance(1);
    expect(processes).toHaveLength(2);
    await clock.advance(11_000);
    const event = await next();
    expect(event.deadlineMs).toBe(clock.now() + 9_000);
    await respond(event.requestId);
    void next();
    const { report } = await completion;
    expect(report).toMatchObject({ status: 'success', durationMs: 11_000, billedDurationMs: 11_000 });
    expect(report).not.toHaveProperty('initDurationMs');
    expect(events.filter(({ type }) => type === 'platform.initReport')).toMatchObject([
      { phase: 'init', status: 'timeout', durationMs: 10_000 },
      { phase: 'invoke', status: 'success', durationMs: 11_000 },
    ]);
  });

  it('gives init ahead of time 130 seconds', async () => {
    const { clock, dispatcher, next } = open();
    const { createSnapshot } = await import('../../../../service/lifecycle-service.js');
    const ready = dispatcher.provision(createSnapshot(), 1);
    await clock.advance(129_000);
    void next();
    await ready;
    const failing = dispatcher.provision(createSnapshot({ functionName: 'slow' }), 1).catch((error: Error) => error);
    await clock.advance(130_000);
    expect(await failing).toMatchObject({ code: 'function-error' });
  });

  it('gives a restore ten seconds, and only one try', async () => {
    const { clock, start, api, processes } = open();
    const { outcome } = start({ snapshot: { snapStart: true, timeoutSeconds: 60 } });
    const failed = outcome.catch((error: Error) => error);
    await settle();
    void api().runtime.restoreNext(new AbortController().signal);
    await clock.advance(10_000);
    await clock.advance(2_000); // the shutdown of the environment
    expect(await failed).toMatchObject({ name: 'SnapStartTimeoutException' });
    expect(processes).toHaveLength(1);
  });

  it('stands still while a debugger holds the process', async () => {
    let pausedMs = 0;
    const { clock, start, next } = open({ settings: { debuggerPausedMs: () => pausedMs } });
    const { completion } = start({ snapshot: { timeoutSeconds: 1 } });
    await settle();
    await next();
    await clock.advance(900);
    for (let second = 0; second < 60; second++) {
      pausedMs += 1000;
      await clock.advance(1000);
    }
    expect(driven.types()).not.toContain('platform.report');
    await clock.advance(99);
    expect(driven.types()).not.toContain('platform.report');
    await clock.advance(1_000);
    expect((await completion).report.status).toBe('timeout');
  });

  it('waits half a second for the end of a runtime that reported an init error', async () => {
    const { clock, start, api, processes } = open();
    start();
    await settle();
    api().runtime.initError({ errorTypeHeader: 'Runtime.Bad', body: Buffer.from('{}'), contentType: undefined });
    await clock.advance(499);
    expect(processes).toHaveLength(1);
    await clock.advance(1);
    expect(processes).toHaveLength(2);
  });
});

describe('the end of the processes', () => {
  async function warm(): Promise<void> {
    const { completion } = driven.start();
    await settle();
    for (const extension of driven.processes.filter(({ extensionName }) => extensionName !== undefined)) {
      register(extension.extensionName!, ['INVOKE', 'SHUTDOWN']);
    }
    await settle();
    const { requestId } = await poll();
    await respond(requestId);
    void driven.next();
    for (const identifier of identifiers.values()) ask(identifier);
    await completion;
  }

  const identifiers = new Map<string, string>();

  function register(name: string, events: readonly string[]): void {
    const { identifier } = driven.api().extensions.register(name, events);
    identifiers.set(name, identifier);
  }

  function ask(identifier: string): void {
    driven
      .api()
      .extensions.next(identifier, new AbortController().signal)
      .catch(() => undefined);
  }

  /** The runtime and every extension ask for the next event. */
  async function poll() {
    const event = driven.next();
    for (const identifier of identifiers.values()) ask(identifier);
    return event;
  }

  afterEach(() => identifiers.clear());

  it('is immediate without extensions', async () => {
    open();
    await warm();
    const disposed = driven.dispatcher.dispose();
    await settle();
    await disposed;
    expect(driven.signals).toEqual(['0 runtime SIGKILL']);
    expect(driven.hostCalls).toEqual(['dispose', 'close']);
  });

  it('gives a runtime with an internal extension half a second after SIGTERM', async () => {
    open();
    const { completion } = driven.start();
    await settle();
    register('internal', []);
    const { requestId } = await poll();
    await respond(requestId);
    void driven.next();
    await completion;
    const disposed = driven.dispatcher.dispose();
    await driven.clock.advance(2000);
    await disposed;
    expect(driven.signals).toEqual(['0 runtime SIGTERM', '500 runtime SIGKILL']);
  });

  it('gives the runtime 300 ms and external extensions the rest of two seconds', async () => {
    open({ extensionNames: ['watcher'] });
    await warm();
    const shutdown = driven.api().extensions.next(identifiers.get('watcher'), new AbortController().signal);
    const disposed = driven.dispatcher.dispose();
    await driven.clock.advance(300);
    expect(await shutdown).toMatchObject({
      event: { eventType: 'SHUTDOWN', shutdownReason: 'spindown', deadlineMs: driven.clock.now() + 1700 },
    });
    await driven.clock.advance(5000);
    await disposed;
    expect(driven.signals).toEqual(['0 runtime SIGTERM', '300 runtime SIGKILL', '2000 watcher SIGKILL']);
  });

  it('kills an extension without interest in SHUTDOWN at once after the runtime', async () => {
    open({ extensionNames: ['silent'], endsAtSigterm: true });
    const { completion } = driven.start();
    await settle();
    register('silent', []);
    await settle();
    const { requestId } = await poll();
    await respond(requestId);
    void driven.next();
    await completion;
    const disposed = driven.dispatcher.dispose();
    await driven.clock.advance(5000);
    await disposed;
    expect(driven.signals).toEqual(['0 runtime SIGTERM', '0 runtime SIGKILL', '0 silent SIGKILL']);
  });

  it('stops what a launch under way has started when it is disposed of', async () => {
    open();
    const { outcome } = driven.start();
    const failed = outcome.catch((error: Error) => error);
    const disposed = driven.dispatcher.dispose();
    await driven.clock.advance(100);
    await disposed;
    expect(await failed).toMatchObject({ code: 'interrupted' });
    expect(driven.hostCalls).toEqual(['dispose', 'close']);
  });
});

describe('the first cause', () => {
  it('decides, whatever follows', async () => {
    const { clock, start, next, runtime } = open();
    const { outcome, completion } = start({ snapshot: { timeoutSeconds: 1 } });
    await settle();
    const { requestId } = await next();
    await respond(requestId, '"done"');
    await runtime().exit({ exitCode: 1 });
    await clock.advance(5_000);
    expect(Buffer.from((await outcome).payload).toString()).toBe('"done"');
    expect((await completion).report).toMatchObject({ status: 'error', errorType: 'Runtime.ExitError' });
  });

  it('is the exit when response and timeout come later', async () => {
    const { clock, start, next, runtime, api } = open();
    const { outcome } = start({ snapshot: { timeoutSeconds: 1 } });
    await settle();
    const { requestId } = await next();
    const runtimeApi = api().runtime;
    await runtime().exit({ signal: 'SIGSEGV' });
    expect(() => runtimeApi.beginResponse(requestId)).toThrow();
    await clock.advance(5_000);
    expect(Buffer.from((await outcome).payload).toString()).toContain('signal: segmentation fault');
  });

  it('names memory when the process died for lack of it', async () => {
    const { start, next, runtime } = open();
    const { completion } = start();
    await settle();
    await next();
    await runtime().exit({ signal: 'SIGKILL', isOutOfMemory: true });
    const { outcome, report } = await completion;
    expect(report).toMatchObject({ status: 'error', errorType: 'Runtime.OutOfMemory', maxMemoryUsedMb: 128 });
    expect(JSON.parse(Buffer.from(outcome.payload).toString())).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${outcome.requestId} Error: Runtime exited with error: signal: killed`,
    });
  });
});

describe('Max Memory Used', () => {
  it('is never nothing', async () => {
    const { start, runtime } = open({ maxMemoryBytes: 0 });
    const { completion } = start();
    await settle();
    await runtime().exit({ exitCode: 7 });
    await runtime().exit({ exitCode: 7 });
    expect((await completion).report.maxMemoryUsedMb).toBe(1);
  });
});

describe('a process that ends at the worst moment', () => {
  const exit = () => void driven.runtime().exit({ exitCode: 2 });

  it('just when init was over is started again inside the invocation', async () => {
    const { start, next, processes, events, atSettling } = open();
    const { outcome } = start();
    await settle();
    atSettling.push(exit);
    void next();
    await settle();
    expect(processes).toHaveLength(2);
    const { requestId } = await next();
    await respond(requestId, '"second"');
    expect(Buffer.from((await outcome).payload).toString()).toBe('"second"');
    expect(events.filter(({ type }) => type === 'platform.initReport')).toMatchObject([
      { phase: 'init', status: 'success' },
      { phase: 'invoke', status: 'success' },
    ]);
  });

  it('just when init inside the invocation was over fails it', async () => {
    const { start, next, runtime, atSettling } = open();
    const { outcome } = start();
    await settle();
    await runtime().exit({ exitCode: 1 });
    atSettling.push(exit);
    void next();
    expect(Buffer.from((await outcome).payload).toString()).toContain('exit status 2');
  });

  it('just when the invocation was over is replaced for the next one', async () => {
    const { start, next, processes, atSettling } = open();
    const first = start();
    await settle();
    const { requestId } = await next();
    await respond(requestId);
    atSettling.push(() => queueMicrotask(() => queueMicrotask(exit)));
    void next();
    await first.completion;
    await settle();
    const second = start();
    await settle();
    expect(processes).toHaveLength(2);
    const event = await next();
    await respond(event.requestId, '"fine"');
    expect(Buffer.from((await second.outcome).payload).toString()).toBe('"fine"');
  });

  it('is no reason to wait longer than the timeout', async () => {
    const { clock, start, next, runtime, atSettling } = open();
    const { outcome } = start({ snapshot: { timeoutSeconds: 1 } });
    await settle();
    await runtime().exit({ exitCode: 1 });
    await clock.advance(999);
    atSettling.push(() => void clock.advance(1));
    void next();
    expect(Buffer.from((await outcome).payload).toString()).toContain('Task timed out after 1.00 seconds');
  });
});

describe('a warm environment', () => {
  async function warm(): Promise<void> {
    const { completion } = driven.start();
    await settle();
    const { requestId } = await driven.next();
    await respond(requestId);
    await completionAfterNext(completion);
  }

  async function completionAfterNext(completion: Promise<unknown>): Promise<void> {
    void driven.next();
    await completion;
    await settle();
  }

  it('that is killed right after it got an event has its invocation run elsewhere', async () => {
    const { start, runtime, next, processes, types } = open();
    await warm();
    const { outcome } = start();
    await settle();
    await runtime().exit({ signal: 'SIGKILL' });
    await settle();
    expect(processes).toHaveLength(2);
    const { requestId } = await next();
    await respond(requestId, '"elsewhere"');
    expect(Buffer.from((await outcome).payload).toString()).toBe('"elsewhere"');
    expect(types().filter((type) => type === 'platform.start')).toHaveLength(3);
    expect(types().filter((type) => type === 'platform.report')).toHaveLength(2);
  });

  it.each([
    ['it had written something', async () => driven.runtime().events.onOutput(Buffer.from('started\n'))],
    ['it had begun its response', async (id: string) => driven.api().runtime.beginResponse(id)],
    ['it ran for a while', async () => driven.clock.advance(500)],
  ])('that is killed after %s reports it', async (_why, act) => {
    const { start, runtime } = open();
    await warm();
    const invocation = start();
    await settle();
    await act(currentRequestId());
    await runtime().exit({ signal: 'SIGKILL' });
    expect(Buffer.from((await invocation.outcome).payload).toString()).toContain('signal: killed');
  });

  function currentRequestId(): string {
    const start = driven.events.findLast(({ type }) => type === 'platform.start')!;
    return start.type === 'platform.start' ? start.requestId : '';
  }

  it('is frozen while it is idle', async () => {
    const { clock, hostCalls, start, next } = open({ settings: { freezeAfterIdleMs: 100 } });
    await warm();
    await clock.advance(100);
    expect(hostCalls).toEqual(['freeze']);
    const { completion, request } = start() as ReturnType<HandDriven['start']> & { request: { requestId: string } };
    expect(hostCalls).toEqual(['freeze', 'thaw']);
    await respond(request.requestId);
    void next();
    await completion;
    await clock.advance(100);
    expect(hostCalls).toEqual(['freeze', 'thaw', 'freeze']);
  });

  it('is thawed before it is shut down', async () => {
    const { clock, hostCalls } = open({ settings: { freezeAfterIdleMs: 100 } });
    await warm();
    await clock.advance(100);
    await driven.dispose();
    expect(hostCalls).toEqual(['freeze', 'thaw', 'dispose', 'close']);
  });

  it('is ended after its idle time, and the one used last is used first', async () => {
    const { clock, start, next, hostCalls } = open({ settings: { idleEndMs: 1000 } });
    await warm();
    await clock.advance(900);
    const { completion, request } = start() as ReturnType<HandDriven['start']> & { request: { requestId: string } };
    await respond(request.requestId);
    void next();
    await completion;
    await clock.advance(999);
    expect(hostCalls).toEqual([]);
    await clock.advance(1);
    expect(hostCalls).toEqual(['dispose', 'close']);
  });
});

describe('extensions', () => {
  it('close their registration with init', async () => {
    const { start, next, api } = open();
    start();
    await settle();
    const { requestId } = await next();
    expect(() => api().extensions.register('late', [])).toThrow(
      expect.objectContaining({ errorType: 'Extension.RegistrationClosed' }),
    );
    expect(api().telemetry.isSubscriptionOpen).toBe(false);
    await respond(requestId);
  });

  it('that cannot be started fail init, and the runtime is not started', async () => {
    const { clock, start, processes, events } = open({ extensionNames: ['a', 'b'], brokenExtension: 'b' });
    const { completion } = start({ snapshot: { timeoutSeconds: 60 } });
    await clock.advance(10_000);
    const { outcome, report } = await completion;
    expect(JSON.parse(Buffer.from(outcome.payload).toString())).toEqual({
      errorType: 'Extension.LaunchError',
      errorMessage: `RequestId: ${outcome.requestId} Error: permission denied`,
    });
    expect(report).toMatchObject({ status: 'failure', errorType: 'Extension.LaunchError' });
    expect(processes.map(({ extensionName }) => extensionName)).toEqual(['a', 'a']);
    expect(events.find(({ type }) => type === 'platform.extension')).toMatchObject({
      name: 'b',
      state: 'LaunchError',
      errorType: 'Extension.LaunchError',
    });
  });

  it('must all register before the runtime starts', async () => {
    const { start, api, processes } = open({ extensionNames: ['a', 'b'] });
    start();
    await settle();
    api().extensions.register('a', []);
    await settle();
    expect(processes.map(({ extensionName }) => extensionName)).toEqual(['a', 'b']);
    api().extensions.register('b', []);
    await settle();
    expect(processes.map(({ extensionName }) => extensionName)).toEqual(['a', 'b', undefined]);
  });

  it('are replayed what happened before they subscribed', async () => {
    const { start, api } = open({ extensionNames: ['a'] });
    start();
    await settle();
    const seen: string[] = [];
    api().telemetry.subscribe(({ event }) => seen.push(event.type));
    expect(seen).toEqual(['platform.initStart']);
    expect(api().telemetry.isSubscriptionOpen).toBe(true);
  });

  it('hear when the shutdown phase begins and when it is over', async () => {
    const { start, next, api, runtime } = open();
    start();
    await settle();
    await next();
    const moments: string[] = [];
    api().telemetry.onShutdown((moment) => moments.push(moment));
    await runtime().exit({ exitCode: 1 });
    expect(moments).toEqual(['begins', 'is-over']);
  });
});

describe('restore calls', () => {
  it('do not exist without SnapStart', async () => {
    const { start, api } = open();
    start();
    await settle();
    expect(() => api().runtime.restoreNext(new AbortController().signal)).toThrow(
      expect.objectContaining({ status: 404 }),
    );
  });
});
