import { parseReportLine, type ReportLine } from './report-line.js';

/** Ascending. */
export const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a log event is: one of the platform's own, or a line of the function or an extension. */
export type LogLineKind = 'start' | 'end' | 'report' | 'init' | 'platform' | 'output';

/** A log event read: who wrote it, and about which request. */
export interface LogLine {
  readonly kind: LogLineKind;
  readonly level: LogLevel | undefined;
  readonly requestId: string | undefined;
  /** Without the time, request and level in front; for JSON the message itself. */
  readonly message: string;
  /** The further members of a JSON line. */
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  /** The figures of an invocation; on kind `report`. */
  readonly report: ReportLine | undefined;
  /** True when the line is the error with which an invocation ended. */
  readonly isFailure: boolean;
}

const ID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const STAMP = '\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z';
/** `2026-01-01T00:00:00.000Z<tab>id<tab>LEVEL<tab>text`: Node.js and .NET. */
const NODE_LINE = new RegExp(`^${STAMP}\\t(${ID}|undefined|-)\\t([A-Za-z]+)\\t([^]*)$`);
/** `[LEVEL]<tab>2026-01-01T00:00:00.000Z<tab>id<tab>text`: Python. */
const PYTHON_LINE = new RegExp(`^\\[([A-Z]+)\\]\\t${STAMP}\\t(${ID}|)\\t([^]*)$`);
const PYTHON_ERROR = /^\[ERROR\] \S+(?:: |\s*Traceback)/;
/** `I, [2026-01-01T00:00:00.000000 #8]  INFO id -- : text`: Ruby. */
const RUBY_LINE = new RegExp(`^[A-Z], \\[[^\\]]*\\]\\s+([A-Z]+) (${ID}|) ?-- [^:]*: ([^]*)$`);
const PLATFORM_LINE = new RegExp(`^(START|END|REPORT) RequestId: (${ID})`);
const TIMEOUT_LINE = new RegExp(`^${STAMP} (${ID}) (Task timed out after [^]*)$`);
const CRASH_LINE = new RegExp(`^RequestId: (${ID}) (?:Error: |Process exited)([^]*)$`);

/** Reads one log event as Lambda and its runtimes write them. Anything else is plain output. */
export function parseLogLine(message: string): LogLine {
  const text = message.replace(/[\r\n]+$/, '');
  return jsonLine(text) ?? platformLine(text) ?? runtimeLine(text) ?? output({ message: text });
}

function output(members: Partial<LogLine> & { readonly message: string }): LogLine {
  const none = { level: undefined, requestId: undefined, fields: undefined, report: undefined };
  return { kind: 'output', isFailure: false, ...none, ...members };
}

function platformLine(text: string): LogLine | undefined {
  const [, word, requestId] = PLATFORM_LINE.exec(text) ?? [];
  if (word === 'START' || word === 'END') {
    return output({ kind: word === 'START' ? 'start' : 'end', message: text, requestId });
  }
  if (word === 'REPORT') {
    const report = parseReportLine(text);
    const isFailure = report?.status !== undefined && report.status !== 'success';
    return output({ kind: 'report', message: text, requestId, report, isFailure });
  }
  if (/^(INIT_START|RESTORE_START) /.test(text)) return output({ kind: 'init', message: text });
  if (/^(INIT_REPORT|RESTORE_REPORT) /.test(text)) {
    const isFailure = /\tStatus: (error|timeout)/.test(text);
    return output({ kind: isFailure ? 'platform' : 'init', message: text, ...(isFailure && { level: 'ERROR' }) });
  }
  if (/^(EXTENSION|LOGS|TELEMETRY)\tName: /.test(text)) return output({ kind: 'platform', message: text });
  return undefined;
}

