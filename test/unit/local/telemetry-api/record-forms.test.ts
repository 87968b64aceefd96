import { describe, expect, it } from 'vitest';
import type { PlatformEvent } from '../../../../src/local/core/platform-event.js';
import { formRecords, type RecordForm } from '../../../../src/local/telemetry-api/record-forms.js';
import { at, identity, REQUEST_ID, reportEvent, TRACE_HEADER } from '../core/logs/events.js';

const telemetry: RecordForm = {
  api: 'telemetry',
  schemaVersion: '2022-12-13',
  types: ['platform', 'function', 'extension'],
  logFormat: 'Text',
  identity,
};
const logs: RecordForm = { ...telemetry, api: 'logs', schemaVersion: '2020-08-15' };
const logsWithDone: RecordForm = { ...logs, schemaVersion: '2021-03-18' };

const form = (event: PlatformEvent, of: RecordForm) => formRecords(at(event), of).map((text) => JSON.parse(text));
const output = (text: string) => ({ type: 'function', requestId: REQUEST_ID, text }) as const;
const done = { requestId: REQUEST_ID, durationMs: 1, spans: [], traceHeader: TRACE_HEADER } as const;
const init = { initializationType: 'on-demand', phase: 'init' } as const;

describe('Telemetry API records', () => {
  it('wraps output in the envelope, its newline included', () => {
    expect(formRecords(at(output('hello\r\n')), telemetry)).toEqual([
      '{"time":"2026-01-02T03:04:05.678Z","type":"function","record":"hello\\r\\n"}',
    ]);
    expect(form({ type: 'extension', requestId: undefined, name: 'probe', text: 'x\n' }, telemetry)).toMatchObject([
      { type: 'extension', record: 'x\n' },
    ]);
  });

  it('turns JSON lines into objects for JSON logs from schema 2022-12-13 on', () => {
    const json = output('{"level":"INFO","message":"x"}\n');
    expect(form(json, { ...telemetry, logFormat: 'JSON' })[0].record).toEqual({ level: 'INFO', message: 'x' });
    expect(form(json, { ...telemetry, logFormat: 'JSON', schemaVersion: '2025-01-29' })[0].record).toBeTypeOf('object');
    expect(form(json, { ...telemetry, logFormat: 'JSON', schemaVersion: '2022-07-01' })[0].record).toBeTypeOf('string');
    expect(form(json, telemetry)[0].record).toBeTypeOf('string');
    expect(form(output('{broken\n'), { ...telemetry, logFormat: 'JSON' })[0].record).toBe('{broken\n');
    expect(form(output('[1]\n'), { ...telemetry, logFormat: 'JSON' })[0].record).toBe('[1]\n');
  });

  it('always tells the trace', () => {
    const [start] = form(
      { type: 'platform.start', requestId: REQUEST_ID, traceHeader: 'Root=1-a;Parent=b;Sampled=0' },
      telemetry,
    );
    expect(start.record.tracing).toEqual({
      spanId: 'b',
      type: 'X-Amzn-Trace-Id',
      value: 'Root=1-a;Parent=b;Sampled=0',
    });
  });

  it('has the status of initReport from schema 2022-12-13 on', () => {
    const report = { type: 'platform.initReport', ...init, status: 'success', durationMs: 1.5 } as const;
    expect(form(report, telemetry)[0].record).toEqual({ ...init, status: 'success', metrics: { durationMs: 1.5 } });
    expect(form(report, { ...telemetry, schemaVersion: '2022-07-01' })[0].record).toEqual({
      ...init,
      metrics: { durationMs: 1.5 },
    });
  });

  it('gives only the kinds that were asked for', () => {
    const events = [output('x'), { type: 'extension', requestId: undefined, text: 'y' } as const, reportEvent().event];
    for (const type of ['function', 'extension', 'platform'] as const) {
      const got = events.flatMap((event) => form(event, { ...telemetry, types: [type] }));
      expect(got.map((record) => record.type.split('.')[0])).toEqual([type]);
    }
  });
});

describe('Logs API records', () => {
  it('tells the end and the figures of an invocation', () => {
    const records = formRecords(reportEvent({ initDurationMs: 110.1 }, { traceHeader: '' }), logs).map((text) =>
      JSON.parse(text),
    );
    expect(records.map(({ type, record }) => [type, record])).toEqual([
      ['platform.end', { requestId: REQUEST_ID }],
      [
        'platform.report',
        {
          requestId: REQUEST_ID,
          metrics: {
            durationMs: 1.234,
            billedDurationMs: 2,
            memorySizeMB: 128,
            maxMemoryUsedMB: 35,
            initDurationMs: 110.1,
          },
        },
      ],
    ]);
  });

  it('tells a fault first, but no fault when the handler reported its error', () => {
    const crash = formRecords(reportEvent({ status: 'error', errorType: 'Runtime.ExitError' }), logs);
    expect(JSON.parse(crash[0]!)).toMatchObject({
      type: 'platform.fault',
      record: `RequestId: ${REQUEST_ID} Status: error\tErrorType: Runtime.ExitError`,
    });
    expect(crash).toHaveLength(3);
    expect(JSON.parse(formRecords(reportEvent({ status: 'timeout' }), logs)[0]!).record).toBe(
      `RequestId: ${REQUEST_ID} Status: timeout`,
    );
    expect(formRecords(reportEvent({ status: 'error' }, { isHandlerError: true }), logs)).toHaveLength(2);
  });

  it('tells runtimeDone and the phases from schema 2021-03-18 on', () => {
    const runtimeDone = { type: 'platform.runtimeDone', status: 'error', ...done } as const;
    expect(form(runtimeDone, logs)).toEqual([]);
    expect(form(runtimeDone, logsWithDone)[0].record).toEqual({ requestId: REQUEST_ID, status: 'failure' });
    const initDone = { type: 'platform.initRuntimeDone', ...init, status: 'success' } as const;
    expect(form(initDone, logs)).toEqual([]);
    expect(form(initDone, logsWithDone)[0].record).toEqual({ initializationType: 'on-demand', status: 'success' });
    const initReport = { type: 'platform.initReport', ...init, status: 'success', durationMs: 731.789 } as const;
    expect(form(initReport, logsWithDone)[0].record).toEqual({
      initializationType: 'on-demand',
      metrics: { durationMs: 731.79, billedDurationMs: 732 },
    });
  });

  it('has its own name for a subscription', () => {
    const [record] = form(
      { type: 'platform.telemetrySubscription', name: 'probe', state: 'Subscribed', types: ['platform'], api: 'logs' },
      logs,
    );
    expect(record).toMatchObject({ type: 'platform.logsSubscription', record: { name: 'probe', state: 'Subscribed' } });
  });

  it('keeps output as text whatever the log format', () => {
    expect(form(output('{"a":1}\n'), { ...logs, logFormat: 'JSON' })[0].record).toBe('{"a":1}\n');
  });
});
