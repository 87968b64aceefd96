import type { EnvironmentIdentity, PlatformEvent, Span } from '../platform-event.js';
import { parseTraceHeader } from './trace-header.js';

/** The `type` and `record` of one platform event as JSON logs and the Telemetry API write them. */
export interface PlatformRecord {
  readonly type: string;
  readonly record: Readonly<Record<string, unknown>>;
}

/** Every event but the output of function and extensions. */
export type SystemEvent = Exclude<PlatformEvent, { readonly type: 'function' | 'extension' }>;

export function isSystemEvent(event: PlatformEvent): event is SystemEvent {
  return event.type !== 'function' && event.type !== 'extension';
}

/**
 * Builds the record of a platform event with every member it can have; absent ones are left out.
 * Source: Lambda developer guide, "Lambda Telemetry API Event schema reference".
 */
export function createPlatformRecord(event: SystemEvent, identity: EnvironmentIdentity): PlatformRecord {
  return { type: typeOf(event), record: withoutAbsent(membersOf(event, identity)) };
}

function typeOf(event: SystemEvent): string {
  const isLogsApi = event.type === 'platform.telemetrySubscription' && event.api === 'logs';
  return isLogsApi ? 'platform.logsSubscription' : event.type;
}

function membersOf(event: SystemEvent, identity: EnvironmentIdentity): Record<string, unknown> {
  switch (event.type) {
    case 'platform.initStart': {
      const { initializationType, phase } = event;
      return { initializationType, phase, ...environmentMembers(event, identity) };
    }
    case 'platform.restoreStart':
      return environmentMembers(event, identity);
    case 'platform.initRuntimeDone':
    case 'platform.initReport': {
      const { initializationType, phase } = event;
      const metrics = 'durationMs' in event ? { durationMs: roundMs(event.durationMs) } : undefined;
      return { initializationType, phase, ...statusMembers(event), metrics };
    }
    case 'platform.restoreRuntimeDone':
      return statusMembers(event);
    case 'platform.restoreReport':
      return { ...statusMembers(event), metrics: { durationMs: roundMs(event.durationMs) } };
    case 'platform.start':
    case 'platform.runtimeDone':
    case 'platform.report':
      return invocationMembers(event, identity);
    case 'platform.extension':
      return { name: event.name, state: event.state, events: event.events, errorType: event.errorType };
    case 'platform.telemetrySubscription':
      return { name: event.name, state: event.state, types: event.types };
    case 'platform.logsDropped':
      return { reason: event.reason, droppedRecords: event.droppedRecords, droppedBytes: event.droppedBytes };
  }
}

/** The schema has an error type for `error` and `failure` alone. */
function statusMembers({
  status,
  errorType,
}: {
  readonly status: string;
  readonly errorType?: string;
}): Record<string, unknown> {
  return status === 'error' || status === 'failure' ? { status, errorType } : { status };
}

type StartEvent = Extract<SystemEvent, { readonly type: 'platform.initStart' | 'platform.restoreStart' }>;

function environmentMembers(event: StartEvent, identity: EnvironmentIdentity): Record<string, unknown> {
  return {
    runtimeVersion: event.runtimeVersion,
    runtimeVersionArn: event.runtimeVersionArn,
    functionName: identity.functionName,
    functionVersion: identity.version,
    instanceId: identity.logStream,
    instanceMaxMemory: event.instanceMaxMemory,
  };
}

type InvocationEvent = Extract<
  SystemEvent,
  { readonly type: 'platform.start' | 'platform.runtimeDone' | 'platform.report' }
>;

function invocationMembers(event: InvocationEvent, identity: EnvironmentIdentity): Record<string, unknown> {
  const { requestId } = event;
  const tracing = tracingOf(event.traceHeader);
  if (event.type === 'platform.start') {
    return { requestId, functionArn: identity.functionArn, version: identity.version, tracing };
  }
  const spans = spansOf(event.spans);
  if (event.type === 'platform.report') {
    return { requestId, metrics: reportMetrics(event), tracing, spans, ...statusMembers(event.report) };
  }
  const metrics = withoutAbsent({ durationMs: roundMs(event.durationMs), producedBytes: event.producedBytes });
  return { requestId, metrics, tracing, spans, ...statusMembers(event) };
}

function reportMetrics({ report }: Extract<SystemEvent, { readonly type: 'platform.report' }>): object {
  return withoutAbsent({
    durationMs: roundMs(report.durationMs),
    billedDurationMs: report.billedDurationMs,
    memorySizeMB: report.memorySizeMb,
    maxMemoryUsedMB: report.maxMemoryUsedMb,
    initDurationMs: roundMs(report.initDurationMs),
    restoreDurationMs: roundMs(report.restoreDurationMs),
    billedRestoreDurationMs: report.restoreDurationMs === undefined ? undefined : Math.ceil(report.restoreDurationMs),
  });
}

function tracingOf(traceHeader: string): object | undefined {
  if (traceHeader === '') return undefined;
  return withoutAbsent({
    spanId: parseTraceHeader(traceHeader)?.parentId,
    type: 'X-Amzn-Trace-Id',
    value: traceHeader,
  });
}

function spansOf(spans: readonly Span[]): readonly object[] | undefined {
  if (spans.length === 0) return undefined;
  return spans.map(({ name, start, durationMs }) => ({
    name,
    start: formatLogTime(start),
    durationMs: roundMs(durationMs),
  }));
}

/** Time as all Lambda logs write it: ISO 8601, UTC, whole milliseconds. */
export function formatLogTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function roundMs<T extends number | undefined>(durationMs: T): number | T {
  return durationMs === undefined ? durationMs : Number(durationMs.toFixed(3));
}

function withoutAbsent(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