function runtimeLine(text: string): LogLine | undefined {
  const node = NODE_LINE.exec(text);
  if (node !== null) {
    const [, id, level, rest = ''] = node;
    const thrown = /^(?:Invoke Error|Init Error|Uncaught Exception|Unhandled Promise Rejection)\s*\t(\{[\s\S]*)$/.exec(
      rest,
    );
    const members = parseObject(thrown?.[1] ?? '');
    if (members !== undefined)
      return output({ ...errorOf(members), level: 'ERROR', requestId: idOf(id), isFailure: true });
    return output({
      message: rest,
      level: levelOf(level),
      requestId: idOf(id),
      isFailure: /^(Invoke Error|Uncaught Exception|Unhandled Promise Rejection)\s*\t/.test(rest),
    });
  }
  const python = PYTHON_LINE.exec(text);
  if (python !== null)
    return output({ message: python[3] ?? '', level: levelOf(python[1]), requestId: idOf(python[2]) });
  const ruby = RUBY_LINE.exec(text);
  if (ruby !== null) return output({ message: ruby[3] ?? '', level: levelOf(ruby[1]), requestId: idOf(ruby[2]) });
  const fatal = TIMEOUT_LINE.exec(text) ?? CRASH_LINE.exec(text);
  if (fatal !== null) return output({ message: text, level: 'ERROR', requestId: fatal[1], isFailure: true });
  if (PYTHON_ERROR.test(text)) return output({ message: text, level: 'ERROR', isFailure: true });
  return undefined;
}

/** An error as a line of its own: what it is, and the stack among the fields. */
function errorOf(members: Readonly<Record<string, unknown>>): Pick<LogLine, 'message' | 'fields'> {
  const { errorType, errorMessage, ...fields } = members;
  const what = [textOf(errorType), textOf(errorMessage)].filter((part) => part !== undefined && part !== '');
  return { message: what.join(': '), fields };
}

/** `undefined`, `-` and nothing stand there before the first invocation. */
function idOf(text: string | undefined): string | undefined {
  return text === undefined || text.length < 36 ? undefined : text;
}

/** Words of the runtimes beside Lambda's own. */
const LEVEL_WORDS: Readonly<Record<string, LogLevel>> = {
  TRCE: 'TRACE',
  DBUG: 'DEBUG',
  INFORMATION: 'INFO',
  WARNING: 'WARN',
  FAIL: 'ERROR',
  ERR: 'ERROR',
  CRIT: 'FATAL',
  CRITICAL: 'FATAL',
};

/** The level that a word means, whatever its case; undefined when it means none. */
export function levelOf(word: string | undefined): LogLevel | undefined {
  const upperCase = word?.toUpperCase() ?? '';
  return LOG_LEVELS.find((level) => level === upperCase) ?? LEVEL_WORDS[upperCase];
}

function jsonLine(text: string): LogLine | undefined {
  if (!text.startsWith('{')) return undefined;
  const members = parseObject(text);
  if (members === undefined) return undefined;
  const { type, record } = members;
  if (typeof type === 'string' && type.startsWith('platform.') && typeof record === 'object' && record !== null) {
    return platformRecord(type, record as Readonly<Record<string, unknown>>, text);
  }
  // Known members have a place of their own; what is left is shown behind the message.
  const { level, log_level, requestId, AWSRequestId, message, msg, time, timestamp, ...rest } = members;
  return output({
    ...described(message ?? msg, rest),
    level: levelOf(textOf(level) ?? textOf(log_level)),
    requestId: textOf(requestId) ?? textOf(AWSRequestId),
    isFailure: textOf(log_level) !== undefined && 'stackTrace' in rest,
  });
}

/** The message, or the error that stands in its place. */
function described(found: unknown, rest: Readonly<Record<string, unknown>>): Pick<LogLine, 'message' | 'fields'> {
  if (typeof found === 'object' && found !== null && 'errorType' in found) return errorOf({ ...found, ...rest });
  if (found === undefined) return 'errorType' in rest ? errorOf(rest) : { message: '', fields: rest };
  return { message: typeof found === 'string' ? found : JSON.stringify(found), fields: rest };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined; // Output that merely looks like JSON.
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function platformRecord(type: string, record: Readonly<Record<string, unknown>>, text: string): LogLine {
  const requestId = textOf(record.requestId);
  const status = textOf(record.status);
  const isFailure = status !== undefined && status !== 'success';
  switch (type) {
    case 'platform.start':
      return output({ kind: 'start', message: text, requestId });
    case 'platform.report':
      return output({ kind: 'report', message: text, requestId, report: reportOf(record), isFailure });
    case 'platform.initStart':
    case 'platform.initRuntimeDone':
    case 'platform.runtimeDone':
      return output({ kind: 'init', message: text, requestId, isFailure });
    default:
      return output({ kind: 'platform', message: text, requestId, ...(isFailure && { level: 'ERROR' }) });
  }
}

function reportOf(record: Readonly<Record<string, unknown>>): ReportLine | undefined {
  const metrics = record.metrics;
  if (typeof metrics !== 'object' || metrics === null) return undefined;
  const { durationMs, billedDurationMs, memorySizeMB, maxMemoryUsedMB, initDurationMs, restoreDurationMs } =
    metrics as Readonly<Record<string, number | undefined>>;
  const status = textOf(record.status);
  const errorType = textOf(record.errorType);
  return {
    requestId: textOf(record.requestId) ?? '',
    durationMs: durationMs ?? 0,
    billedDurationMs: billedDurationMs ?? 0,
    memorySizeMb: memorySizeMB ?? 0,
    maxMemoryUsedMb: maxMemoryUsedMB ?? 0,
    ...(initDurationMs !== undefined && { initDurationMs }),
    ...(restoreDurationMs !== undefined && { restoreDurationMs }),
    ...(status !== undefined && status !== 'success' && { status }),
    ...(errorType !== undefined && { errorType }),
  };
}
