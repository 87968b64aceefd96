import { afterEach, describe, expect, it } from 'vitest';
import { createLifecycleService, type LifecycleServiceOptions } from './lifecycle-service.js';

let service: ReturnType<typeof createLifecycleService>;

function open(options: LifecycleServiceOptions = {}) {
  service = createLifecycleService(options);
  return service;
}

afterEach(async () => {
  await service.dispatcher.dispose();
  expect([...service.pids], 'processes that outlived dispose').toEqual([]);
});

describe('an invocation', () => {
  it('starts an environment, answers, and reports START to REPORT in order', async () => {
    const { invoke, types } = open();
    const { json, outcome, report, log } = await invoke({ do: 'echo', value: 1 });
    expect(json).toMatchObject({ value: 1, count: 1, id: outcome.requestId });
    expect(outcome).toMatchObject({ executedVersion: '$LATEST' });
    expect(outcome).not.toHaveProperty('functionError');
    expect(types()).toEqual([
      'platform.initStart',
      'platform.initRuntimeDone',
      'platform.initReport',
      'platform.start',
      'platform.runtimeDone',
      'platform.report',
    ]);
    expect(report).toMatchObject({ status: 'success', memorySizeMb: 128, maxMemoryUsedMb: 50 });
    expect(report.billedDurationMs).toBe(Math.ceil(report.durationMs + report.initDurationMs!));
    expect(log).toMatch(/^START RequestId: .+ Version: \$LATEST\nEND RequestId: .+\nREPORT RequestId: .+Init Duration/);
  });

  it('uses a warm environment again', async () => {
    const { invoke, pids } = open();
    const first = await invoke({});
    const second = await invoke({});
    expect(first.json).toMatchObject({ count: 1 });
    expect(second.json).toMatchObject({ count: 2, pid: (first.json as { pid: number }).pid });
    expect(second.report).not.toHaveProperty('initDurationMs');
    expect(pids.size).toBe(1);
  });

  it('uses the environment again for a caller that waited only for the answer', async () => {
    const { start, pids } = open({ settings: { reuseGraceMs: 10_000 } });
    for (let round = 0; round < 20; round++) await start({}).outcome;
    expect(pids.size).toBe(1);
  });

  it('hands an error of the handler on, byte for byte, and keeps the process', async () => {
    const { invoke, pids } = open();
    const failed = await invoke({ do: 'throw' });
    expect(failed.outcome.functionError).toBe('Unhandled');
    expect(failed.text).toBe('{"errorMessage":"boom","errorType":"Error","trace":[]}');
    expect(failed.report).toMatchObject({ status: 'error', errorType: 'Runtime.Unknown' });
    expect(failed.log).not.toContain('Status:');
    expect((await invoke({})).json).toMatchObject({ count: 2 });
    expect(pids.size).toBe(1);
  });

  it.each([
    [{ do: 'exit', code: 0 }, 'Runtime exited without providing a reason'],
    [{ do: 'exit', code: 3 }, 'Runtime exited with error: exit status 3'],
    [{ do: 'signal', signal: 'SIGSEGV' }, 'Runtime exited with error: signal: segmentation fault'],
    [{ do: 'signal', signal: 'SIGKILL' }, 'Runtime exited with error: signal: killed'],
    [{ do: 'signal', signal: 'SIGABRT' }, 'Runtime exited with error: signal: aborted'],
  ])('reports the end of the process in %j', async (event, text) => {
    const { invoke } = open();
    const { json, outcome, report, log } = await invoke(event);
    const errorMessage = `RequestId: ${outcome.requestId} Error: ${text}`;
    expect(JSON.stringify(json)).toBe(JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage }));
    expect(outcome.functionError).toBe('Unhandled');
    expect(report).toMatchObject({ status: 'error', errorType: 'Runtime.ExitError' });
    expect(log).toContain('\tStatus: error\tError Type: Runtime.ExitError\n');
    expect((await invoke({})).json).toMatchObject({ count: 1 });
  });

  it.each(['hang', 'busy'])('ends a function that is over its time (%s)', async (action) => {
    const { invoke } = open();
    await invoke({});
    const startedAt = performance.now();
    const { json, outcome, report, log } = await invoke({ do: action }, { snapshot: { timeoutSeconds: 1 } });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1000);
    expect(performance.now() - startedAt).toBeLessThan(1250);
    expect(json).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${outcome.requestId} Error: Task timed out after 1.00 seconds`,
    });
    expect(report).toMatchObject({ status: 'timeout', durationMs: 1000, billedDurationMs: 1000 });
    expect(log).toContain('\tStatus: timeout\n');
    expect((await invoke({})).json).toMatchObject({ count: 1 });
  });
});
