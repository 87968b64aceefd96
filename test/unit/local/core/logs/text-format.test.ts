import { describe, expect, it } from 'vitest';
import { renderTextEvent } from '../../../../../src/local/core/logs/text-format.js';
import type { PlatformEvent } from '../../../../../src/local/core/platform-event.js';
import { at, identity, REQUEST_ID, RUNTIME_VERSION_ARN, reportEvent, TRACE_HEADER } from './events.js';

const context = { identity, tracingMode: 'PassThrough' as const };
const render = (event: PlatformEvent) => renderTextEvent(at(event), context);
const init = { initializationType: 'on-demand', phase: 'init' } as const;
const version = {
  runtimeVersion: 'python:3.13.v11',
  runtimeVersionArn: RUNTIME_VERSION_ARN,
  instanceMaxMemory: 134_217_728,
};
const REPORT = `REPORT RequestId: ${REQUEST_ID}\tDuration: 1.23 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 35 MB`;
const END = `END RequestId: ${REQUEST_ID}\n`;

describe('renderTextEvent', () => {
  it('announces an init with the runtime version, once', () => {
    const line = `INIT_START Runtime Version: python:3.13.v11\tRuntime Version ARN: ${RUNTIME_VERSION_ARN}\n`;
    expect(render({ type: 'platform.initStart', ...init, ...version })).toEqual([line]);
    expect(render({ type: 'platform.initStart', ...init, ...version, phase: 'invoke' })).toEqual([]);
    expect(render({ type: 'platform.initStart', ...init, instanceMaxMemory: 1 })).toEqual([]);
    expect(render({ type: 'platform.initStart', ...init, runtimeVersion: 'x', instanceMaxMemory: 1 })).toEqual([
      'INIT_START Runtime Version: x\n',
    ]);
  });

  it('reports an init only when it failed or was not on demand', () => {
    const report = { type: 'platform.initReport', ...init, durationMs: 9999.557 } as const;
    expect(render({ ...report, status: 'success' })).toEqual([]);
    expect(render({ ...report, status: 'timeout', errorType: 'Sandbox.Timedout' })).toEqual([
      'INIT_REPORT Init Duration: 9999.56 ms\tPhase: init\tStatus: timeout\n',
    ]);
    expect(render({ ...report, phase: 'invoke', status: 'error', errorType: 'Runtime.ImportModuleError' })).toEqual([
      'INIT_REPORT Init Duration: 9999.56 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ImportModuleError\n',
    ]);
    const ahead = { ...report, initializationType: 'provisioned-concurrency', status: 'success' } as const;
    expect(render(ahead)).toEqual(['INIT_REPORT Init Duration: 9999.56 ms\n']);
    expect(render({ ...ahead, phase: 'invoke' })).toEqual([]);
  });

  it('writes START with the version and nothing when the runtime is done', () => {
    expect(render({ type: 'platform.start', requestId: REQUEST_ID, traceHeader: TRACE_HEADER })).toEqual([
      `START RequestId: ${REQUEST_ID} Version: $LATEST\n`,
    ]);
    const done = { requestId: REQUEST_ID, durationMs: 1, spans: [], traceHeader: TRACE_HEADER };
    expect(render({ type: 'platform.runtimeDone', status: 'timeout', ...done })).toEqual([]);
    expect(render({ type: 'platform.initRuntimeDone', ...init, status: 'error' })).toEqual([]);
  });

  it('ends an invocation with END and REPORT', () => {
    expect(renderTextEvent(reportEvent(), context)).toEqual([END, `${REPORT}\t\n`]);
    expect(renderTextEvent(reportEvent({ initDurationMs: 110.1, billedDurationMs: 112 }), context)[1]).toBe(
      `${REPORT.replace('Billed Duration: 2', 'Billed Duration: 112')}\tInit Duration: 110.10 ms\t\n`,
    );
    expect(renderTextEvent(reportEvent({ restoreDurationMs: 412.305 }), context)[1]).toBe(
      `${REPORT}\tRestore Duration: 412.31 ms\tBilled Restore Duration: 413 ms\t\n`,
    );
  });

  it('writes the failure forms without a tab at the end', () => {
    expect(
      renderTextEvent(reportEvent({ status: 'timeout', durationMs: 3000, initDurationMs: 67.49 }), context)[1],
    ).toBe(`${REPORT.replace('1.23', '3000.00')}\tInit Duration: 67.49 ms\tStatus: timeout\n`);
    const error = reportEvent({ status: 'error', errorType: 'Runtime.OutOfMemory', maxMemoryUsedMb: 128 });
    expect(renderTextEvent(error, context)[1]).toBe(
      `${REPORT.replace('Used: 35', 'Used: 128')}\tStatus: error\tError Type: Runtime.OutOfMemory\n`,
    );
  });

  it('calls a failure of an extension an error, as text logs do', () => {
    const crash = reportEvent({ status: 'failure', errorType: 'Extension.Crash' });
    expect(renderTextEvent(crash, context)[1]).toBe(`${REPORT}\tStatus: error\tError Type: Extension.Crash\n`);
  });

  it('shows no status for an error that the handler reported', () => {
    const event = reportEvent({ status: 'error', errorType: 'Runtime.Unknown' }, { isHandlerError: true });
    expect(renderTextEvent(event, context)[1]).toBe(`${REPORT}\t\n`);
  });

  it('adds the X-Ray part of sampled invocations, and of every one with active tracing', () => {
    const trace = 'XRAY TraceId: 1-5bef4de7-ad49b0e87f6ef6c87fc2e700\tSegmentId: 9a9197af755a6419\tSampled:';
    expect(renderTextEvent(reportEvent({}, { traceHeader: TRACE_HEADER }), context)[1]).toBe(
      `${REPORT}\t\n${trace} true\t\n`,
    );
    expect(renderTextEvent(reportEvent(), { ...context, tracingMode: 'Active' })[1]).toBe(
      `${REPORT}\t\n${trace} false\t\n`,
    );
    expect(renderTextEvent(reportEvent({}, { traceHeader: '' }), { ...context, tracingMode: 'Active' })[1]).toBe(
      `${REPORT}\t\n`,
    );
  });

  it('writes the lines of old only when asked to', () => {
    const timeout = reportEvent({ status: 'timeout' }, { errorMessage: 'Task timed out after 3.00 seconds' });
    expect(renderTextEvent(timeout, { ...context, hasLegacyLines: true })).toEqual([
      `2026-01-02T03:04:05.678Z ${REQUEST_ID} Task timed out after 3.00 seconds\n\n`,
      END,
      `${REPORT}\tStatus: timeout\n`,
    ]);
    const crash = reportEvent(
      { status: 'error', errorType: 'Runtime.ExitError' },
      { errorMessage: 'Runtime exited without providing a reason' },
    );
    expect(renderTextEvent(crash, { ...context, hasLegacyLines: true })[0]).toBe(
      `RequestId: ${REQUEST_ID} Error: Runtime exited without providing a reason\nRuntime.ExitError\n`,
    );
    expect(renderTextEvent(crash, context)).toHaveLength(2);
  });

  it('writes the restore lines', () => {
    expect(render({ type: 'platform.restoreStart', ...version })).toEqual([
      `RESTORE_START Runtime Version: python:3.13.v11\tRuntime Version ARN: ${RUNTIME_VERSION_ARN}\n`,
    ]);
    const report = { type: 'platform.restoreReport', durationMs: 474.158 } as const;
    expect(render({ ...report, status: 'success' })).toEqual(['RESTORE_REPORT Restore Duration: 474.16 ms\n']);
    expect(render({ ...report, status: 'timeout' })).toEqual([
      'RESTORE_REPORT Restore Duration: 474.16 ms\tStatus: timeout\n',
    ]);
    expect(render({ ...report, status: 'error', errorType: 'Runtime.ExitError' })).toEqual([
      'RESTORE_REPORT Restore Duration: 474.16 ms\tStatus: error\tError Type: Runtime.ExitError\n',
    ]);
    expect(render({ type: 'platform.restoreRuntimeDone', status: 'success' })).toEqual([]);
  });

  it('writes the lines of extensions and subscriptions', () => {
    const extension = { type: 'platform.extension', name: 'probe', state: 'Ready' } as const;
    expect(render({ ...extension, events: ['INVOKE', 'SHUTDOWN'] })).toEqual([
      'EXTENSION\tName: probe\tState: Ready\tEvents: [INVOKE, SHUTDOWN]\n',
    ]);
    expect(render({ ...extension, state: 'Exited', events: [], errorType: 'Extension.Crash' })).toEqual([
      'EXTENSION\tName: probe\tState: Exited\tEvents: []\tError Type: Extension.Crash\n',
    ]);
    const subscription = { type: 'platform.telemetrySubscription', name: 'probe', state: 'Subscribed' } as const;
    expect(render({ ...subscription, types: ['platform', 'function'], api: 'telemetry' })).toEqual([
      'TELEMETRY\tName: probe\tState: Subscribed\tTypes: [Platform, Function]\n',
    ]);
    expect(render({ ...subscription, types: ['platform'], api: 'logs' })).toEqual([
      'LOGS\tName: probe\tState: Subscribed\tTypes: [Platform]\n',
    ]);
  });

  it('passes output through unchanged', () => {
    expect(render({ type: 'function', requestId: REQUEST_ID, text: 'a\r\0\n' })).toEqual(['a\r\0\n']);
    expect(render({ type: 'extension', requestId: undefined, name: 'probe', text: 'no newline' })).toEqual([
      'no newline',
    ]);
  });
});
