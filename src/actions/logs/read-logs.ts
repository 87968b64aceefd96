import type { LogsCalls } from '../../aws/neighbour-calls.js';
import { unlessNotFound } from '../../aws/not-found.js';
import type { LogLevel } from '../../lambda/log-line.js';
import type { GivenPrice } from '../../lambda/pricing.js';
import type { ActionContext } from '../action-context.js';
import { createLogReader, type LogEntry, type RawLogEvent, reachesLevel } from './log-entry.js';
import { findLogSource, type LogSource, type LogSourceRequest, logCalls } from './log-source.js';
import { type LogStats, statsOf } from './log-stats.js';
import { parseMoment } from './time-range.js';

export interface LogsRequest extends LogSourceRequest {
  /** A moment or how long ago; see `parseMoment`. */
  readonly since: string;
  readonly until?: string | undefined;
  /** Filter pattern of CloudWatch Logs. */
  readonly filter?: string | undefined;
  /** Only the lines of this request. */
  readonly requestId?: string | undefined;
  readonly level?: LogLevel | undefined;
  /** How many of the newest events are kept. */
  readonly limit?: number | undefined;
  /** For the cost in the figures; default: the list price of the region. */
  readonly price?: GivenPrice | undefined;
}

export interface LogsResult {
  readonly functionName: string;
  readonly logGroup: string;
  readonly entries: readonly LogEntry[];
  readonly stats: LogStats;
}

/** The logs of a function within a span of time, in their order. An empty list when it has no log group yet. */
export async function readLogs(request: LogsRequest, context: ActionContext): Promise<LogsResult> {
  const source = await findLogSource(request, context);
  const calls = await logCalls(context);
  const reader = createLogReader();
  const entries: LogEntry[] = [];
  for await (const event of findEvents(calls, source, await narrowed(request, calls, source))) {
    const entry = reader.read(event);
    if (isWanted(entry, request)) entries.push(entry);
  }
  const { functionName, logGroup } = source;
  const kept = request.limit === undefined ? entries : entries.slice(-request.limit);
  return { functionName, logGroup, entries: kept, stats: statsOf(entries, { ...source, given: request.price }) };
}

/** What the service is to look through; the rest is decided here, where requests are put together. */
export interface EventRange {
  readonly startTime: number;
  readonly endTime?: number;
  readonly filterPattern?: string;
  readonly logStreamNames?: string[];
}

export function rangeOf({ since, until, filter }: LogsRequest, nowMs = Date.now()): EventRange {
  return {
    startTime: parseMoment(since, nowMs),
    ...(until !== undefined && { endTime: parseMoment(until, nowMs) }),
    ...(filter !== undefined && { filterPattern: filter }),
  };
}

/**
 * Where one request is looked for: the lines that name it say in which stream and when it ran, and
 * between them stand those that do not name it.
 */
async function narrowed(
  request: LogsRequest,
  calls: Pick<LogsCalls, 'filterLogEvents'>,
  source: LogSource,
): Promise<EventRange> {
  const range = rangeOf(request);
  if (request.requestId === undefined || request.filter !== undefined) return range;
  const named: RawLogEvent[] = [];
  for await (const event of findEvents(calls, source, { ...range, filterPattern: `"${request.requestId}"` })) {
    named.push(event);
  }
  if (named.length === 0) return range;
  const times = named.map(({ timestamp = 0 }) => timestamp);
  return {
    startTime: Math.min(...times),
    endTime: Math.max(...times) + 1,
    logStreamNames: [...new Set(named.map(({ logStreamName = '' }) => logStreamName))],
  };
}

export function isWanted(entry: LogEntry, { requestId, level }: LogsRequest): boolean {
  if (requestId !== undefined && entry.requestId !== requestId) return false;
  return level === undefined || reachesLevel(entry, level);
}

/** Every event of the source within the range, page by page; none when the group is not there. */
export async function* findEvents(
  calls: Pick<LogsCalls, 'filterLogEvents'>,
  source: Pick<LogSource, 'logGroup' | 'hasStream'>,
  range: EventRange,
): AsyncGenerator<RawLogEvent> {
  let nextToken: string | undefined;
  do {
    const request = { logGroupName: source.logGroup, ...range, ...(nextToken !== undefined && { nextToken }) };
    const page = await unlessNotFound(calls.filterLogEvents(request));
    for (const event of page?.events ?? []) if (source.hasStream(event.logStreamName ?? '')) yield event;
    nextToken = page?.nextToken;
  } while (nextToken !== undefined);
}
