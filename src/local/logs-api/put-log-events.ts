import type { NewLogEvent } from '../store/log-stream-file.js';
import { invalidParameter, streamNotFound } from './logs-error.js';
import { keyOf, type LogsCall, requireGroup } from './operations.js';
import { groupNameOf, streamNameOf } from './read-input.js';

/** Limits of one batch (CloudWatch Logs API reference, PutLogEvents). */
const MAX_EVENTS = 10_000;
const MAX_BATCH_BYTES = 1_048_576;
const EVENT_OVERHEAD_BYTES = 26;
const MAX_SPAN_MS = 86_400_000;
const TOO_OLD_MS = 14 * 86_400_000;
const TOO_NEW_MS = 2 * 3_600_000;
const DAY_MS = 86_400_000;

/** Appends a batch; events that are too old or too new are left out, and the answer says which. */
export async function putLogEvents(call: LogsCall): Promise<object> {
  const group = requireGroup(call, groupNameOf(call.input));
  const logStreamName = streamNameOf(call.input);
  const key = keyOf(call, group.logGroupName);
  if (call.store.stream(key, logStreamName) === undefined) throw streamNotFound();
  const events = call.input.list('logEvents').map(readEvent);
  checkBatch(events);
  const now = call.now();
  const oldest = Math.max(now - TOO_OLD_MS, now - (group.retentionInDays ?? Number.POSITIVE_INFINITY) * DAY_MS);
  const tooOld = events.findIndex(({ timestamp }) => timestamp >= oldest);
  const start = tooOld < 0 ? events.length : tooOld;
  const tooNew = events.findIndex(({ timestamp }) => timestamp > now + TOO_NEW_MS);
  const end = tooNew < 0 ? events.length : tooNew;
  if (start < end) await call.store.append(key, logStreamName, events.slice(start, end));
  const rejected = {
    ...(start > 0 && { tooOldLogEventEndIndex: start }),
    ...(end < events.length && { tooNewLogEventStartIndex: end }),
  };
  return {
    nextSequenceToken: `49${String(Math.floor(now)).padStart(54, '0')}`,
    ...(Object.keys(rejected).length > 0 && { rejectedLogEventsInfo: rejected }),
  };
}

function readEvent(event: unknown): NewLogEvent {
  const { timestamp, message } = (event ?? {}) as Partial<NewLogEvent>;
  if (!Number.isInteger(timestamp) || typeof message !== 'string' || message === '') {
    throw invalidParameter('Each log event needs a timestamp in milliseconds and a message.');
  }
  return { timestamp: timestamp as number, message };
}

function checkBatch(events: readonly NewLogEvent[]): void {
  if (events.length === 0 || events.length > MAX_EVENTS) {
    throw invalidParameter(`A batch has 1 to ${MAX_EVENTS} log events, not ${events.length}.`);
  }
  const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES, 0);
  if (bytes > MAX_BATCH_BYTES)
    throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${MAX_BATCH_BYTES}`);
  const isInOrder = events.every(({ timestamp }, index) => timestamp >= (events[index - 1]?.timestamp ?? 0));
  if (!isInOrder) {
    throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
  }
  if ((events.at(-1)?.timestamp ?? 0) - (events[0]?.timestamp ?? 0) > MAX_SPAN_MS) {
    throw invalidParameter('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  }
}
