import { afterEach, describe, expect, it } from 'vitest';
import { createLifecycleService, type LifecycleServiceOptions } from './lifecycle-service.js';

let service: ReturnType<typeof createLifecycleService>;

function open(options: LifecycleServiceOptions) {
  service = createLifecycleService(options);
  return service;
}

afterEach(async () => {
  await service.dispatcher.dispose();
  expect([...service.pids], 'processes that outlived dispose').toEqual([]);
});

const lines = () =>
  service.events.flatMap(({ event }) => (event.type === 'extension' ? [`${event.name}: ${event.text.trimEnd()}`] : []));

describe('external extensions', () => {
  it('get INVOKE with each invocation and SHUTDOWN at the end', async () => {
    const { invoke, dispatcher, types, events } = open({ extensions: { watcher: {} } });
    const { outcome, report } = await invoke({});
    expect(report.status).toBe('success');
    expect(types().slice(0, 4)).toEqual([
      'platform.initStart',
      ...types().slice(1, 3).toSorted(),
      'platform.initReport',
    ]);
    expect(types().slice(1, 3).toSorted()).toEqual(['platform.extension', 'platform.initRuntimeDone']);
    expect(events.find(({ event }) => event.type === 'platform.extension')!.event).toEqual({
      type: 'platform.extension',
      name: 'watcher',
      state: 'Ready',
      events: ['INVOKE', 'SHUTDOWN'],
    });
    await dispatcher.dispose();
    expect(lines()).toEqual([`watcher: INVOKE ${outcome.requestId}`, 'watcher: SHUTDOWN spindown']);
  });

  it('delay the end of the invocation but not its answer', async () => {
    const { invoke, start, events } = open({ extensions: { slow: { EXTENSION_DO: 'slow' } } });
    await invoke({});
    const { outcome, completion } = start({});
    const first = await Promise.race([outcome.then(() => 'answer'), completion.then(() => 'end')]);
    expect(first).toBe('answer');
    const { report } = await completion;
    expect(report.durationMs).toBeGreaterThanOrEqual(290);
    const { event } = events.findLast((entry) => entry.event.type === 'platform.report')!;
    expect(event).toMatchObject({ spans: [{ name: 'extensionOverhead' }] });
    if (event.type === 'platform.report') expect(event.spans[0]!.durationMs).toBeGreaterThan(200);
  });

  it('are told that the runtime broke down while nothing ran', async () => {
    const { invoke, runtimePids } = open({ extensions: { watcher: {} } });
    await invoke({});
    process.kill(runtimePids.at(-1)!, 'SIGKILL');
    await expect.poll(lines, { timeout: 5000 }).toContain('watcher: SHUTDOWN failure');
  });

  it('are told of a timeout, and run into it themselves', async () => {
    const { invoke, runtimePids } = open({ extensions: { watcher: {}, idle: { EVENTS: '["SHUTDOWN"]' } } });
    await invoke({ do: 'hang' }, { snapshot: { timeoutSeconds: 1 } });
    expect((await invoke({})).json).toMatchObject({ count: 1 });
    expect(lines()).toContain('watcher: SHUTDOWN timeout');
    expect(lines()).toContain('idle: SHUTDOWN timeout');
    expect(lines().filter((line) => line.startsWith('idle: INVOKE'))).toEqual([]);
    expect(runtimePids).toHaveLength(2);
  });

  it('are told of a failure', async () => {
    const { invoke } = open({ extensions: { watcher: {} } });
    await invoke({ do: 'exit', code: 1 });
    await invoke({});
    expect(lines()).toContain('watcher: SHUTDOWN failure');
  });

  it('that never ask for the next event let the invocation run into its timeout', async () => {
    const { invoke } = open({ extensions: { stuck: { EXTENSION_DO: 'hang' } } });
    const { outcome, report } = await invoke({}, { snapshot: { timeoutSeconds: 1 } });
    expect(outcome).not.toHaveProperty('functionError');
    expect(report).toMatchObject({ status: 'timeout', durationMs: 1000 });
  });

  it.each([
    ['crash-in-invoke', 'Extension.Crash', 'exit code 5'],
    ['exit-error', 'Extension.Broken', 'Extension.Broken'],
  ])('fail the invocation when they break down (%s)', async (step, errorType, text) => {
    const { start, events } = open({ extensions: { bad: { EXTENSION_DO: step } } });
    const { completion } = start({ do: 'hang' });
    const { outcome, report } = await completion;
    expect(JSON.parse(Buffer.from(outcome.payload).toString())).toEqual({
      errorType,
      errorMessage: `RequestId: ${outcome.requestId} Error: ${text}`,
    });
    expect(report).toMatchObject({ status: 'failure', errorType });
    expect(events.filter(({ event }) => event.type === 'platform.extension').at(-1)!.event).toMatchObject({
      errorType,
    });
  });

  it.each([
    ['crash', 'Extension.Crash', 'exit code 3'],
    ['init-error', 'Extension.ConfigInvalid', 'Extension.ConfigInvalid'],
  ])('fail init when they break down in it (%s)', async (step, errorType, text) => {
    const { invoke, runtimePids } = open({ extensions: { bad: { EXTENSION_DO: step } } });
    const { json, outcome, report } = await invoke({});
    expect(json).toEqual({ errorType, errorMessage: `RequestId: ${outcome.requestId} Error: ${text}` });
    expect(report).toMatchObject({ errorType });
    if (step === 'crash') expect(runtimePids).toEqual([]);
  });

  it('can be ten at once', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `extension-${index}`);
    const { invoke, dispatcher } = open({ extensions: Object.fromEntries(names.map((name) => [name, {}])) });
    const { report } = await invoke({});
    expect(report.status).toBe('success');
    await dispatcher.dispose();
    for (const name of names) expect(lines()).toContain(`${name}: SHUTDOWN spindown`);
  });

  it('are killed when they do not end within the two seconds of the shutdown phase', async () => {
    const { invoke, dispatcher } = open({ extensions: { deaf: { EXTENSION_DO: 'ignore-shutdown' } } });
    await invoke({});
    const startedAt = performance.now();
    await dispatcher.dispose();
    expect(performance.now() - startedAt).toBeGreaterThan(1500);
    expect(performance.now() - startedAt).toBeLessThan(3000);
    expect(lines()).toContain('deaf: SHUTDOWN spindown');
  });
});
