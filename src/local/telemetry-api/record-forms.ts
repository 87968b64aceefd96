import { parseJsonObject } from '../core/logs/log-levels.js';
import { createPlatformRecord, formatLogTime, isSystemEvent, type SystemEvent } from '../core/logs/platform-record.js';
import type { EnvironmentIdentity, PlatformEvent, TimedPlatformEvent } from '../core/platform-event.js';
import type { ApiName } from './api-dialect.js';
import type { RecordKind } from './subscription-request.js';

/** Everything that decides how one subscriber gets an event. */
export interface RecordForm {
  readonly api: ApiName;
  readonly schemaVersion: string;
  readonly types: readonly RecordKind[];
  readonly logFormat: 'Text' | 'JSON';
  readonly identity: EnvironmentIdentity;
}

interface WireRecord {
  readonly type: string;
  readonly record: unknown;
}

/**
 * The JSON documents that one subscriber gets for one event, none to three.
 * Sources: Lambda developer guide, "Telemetry API Event schema reference" and "Lambda Logs API".
 */
export function formRecords({ time, event }: TimedPlatformEvent, form: RecordForm): readonly string[] {
  if (!form.types.includes(kindOf(event))) return [];
  const records = isSystemEvent(event) ? systemRecords(event, form) : [outputRecord(event, form)];
  return records.map(({ type, record }) => JSON.stringify({ time: formatLogTime(time), type, record }));
}

function kindOf(event: PlatformEvent): RecordKind {
  return isSystemEvent(event) ? 'platform' : event.type;
}

function outputRecord(event: Exclude<PlatformEvent, SystemEvent>, form: RecordForm): WireRecord {
  const isStructured = form.api === 'telemetry' && form.schemaVersion >= '2022-12-13' && form.logFormat === 'JSON';
  const parsed = isStructured && event.text.startsWith('{') ? parseJsonObject(event.text) : undefined;
  return { type: event.type, record: parsed ?? event.text };
}

function systemRecords(event: SystemEvent, form: RecordForm): readonly WireRecord[] {
  if (form.api === 'logs') return logsApiRecords(event, form);
  const wire = createPlatformRecord(event, form.identity);
  if (event.type !== 'platform.initReport' || form.schemaVersion >= '2022-12-13') return [wire];
  const { status: _status, errorType: _errorType, ...record } = wire.record;
  return [{ type: wire.type, record }];
}

function logsApiRecords(event: SystemEvent, form: RecordForm): readonly WireRecord[] {
  switch (event.type) {
    case 'platform.start':
      return [{ type: event.type, record: { requestId: event.requestId, version: form.identity.version } }];
    case 'platform.report':
      return logsApiReport(event, form);
    case 'platform.runtimeDone':
      if (form.schemaVersion < '2021-03-18') return [];
      return [{ type: event.type, record: { requestId: event.requestId, status: logsApiStatus(event.status) } }];
    case 'platform.extension':
      return [{ type: event.type, record: { name: event.name, state: event.state, events: event.events } }];
    case 'platform.telemetrySubscription':
    case 'platform.logsDropped':
      return [createPlatformRecord(event, form.identity)];
    default:
      return form.schemaVersion < '2021-03-18' ? [] : [logsApiPhase(event)];
  }
}

type ReportEvent = Extract<SystemEvent, { readonly type: 'platform.report' }>;

/** One event here is what the Logs API tells in up to three: the fault, the end, and the figures. */
function logsApiReport(event: ReportEvent, { identity }: RecordForm): readonly WireRecord[] {
  const { requestId, report, isHandlerError } = event;
  const { metrics, tracing } = createPlatformRecord(event, identity).record;
  const isFault = report.status !== 'success' && isHandlerError !== true;
  const errorType =
    report.errorType === undefined || report.status === 'timeout' ? '' : `\tErrorType: ${report.errorType}`;
  const fault = { type: 'platform.fault', record: `RequestId: ${requestId} Status: ${report.status}${errorType}` };
  return [
    ...(isFault ? [fault] : []),
    { type: 'platform.end', record: { requestId } },
    { type: event.type, record: tracing === undefined ? { requestId, metrics } : { requestId, metrics, tracing } },
  ];
}

type PhaseEvent = Exclude<
  SystemEvent,
  {
    readonly type:
      | 'platform.start'
      | 'platform.report'
      | 'platform.runtimeDone'
      | 'platform.extension'
      | 'platform.telemetrySubscription'
      | 'platform.logsDropped';
  }
>;

function logsApiPhase(event: PhaseEvent): WireRecord {
  const members = {
    ...('initializationType' in event ? { initializationType: event.initializationType } : {}),
    ...('status' in event && !('durationMs' in event) ? { status: logsApiStatus(event.status) } : {}),
    ...('durationMs' in event ? { metrics: phaseMetrics(event.durationMs) } : {}),
  };
  return { type: event.type, record: members };
}

function phaseMetrics(durationMs: number): object {
  return { durationMs: Number(durationMs.toFixed(2)), billedDurationMs: Math.ceil(durationMs) };
}

/** The Logs API does not tell an error of the function from one of the platform. */
function logsApiStatus(status: string): string {
  return status === 'error' ? 'failure' : status;
}
