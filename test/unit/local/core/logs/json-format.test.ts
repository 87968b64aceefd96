import { describe, expect, it } from 'vitest';
import { renderJsonEvent } from '../../../../../src/local/core/logs/json-format.js';
import { renderLogEvents } from '../../../../../src/local/core/logs/render-log-events.js';
import type { PlatformEvent } from '../../../../../src/local/core/platform-event.js';
import { at, identity, REQUEST_ID, RUNTIME_VERSION_ARN, reportEvent, TIME, TRACE_HEADER } from './events.js';

const head = '{"time":"2026-01-02T03:04:05.678Z","type":';
const render = (event: PlatformEvent) => renderJsonEvent(at(event), identity);
const settings = {
  identity,
  tracingMode: 'PassThrough',
  logFormat: 'JSON',
  applicationLogLevel: undefined,
  systemLogLevel: undefined,
} as const;

describe('renderJsonEvent', () => {
  it('writes initStart with the environment', () => {
    const line = render({
      type: 'platform.initStart',
      initializationType: 'on-demand',
      phase: 'init',
      runtimeVersion: 'nodejs:22.mainline.v122',
      runtimeVersionArn: RUNTIME_VERSION_ARN,
      instanceMaxMemory: 268_435_456,
    });
    expect(line).toBe(
      `${head}"platform.initStart","record":{"initializationType":"on-demand","phase":"init","runtimeVersion":"nodejs:22.mainline.v122","runtimeVersionArn":"${RUNTIME_VERSION_ARN}","functionName":"fn","functionVersion":"$LATEST","instanceId":"${identity.logStream}","instanceMaxMemory":268435456}}\n`,
    );
  });

  it('writes start and report, with the trace of sampled invocations only', () => {
    expect(render({ type: 'platform.start', requestId: REQUEST_ID, traceHeader: '' })).toBe(
      `${head}"platform.start","record":{"requestId":"${REQUEST_ID}","functionArn":"${identity.functionArn}","version":"$LATEST"}}\n`,
    );
    expect(
      JSON.parse(render({ type: 'platform.start', requestId: REQUEST_ID, traceHeader: TRACE_HEADER })),
    ).toHaveProperty('record.tracing', { spanId: '9a9197af755a6419', type: 'X-Amzn-Trace-Id', value: TRACE_HEADER });
    const report = reportEvent({ durationMs: 1233.9604, billedDurationMs: 1698, initDurationMs: 463.512 });
    expect(renderJsonEvent(report, identity)).toBe(
      `${head}"platform.report","record":{"requestId":"${REQUEST_ID}","metrics":{"durationMs":1233.96,"billedDurationMs":1698,"memorySizeMB":128,"maxMemoryUsedMB":35,"initDurationMs":463.512},"status":"success"}}\n`,
    );
  });

  it('has the error type beside the status, but not of a timeout', () => {
    // An exception of the language has no type of the platform's; text logs show no status for it at all.
    const thrown = renderJsonEvent(
      reportEvent({ status: 'error', errorType: 'Runtime.Unknown' }, { isHandlerError: true }),
      identity,
    );
    expect(thrown).toContain('"status":"error","errorType":"Runtime.Unknown"}}\n');
    const failed = renderJsonEvent(reportEvent({ status: 'error', errorType: 'Runtime.OutOfMemory' }), identity);
    expect(failed).toContain('"status":"error","errorType":"Runtime.OutOfMemory"}}\n');
    const timedOut = renderJsonEvent(reportEvent({ status: 'timeout', errorType: 'Sandbox.Timedout' }), identity);
    expect(timedOut).toContain('"status":"timeout"}}\n');
  });

  it('writes runtimeDone with spans and the bytes produced', () => {
    const line = render({
      type: 'platform.runtimeDone',
      requestId: REQUEST_ID,
      status: 'success',
      durationMs: 5001.1824,
      producedBytes: 0,
      spans: [{ name: 'responseLatency', start: TIME + 1.9, durationMs: 0.12345 }],
      traceHeader: '',
    });
    expect(JSON.parse(line).record).toEqual({
      requestId: REQUEST_ID,
      metrics: { durationMs: 5001.182, producedBytes: 0 },
      spans: [{ name: 'responseLatency', start: '2026-01-02T03:04:05.679Z', durationMs: 0.123 }],
      status: 'success',
    });
  });

  it('writes every other platform event', () => {
    const init = { initializationType: 'on-demand', phase: 'init' } as const;
    const records = [
      { type: 'platform.initRuntimeDone', ...init, status: 'success' } as const,
      { type: 'platform.initReport', ...init, status: 'failure', errorType: 'Extension.Crash', durationMs: 1 } as const,
      { type: 'platform.restoreStart', instanceMaxMemory: 1 } as const,
      { type: 'platform.restoreRuntimeDone', status: 'error', errorType: 'Runtime.ExitError' } as const,
      { type: 'platform.restoreReport', status: 'success', durationMs: 2 } as const,
      { type: 'platform.extension', name: 'x', state: 'Ready', events: ['INVOKE'] } as const,
      {
        type: 'platform.telemetrySubscription',
        name: 'x',
        state: 'Subscribed',
        types: ['platform'],
        api: 'logs',
      } as const,
      { type: 'platform.logsDropped', reason: 'slow', droppedRecords: 1, droppedBytes: 2 } as const,
    ].map((event) => JSON.parse(render(event)));
    expect(records.map(({ type, record }) => [type, record])).toEqual([
      ['platform.initRuntimeDone', { ...init, status: 'success' }],
      ['platform.initReport', { ...init, status: 'failure', errorType: 'Extension.Crash', metrics: { durationMs: 1 } }],
      [
        'platform.restoreStart',
        { functionName: 'fn', functionVersion: '$LATEST', instanceId: identity.logStream, instanceMaxMemory: 1 },
      ],
      ['platform.restoreRuntimeDone', { status: 'error', errorType: 'Runtime.ExitError' }],
      ['platform.restoreReport', { status: 'success', metrics: { durationMs: 2 } }],
      ['platform.extension', { name: 'x', state: 'Ready', events: ['INVOKE'] }],
      ['platform.logsSubscription', { name: 'x', state: 'Subscribed', types: ['platform'] }],
      ['platform.logsDropped', { reason: 'slow', droppedRecords: 1, droppedBytes: 2 }],
    ]);
  });
});

describe('renderLogEvents', () => {
  const output = (text: string) => at({ type: 'function', requestId: REQUEST_ID, text });

  it('writes JSON or text as the function is configured', () => {
    expect(renderLogEvents(reportEvent(), settings)).toHaveLength(1);
    expect(renderLogEvents(reportEvent(), settings)[0]).toMatch(/^\{/);
    expect(renderLogEvents(reportEvent(), { ...settings, logFormat: 'Text' })).toHaveLength(2);
  });

  it('drops what is below the levels, in JSON only', () => {
    const strict = { ...settings, applicationLogLevel: 'ERROR', systemLogLevel: 'WARN' };
    expect(renderLogEvents(reportEvent(), strict)).toEqual([]);
    expect(renderLogEvents(output('plain\n'), strict)).toEqual([]);
    expect(renderLogEvents(reportEvent({ status: 'error' }), strict)).toHaveLength(1);
    expect(renderLogEvents(output('{"level":"error"}\n'), strict)).toEqual(['{"level":"error"}\n']);
    expect(renderLogEvents(output('plain\n'), { ...strict, logFormat: 'Text' })).toEqual(['plain\n']);
  });
});
