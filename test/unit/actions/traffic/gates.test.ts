import { describe, expect, it } from 'vitest';
import { createGates, type GateSettings } from '../../../../src/actions/traffic/gates.js';

const watched = { functionName: 'hello', alias: 'live', version: '2' };

/** Gates over what CloudWatch says at the moment. */
function gatesWith(
  settings: Partial<GateSettings>,
  states: Record<string, string>,
  metrics = { invocations: 0, errors: 0 },
) {
  return createGates({ alarms: [], ignoresCurrentAlarm: false, ...settings }, watched, {
    calls: { invoke: async () => ({ $metadata: {} }) },
    health: { alarmStates: async () => states, versionMetrics: async () => metrics },
    runCommandLine: async () => ({ exitCode: 0, output: '' }),
    signal: new AbortController().signal,
    now: () => 0,
  });
}

describe('the gate of alarms', () => {
  it('keeps a shift from beginning while one is red, unless the new version may be its cure', async () => {
    await expect(gatesWith({ alarms: ['a', 'b'] }, { a: 'OK', b: 'ALARM' }).open()).rejects.toThrow(
      'the alarm b is in ALARM already',
    );
    const states = { a: 'OK', b: 'ALARM' };
    const gates = gatesWith({ alarms: ['a', 'b'], ignoresCurrentAlarm: true }, states);
    await gates.open();
    await gates.lookAtAlarms();
    states.b = 'OK';
    await gates.lookAtAlarms();
    states.b = 'ALARM';
    await expect(gates.lookAtAlarms()).rejects.toThrow('the alarm b went to ALARM');
  });

  it('lets pass what has too few data', async () => {
    const gates = gatesWith({ alarms: ['a'] }, { a: 'INSUFFICIENT_DATA' });
    await gates.open();
    await expect(gates.lookAtAlarms()).resolves.toBeUndefined();
  });
});

describe('the gate of the error rate', () => {
  it.each([
    [{ invocations: 100, errors: 5 }, undefined],
    [{ invocations: 0, errors: 0 }, undefined],
    [{ invocations: 100, errors: 6 }, '6.0 % of 100 invocations of version 2 failed; 5 % are allowed'],
  ])('compares failures with invocations: %j', async (metrics, reason) => {
    const outcome = gatesWith({ maxErrorRate: 0.05 }, {}, metrics).conclude(0, {});
    await (reason === undefined ? expect(outcome).resolves.toBeUndefined() : expect(outcome).rejects.toThrow(reason));
  });
});
