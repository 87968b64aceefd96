import type { LogEntry } from '../../actions/logs/log-entry.js';
import type { LogStats, Percentiles } from '../../actions/logs/log-stats.js';
import type { LogLevel } from '../../lambda/log-line.js';
import type { ReportLine } from '../../lambda/report-line.js';
import type { Style } from '../style.js';
import { formatDuration } from './units.js';

export interface RenderLogsOptions {
  readonly style: Style;
  /** Prints every event as it stands in the log. */
  readonly isRaw: boolean;
}

/** Log events as lines for people; START and END are folded into the line of the REPORT. */
export function renderLogEntries(entries: readonly LogEntry[], { style, isRaw }: RenderLogsOptions): string {
  return entries
    .map((entry) => (isRaw ? entry.raw.replace(/\n?$/, '\n') : renderEntry(entry, style)))
    .filter((line) => line !== '')
    .join('');
}

function renderEntry(entry: LogEntry, style: Style): string {
  const time = style.dim(new Date(entry.timestamp).toISOString().slice(11, 23));
  switch (entry.kind) {
    case 'start':
    case 'end':
    case 'init':
      return '';
    case 'report':
      return `${time} ${entry.report === undefined ? entry.message : renderReport(entry, entry.report, style)}\n`;
    default:
      return `${time} ${levelMark(entry, style)} ${indented(withFields(entry, style))}\n`;
  }
}

function renderReport({ isFailure }: LogEntry, report: ReportLine, style: Style): string {
  const { durationMs, billedDurationMs, initDurationMs, restoreDurationMs, memorySizeMb, maxMemoryUsedMb } = report;
  const mark = isFailure ? style.red(`✘ ${report.errorType ?? report.status ?? 'error'}`) : style.green('✔');
  const parts = [
    `${durationMs.toFixed(2)} ms`,
    `billed ${billedDurationMs} ms`,
    ...(initDurationMs === undefined ? [] : [`init ${initDurationMs.toFixed(2)} ms`]),
    ...(restoreDurationMs === undefined ? [] : [`restore ${restoreDurationMs.toFixed(2)} ms`]),
    `${maxMemoryUsedMb}/${memorySizeMb} MB`,
  ];
  return `${mark} ${parts.join(', ')} ${style.dim(report.requestId)}`;
}

function levelMark({ level, isFailure }: LogEntry, style: Style): string {
  const shown = level ?? (isFailure ? 'ERROR' : undefined);
  return shown === undefined ? '     ' : colourOf(shown, style)(shown.padEnd(5));
}

function colourOf(level: LogLevel, style: Style): (text: string) => string {
  switch (level) {
    case 'FATAL':
    case 'ERROR':
      return style.red;
    case 'WARN':
      return style.yellow;
    case 'INFO':
      return style.green;
    default:
      return style.dim;
  }
}

/** Stacks stand one frame a line, every other member as `name=value`. */
function withFields({ message, fields = {} }: LogEntry, style: Style): string {
  const { stackTrace, stack, errorMessage, ...rest } = fields;
  const frames = [stackTrace, stack].find((value) => Array.isArray(value) || typeof value === 'string');
  const lines = (Array.isArray(frames) ? frames : typeof frames === 'string' ? [frames] : [])
    .map(String)
    .filter((line) => line !== message);
  const isTold = errorMessage === undefined || errorMessage === message;
  const members = Object.entries(isTold ? rest : { ...rest, errorMessage }).map(
    ([name, value]) => `${style.dim(`${name}=`)}${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [[message, ...members].filter((part) => part !== '').join(' '), ...lines.map((line) => style.dim(line))].join(
    '\n',
  );
}

/** Node.js writes line breaks within a message as `\r`. */
function indented(text: string): string {
  return printable(text)
    .split(/\r\n|\r|\n/)
    .join(`\n${' '.repeat(19)}`);
}

/** What a function prints must not move the cursor or recolour the terminal of who reads its log. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character, offset: number) => {
    const isColour = character === '\u001b' && /^\[[\d;]*m/.test(text.slice(offset + 1, offset + 16));
    return isColour || '\t\r\n'.includes(character) ? character : '\ufffd';
  });
}

/** One log event for scripts. */
export interface LogEventDocument {
  readonly timestamp: string;
  readonly kind: LogEntry['kind'];
  readonly level?: LogLevel;
  readonly requestId?: string;
  readonly message: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly report?: ReportLine;
  readonly logStream: string;
  readonly eventId: string;
}

export function logEventDocument(entry: LogEntry): LogEventDocument {
  const { kind, level, requestId, message, fields, report, logStream, eventId } = entry;
  return {
    timestamp: new Date(entry.timestamp).toISOString(),
    kind,
    ...(level !== undefined && { level }),
    ...(requestId !== undefined && { requestId }),
    message,
    ...(fields !== undefined && { fields }),
    ...(report !== undefined && { report }),
    logStream,
    eventId,
  };
}

export function renderLogStats(stats: LogStats, style: Style): string {
  if (stats.invocations === 0) return 'There are no invocations in this span of time.';
  const { invocations, errors, timeouts, coldStarts } = stats;
  const share = (count: number): string => `${count} (${((100 * count) / invocations).toFixed(1)} %)`;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['invocations', String(invocations)],
    ['errors', errors === 0 ? '0' : style.red(share(errors))],
    ['timeouts', timeouts === 0 ? undefined : style.red(share(timeouts))],
    ['cold starts', share(coldStarts)],
    ['duration', percentileText(stats.duration)],
    ['init', percentileText(stats.initDuration)],
    ['memory', `${stats.maxMemoryUsed} of ${stats.memorySize} MB`],
    ['billed', formatDuration(stats.billedDuration)],
    ['cost', costText(stats)],
  ];
  return rows
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${style.bold(name.padEnd(12))}  ${value}`)
    .join('\n');
}

function percentileText(percentiles: Percentiles | undefined): string | undefined {
  if (percentiles === undefined) return undefined;
  const { p50, p90, p99, max } = percentiles;
  return `p50 ${p50.toFixed(1)} ms, p90 ${p90.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, max ${max.toFixed(1)} ms`;
}

/** What helps where no price is known. */
export const GIVE_PRICE = 'give it with --price GBSECOND,REQUEST';

/** A cost with what it is, or why there is none. */
export function costText(
  stats: Pick<LogStats, 'cost' | 'currency' | 'region' | 'architecture' | 'priceOrigin'>,
): string {
  const { cost, currency, region = 'this place', architecture, priceOrigin } = stats;
  if (cost === undefined || currency === undefined)
    return `the price is not known for ${region} (${architecture}); ${GIVE_PRICE}`;
  const origin = priceOrigin === 'given' ? 'at the given price' : `list price of ${region}`;
  return `${formatCost(cost, currency)} (${origin}, without free tier)`;
}

/** Enough digits for a single call, which costs a fraction of a millionth. */
export function formatCost(cost: number, currency: 'USD' | 'CNY'): string {
  return `${cost.toFixed(cost < 0.01 ? 9 : 4)} ${currency}`;
}
