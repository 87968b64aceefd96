import type { EnvironmentIdentity, TimedPlatformEvent } from '../platform-event.js';
import { createPlatformRecord, formatLogTime, isSystemEvent } from './platform-record.js';
import { parseTraceHeader } from './trace-header.js';

/**
 * The log event that a function with JSON logs gets for one platform event: one JSON object and `\n`.
 * Output of processes is passed through, the runtimes themselves write it as JSON.
 * Source: Lambda developer guide, "Configuring JSON and plain text log formats".
 */
export function renderJsonEvent({ time, event }: TimedPlatformEvent, identity: EnvironmentIdentity): string {
  if (!isSystemEvent(event)) return event.text;
  const { type, record } = createPlatformRecord(event, identity);
  const shown = 'traceHeader' in event && !isSampled(event.traceHeader) ? withoutTracing(record) : record;
  return `${JSON.stringify({ time: formatLogTime(time), type, record: shown })}\n`;
}

function isSampled(traceHeader: string): boolean {
  return parseTraceHeader(traceHeader)?.isSampled === true;
}

/** Logs name the trace of sampled invocations only; telemetry always does. */
function withoutTracing(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { tracing: _tracing, ...rest } = record;
  return rest;
}
