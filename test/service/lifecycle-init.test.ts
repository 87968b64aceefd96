import { afterEach, describe, expect, it } from 'vitest';
import { LaunchFailure } from '../../src/local/core/ports.js';
import { createLifecycleService, type LifecycleServiceOptions } from './lifecycle-service.js';

let service: ReturnType<typeof createLifecycleService>;

function open(options: LifecycleServiceOptions = {}) {
  service = createLifecycleService(options);
  return service;
}

/** What the runtime is told, one entry for each of its starts; the last one for all that follow. */
function inTurn(...steps: readonly Readonly<Record<string, string>>[]) {
  let index = -1;
  return () => {
    index = Math.min(index + 1, steps.length - 1);
    return steps[index]!;
  };
}

afterEach(async () => {
  await service.dispatcher.dispose();
  expect([...service.pids], 'processes that outlived dispose').toEqual([]);
});

describe('the init phase', () => {
  it('runs a second time inside the invocation when it failed, and reports the error of the runtime', async () => {
    const { invoke, types, runtimePids, events } = open({ variables: { INIT_DO: 'error' } });
    const { text, report, log, outcome } = await invoke({});
    expect(text).toBe('{"errorMessage":"no module","errorType":"Runtime.ImportModuleError"}');
    expect(outcome.functionError).toBe('Unhandled');
    expect(runtimePids).toHaveLength(2);
    expect(report).toMatchObject({ status: 'error', errorType: 'Runtime.ImportModuleError' });
    expect(report.billedDurationMs).toBe(Math.ceil(report.durationMs));
    expect(report).not.toHaveProperty('initDurationMs');
    expect(types()).toEqual([
      'platform.initStart',
      'platform.initRuntimeDone',
      'platform.initReport',
      'platform.initStart',
      'platform.initRuntimeDone',
      'platform.initReport',
      'platform.start',
      'platform.runtimeDone',
      'platform.report',
    ]);
    expect(events[2]!.event).toMatchObject({ phase: 'init', status: 'error', errorType: 'Runtime.ImportModuleError' });
    expect(events[5]!.event).toMatchObject({ phase: 'invoke', status: 'error' });
    expect(log).toContain('\tStatus: error\tError Type: Runtime.ImportModuleError\n');
  });

  it('repeats with each invocation until it succeeds, and then counts into the duration', async () => {
    const { invoke, runtimePids } = open({
      variables: inTurn({ INIT_DO: 'exit', INIT_CODE: '3' }, { INIT_DO: 'exit', INIT_CODE: '4' }, { INIT_DO: 'log' }),
    });
    const failed = await invoke({});
    expect(failed.json).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${failed.outcome.requestId} Error: Runtime exited with error: exit status 4`,
    });
    const repeated = await invoke({});
    expect(repeated.json).toMatchObject({ count: 1 });
    expect(repeated.report.status).toBe('success');
    expect(repeated.report).not.toHaveProperty('initDurationMs');
    expect(repeated.log).not.toContain('initialising');
    expect((await invoke({})).json).toMatchObject({ count: 2 });
    expect(runtimePids).toHaveLength(3);
  });

  it('succeeds in the second run when only the first one failed', async () => {
    const { invoke, events } = open({ variables: inTurn({ INIT_DO: 'exit', INIT_CODE: '1' }, {}) });
    const { json, report } = await invoke({});
    expect(json).toMatchObject({ count: 1 });
    expect(report).toMatchObject({ status: 'success', billedDurationMs: Math.ceil(report.durationMs) });
    expect(events.filter(({ event }) => event.type === 'platform.initReport').map(({ event }) => event)).toMatchObject([
      { phase: 'init', status: 'error', errorType: 'Runtime.ExitError' },
      { phase: 'invoke', status: 'success' },
    ]);
  });

  it('ends at its limit, and the second run at the timeout of the function', async () => {
    const { invoke, events } = open({ variables: { INIT_DO: 'hang' }, settings: { initTimeoutMs: 400 } });
    const startedAt = performance.now();
    const { json, report, outcome } = await invoke({}, { snapshot: { timeoutSeconds: 1 } });
    expect(performance.now() - startedAt).toBeLessThan(1900);
    expect(json).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${outcome.requestId} Error: Task timed out after 1.00 seconds`,
    });
    expect(report).toMatchObject({ status: 'timeout', durationMs: 1000 });
    const reports = events.filter(({ event }) => event.type === 'platform.initReport').map(({ event }) => event);
    expect(reports).toMatchObject([
      { phase: 'init', status: 'timeout' },
      { phase: 'invoke', status: 'timeout' },
    ]);
  });

  it('fails with the reason for which the runtime could not be started', async () => {
    const text = "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]";
    const { invoke } = open({ launchFailure: new LaunchFailure('Runtime.InvalidEntrypoint', text) });
    const { json, outcome, report } = await invoke({});
    expect(json).toEqual({
      errorType: 'Runtime.InvalidEntrypoint',
      errorMessage: `RequestId: ${outcome.requestId} Error: ${text}`,
    });
    expect(report).toMatchObject({ status: 'error', errorType: 'Runtime.InvalidEntrypoint' });
  });

  it('runs ahead of the invocations for provisioned concurrency', async () => {
    const { dispatcher, invoke, events, runtimePids, stream } = open();
    const { createSnapshot } = await import('./lifecycle-service.js');
    await dispatcher.provision(createSnapshot(), 2);
    expect(runtimePids).toHaveLength(2);
    expect(events[0]!.event).toMatchObject({ initializationType: 'provisioned-concurrency' });
    const [first, second] = await Promise.all([invoke({ do: 'echo' }), stream({}).completion]);
    expect(first.report).not.toHaveProperty('initDurationMs');
    expect(second.report.status).toBe('success');
    expect(runtimePids).toHaveLength(2);
    await dispatcher.provision(createSnapshot(), 0);
    await invoke({});
    expect(runtimePids).toHaveLength(3);
  });

  it('rejects provisioning when init fails', async () => {
    const { dispatcher, pids } = open({ variables: { INIT_DO: 'exit', INIT_CODE: '2' } });
    const { createSnapshot } = await import('./lifecycle-service.js');
    await expect(dispatcher.provision(createSnapshot(), 1)).rejects.toThrow('exit status 2');
    expect(pids.size).toBe(0);
  });
});

