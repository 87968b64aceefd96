import { createHash } from 'node:crypto';
import type { LogStream } from '../store/log-store.js';
import type { LogFilter } from './filter-pattern/log-filter.js';

/** A log event with the stream it stands in. */
export interface FoundEvent {
  readonly logStreamName: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
  /** 56 digits; sorts as the events do and is never given twice. */
  readonly eventId: string;
}

export interface EventQuery {
  readonly streams: readonly LogStream[];
  /** Epoch milliseconds, inclusive. */
  readonly startTime?: number | undefined;
  /** Epoch milliseconds, exclusive. */
  readonly endTime?: number | undefined;
  readonly fits?: LogFilter;
  /** Only events after, or before, the one with this id. */
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
  /** From which end of the time line the limit counts. Default `oldest`. */
  readonly from?: 'oldest' | 'newest';
}

/** The answer of one call holds no more (CloudWatch Logs API reference, GetLogEvents and FilterLogEvents). */
const MAX_ANSWER_BYTES = 1_048_576;

/** Finds events in the order of time. Holds at most twice the limit in memory, however large the streams are. */
export async function findEvents(query: EventQuery): Promise<{
  readonly events: readonly FoundEvent[];
  readonly isCut: boolean;
}> {
  const { limit, from = 'oldest' } = query;
  const order = from === 'oldest' ? 1 : -1;
  let found: FoundEvent[] = [];
  let isCut = false;
  const cut = (): void => {
    found.sort((a, b) => (a.eventId < b.eventId ? -order : order));
    isCut ||= found.length > limit;
    found = found.slice(0, limit);
  };
  for (const stream of query.streams) {
    if (!(await mayHave(stream, query))) continue;
    for await (const event of eventsOf(stream, query)) {
      found.push(event);
      if (found.length >= 2 * limit + 1_000) cut();
    }
  }
  cut();
  const fitting = withinAnswer(found);
  isCut ||= fitting.length < found.length;
  return { events: order === 1 ? fitting : fitting.toReversed(), isCut };
}

async function mayHave(stream: LogStream, { startTime = 0, endTime }: EventQuery): Promise<boolean> {
  const { firstEventTimestamp, lastEventTimestamp } = await stream.facts();
  if (lastEventTimestamp === undefined || firstEventTimestamp === undefined) return false;
  return lastEventTimestamp >= startTime && (endTime === undefined || firstEventTimestamp < endTime);
}

async function* eventsOf(stream: LogStream, query: EventQuery): AsyncGenerator<FoundEvent> {
  const { startTime = 0, endTime = Number.POSITIVE_INFINITY, fits, after = '', before } = query;
  const streamDigits = digitsOf(stream.logStreamName);
  for await (const { sequence, timestamp, ingestionTime, message } of stream.read()) {
    if (timestamp < startTime || timestamp >= endTime) continue;
    const eventId = `${String(timestamp).padStart(17, '0')}${streamDigits}${String(sequence).padStart(19, '0')}`;
    if (eventId <= after || (before !== undefined && eventId >= before)) continue;
    if (fits !== undefined && !fits(message)) continue;
    yield { logStreamName: stream.logStreamName, timestamp, ingestionTime, message, eventId };
  }
}

function digitsOf(logStreamName: string): string {
  const hash = createHash('sha256').update(logStreamName).digest().readBigUInt64BE();
  return String(hash).padStart(20, '0');
}

/** At least one event, however large it is. */
function withinAnswer(events: readonly FoundEvent[]): readonly FoundEvent[] {
  let bytes = 0;
  const end = events.findIndex(({ message }, index) => {
    bytes += Buffer.byteLength(message) + 26;
    return index > 0 && bytes > MAX_ANSWER_BYTES;
  });
  return end < 0 ? events : events.slice(0, end);
}
