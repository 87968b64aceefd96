import { formatReportLine, type ReportLineTrace } from '../../../lambda/report-line.js';
import type { EnvironmentIdentity, PlatformEvent, TimedPlatformEvent } from '../platform-event.js';
import { formatLogTime } from './platform-record.js';
import { parseTraceHeader } from './trace-header.js';

export interface TextLogContext {
  readonly identity: EnvironmentIdentity;
  /** With active tracing every REPORT has its X-Ray part, otherwise only a sampled one. */
  readonly tracingMode: 'Active' | 'PassThrough';
  /** Also writes the lines for timeouts and crashes that Lambda wrote until 2025 (`Task timed out after 3.00 seconds`). */
  readonly hasLegacyLines?: boolean;
}

type EventOf<T extends PlatformEvent['type']> = Extract<PlatformEvent, { readonly type: T }>;

/**
 * The log events that a function with text logs gets for one platform event: none, one, or several
 * (END and REPORT). Each ends with `\n`, unless output of a process is passed through.
 * Source: Lambda developer guide, "Viewing CloudWatch logs for Lambda functions", and lines that Lambda wrote.
 */
export function renderTextEvent({ time, event }: TimedPlatformEvent, context: TextLogContext): readonly string[] {
  switch (event.type) {
    case 'function':
    case 'extension':
      return [event.text];
    case 'platform.initStart':
      // A second init inside of an invocation is not announced again.
      return event.phase === 'invoke' ? [] : versionLine('INIT_START', event);
    case 'platform.restoreStart':
      return versionLine('RESTORE_START', event);
    case 'platform.initReport':
      return initReport(event);
    case 'platform.restoreReport':
      return [line(`RESTORE_REPORT Restore Duration: ${event.durationMs.toFixed(2)} ms`, ...failure(event))];
    case 'platform.start':
      return [line(`START RequestId: ${event.requestId} Version: ${context.identity.version}`)];
    case 'platform.report':
      return [
        ...(context.hasLegacyLines === true ? legacyLines(event, time) : []),
        line(`END RequestId: ${event.requestId}`),
        report(event, context),
      ];
    case 'platform.extension':
      return [extensionLine(event)];
    case 'platform.telemetrySubscription':
      return [subscriptionLine(event)];
    case 'platform.initRuntimeDone':
    case 'platform.runtimeDone':
    case 'platform.restoreRuntimeDone':
    case 'platform.logsDropped':
      return [];
  }
}

function line(...fields: readonly string[]): string {
  return `${fields.join('\t')}\n`;
}

function versionLine(name: string, event: EventOf<'platform.initStart' | 'platform.restoreStart'>): readonly string[] {
  if (event.runtimeVersion === undefined) return [];
  const version = `${name} Runtime Version: ${event.runtimeVersion}`;
  return event.runtimeVersionArn === undefined
    ? [line(version)]
    : [line(version, `Runtime Version ARN: ${event.runtimeVersionArn}`)];
}

function initReport(event: EventOf<'platform.initReport'>): readonly string[] {
  const duration = `INIT_REPORT Init Duration: ${event.durationMs.toFixed(2)} ms`;
  if (event.status !== 'success') return [line(duration, `Phase: ${event.phase}`, ...failure(event))];
  // REPORT has the duration of an init on demand, and one inside of the invocation is part of its duration.
  return event.initializationType === 'on-demand' || event.phase === 'invoke' ? [] : [line(duration)];
}

function failure(event: { readonly status: string; readonly errorType?: string }): readonly string[] {
  const { status, errorType } = failureMembers(event);
  if (status === undefined) return [];
  return errorType === undefined ? [`Status: ${status}`] : [`Status: ${status}`, `Error Type: ${errorType}`];
}

/** Text logs know `timeout` and `error`; only records tell an error from a failure of the platform or an extension. */
function failureMembers({ status, errorType }: { readonly status: string; readonly errorType?: string }): {
  readonly status?: string;
  readonly errorType?: string;
} {
  if (status === 'success') return {};
  if (status === 'timeout') return { status };
  return errorType === undefined ? { status: 'error' } : { status: 'error', errorType };
}

function report(
  { requestId, report, isHandlerError, traceHeader }: EventOf<'platform.report'>,
  context: TextLogContext,
) {
  const { status, errorType, restoreDurationMs, ...figures } = report;
  const restore =
    restoreDurationMs === undefined ? {} : { restoreDurationMs, billedRestoreDurationMs: Math.ceil(restoreDurationMs) };
  const outcome =
    isHandlerError === true ? {} : failureMembers({ status, ...(errorType !== undefined && { errorType }) });
  const trace = traceOf(traceHeader, context.tracingMode);
  return formatReportLine({ requestId, ...figures, ...restore, ...outcome, ...(trace && { trace }) });
}

function traceOf(traceHeader: string, tracingMode: 'Active' | 'PassThrough'): ReportLineTrace | undefined {
  // Most headers need not be parsed: what is not sampled is not shown.
  if (tracingMode !== 'Active' && !traceHeader.includes('Sampled=1')) return undefined;
  const trace = parseTraceHeader(traceHeader);
  if (trace === undefined || !(trace.isSampled || tracingMode === 'Active')) return undefined;
  return { traceId: trace.traceId, segmentId: trace.parentId, isSampled: trace.isSampled };
}

function legacyLines(event: EventOf<'platform.report'>, time: number): readonly string[] {
  const { requestId, report, errorMessage } = event;
  if (errorMessage === undefined) return [];
  if (report.status === 'timeout') return [`${formatLogTime(time)} ${requestId} ${errorMessage}\n\n`];
  return [`RequestId: ${requestId} Error: ${errorMessage}\n${report.errorType ?? 'Unknown'}\n`];
}

function extensionLine({ name, state, events, errorType }: EventOf<'platform.extension'>): string {
  const fields = ['EXTENSION', `Name: ${name}`, `State: ${state}`, `Events: [${events.join(', ')}]`];
  return line(...fields, ...(errorType === undefined ? [] : [`Error Type: ${errorType}`]));
}

function subscriptionLine({ api, name, state, types }: EventOf<'platform.telemetrySubscription'>): string {
  const shown = types.map((type) => `${type.slice(0, 1).toUpperCase()}${type.slice(1)}`).join(', ');
  return line(api === 'logs' ? 'LOGS' : 'TELEMETRY', `Name: ${name}`, `State: ${state}`, `Types: [${shown}]`);
}
