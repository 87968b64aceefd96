import { LOG_LEVELS, type LogLevel, type LogLine, parseLogLine } from '../../lambda/log-line.js';

/** One log event of a function. */
export interface LogEntry extends LogLine {
  readonly eventId: string;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly logStream: string;
  /** As it stands in the log. */
  readonly raw: string;
}

/** A log event as the Logs API gives it. */
export interface RawLogEvent {
  readonly eventId?: string | undefined;
  readonly timestamp?: number | undefined;
  readonly logStreamName?: string | undefined;
  readonly message?: string | undefined;
}

/** Reads log events; holds which request runs in which stream. */
export interface LogReader {
  read(event: RawLogEvent): LogEntry;
}

/**
 * Reads the events of a log in their order. A line that does not name its request belongs to the one
 * that runs in its stream, since an execution environment runs one at a time.
 */
export function createLogReader(): LogReader {
  const running = new Map<string, string>();
  const failed = new Set<string>();
  return {
    read: ({ eventId = '', timestamp = 0, logStreamName: logStream = '', message: raw = '' }) => {
      const line = parseLogLine(raw);
      if (line.kind === 'start' && line.requestId !== undefined) running.set(logStream, line.requestId);
      const requestId = line.requestId ?? running.get(logStream);
      if (line.isFailure && requestId !== undefined) failed.add(requestId);
      const entry = { ...line, requestId, eventId, timestamp, logStream, raw };
      if (line.kind !== 'report') return entry;
      running.delete(logStream);
      // The REPORT line of text logs does not tell of an error that the handler itself has thrown.
      return { ...entry, isFailure: requestId !== undefined && failed.delete(requestId) };
    },
  };
}

/** True when an entry is at least as grave as `level`. Lines without a level count as INFO, as in Lambda. */
export function reachesLevel(entry: LogEntry, level: LogLevel): boolean {
  const own = entry.level ?? (entry.isFailure ? 'ERROR' : 'INFO');
  return LOG_LEVELS.indexOf(own) >= LOG_LEVELS.indexOf(level);
}