describe('a restored environment', () => {
  const snapStart = { snapStart: true, version: '3' };

  it('shows the restore instead of the init', async () => {
    const { invoke, types, log } = { log: '', ...open({ variables: { INIT_DO: 'restore' } }) };
    expect(log).toBe('');
    const { report, json, log: tail } = await invoke({}, { snapshot: snapStart });
    expect(json).toMatchObject({ count: 1 });
    expect(types()).toEqual([
      'platform.restoreStart',
      'platform.restoreRuntimeDone',
      'platform.restoreReport',
      'platform.start',
      'platform.runtimeDone',
      'platform.report',
    ]);
    expect(report.restoreDurationMs).toBeGreaterThan(0);
    expect(report).not.toHaveProperty('initDurationMs');
    expect(tail).toContain('Restore Duration: ');
  });

  it('takes a runtime without restore hooks', async () => {
    const { invoke, types } = open();
    expect((await invoke({}, { snapshot: snapStart })).json).toMatchObject({ count: 1 });
    expect(types().slice(0, 3)).toEqual([
      'platform.restoreStart',
      'platform.restoreRuntimeDone',
      'platform.restoreReport',
    ]);
  });

  it('rejects the invocation when a hook fails, without a second try', async () => {
    const { start, types } = open({ variables: { INIT_DO: 'restore-error' } });
    const { outcome, completion } = start({}, { snapshot: snapStart });
    await expect(outcome).rejects.toMatchObject({ name: 'SnapStartException' });
    await expect(completion).rejects.toMatchObject({ name: 'SnapStartException' });
    expect(types()).toEqual(['platform.restoreStart', 'platform.restoreRuntimeDone', 'platform.restoreReport']);
  });
});
