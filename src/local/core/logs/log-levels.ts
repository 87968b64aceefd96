import type { PlatformEvent } from '../platform-event.js';
import { LOG_LEVELS, type LogLevel, parseLogLevel } from './log-level.js';
import { isSystemEvent, type SystemEvent } from './platform-record.js';

export interface LogLevelSettings {
  /** `LoggingConfig.ApplicationLogLevel`; INFO when absent. */
  readonly applicationLogLevel: string | undefined;
  /** `LoggingConfig.SystemLogLevel`; INFO when absent. */
  readonly systemLogLevel: string | undefined;
}

/**
 * Whether an event of a function with JSON logs reaches its log group. Telemetry subscribers get every
 * event regardless. Source: Lambda developer guide, "Configuring JSON and plain text log formats",
 * tables of system and application log level events.
 */
export function isLogged(event: PlatformEvent, settings: LogLevelSettings): boolean {
  if (isSystemEvent(event)) return reaches(systemLogLevelOf(event), settings.systemLogLevel);
  return (
    event.type === 'extension' ||
    reaches(event.level ?? applicationLogLevelOf(event.text), settings.applicationLogLevel)
  );
}

function reaches(level: LogLevel, configured: string | undefined): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(parseLogLevel(configured) ?? 'INFO');
}

/** The level at which the platform logs one of its own events. */
export function systemLogLevelOf(event: SystemEvent): LogLevel {
  switch (event.type) {
    case 'platform.initStart':
    case 'platform.restoreStart':
      return event.runtimeVersion === undefined ? 'DEBUG' : 'INFO';
    case 'platform.initRuntimeDone':
    case 'platform.restoreRuntimeDone':
    case 'platform.runtimeDone':
      return event.status === 'success' ? 'DEBUG' : 'WARN';
    case 'platform.initReport':
      if (event.status !== 'success') return 'WARN';
      return event.initializationType === 'on-demand' ? 'DEBUG' : 'INFO';
    case 'platform.restoreReport':
      return event.status === 'success' ? 'INFO' : 'WARN';
    case 'platform.report':
      return event.report.status === 'success' ? 'INFO' : 'WARN';
    case 'platform.extension':
      return event.errorType === undefined ? 'INFO' : 'WARN';
    case 'platform.logsDropped':
      return 'WARN';
    case 'platform.start':
    case 'platform.telemetrySubscription':
      return 'INFO';
  }
}

/** The level of one line of output that came without one: its JSON member `level`; INFO for text and for levels that are not known. */
export function applicationLogLevelOf(text: string): LogLevel {
  if (!text.startsWith('{')) return 'INFO';
  const level = parseJsonObject(text)?.level;
  return parseLogLevel(typeof level === 'string' ? level : undefined) ?? 'INFO';
}

/** The object that a log line consists of; undefined when it is anything else. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    // Output that merely looks like JSON is ordinary text.
    return undefined;
  }
}
