import { findEvents } from './event-query.js';
import { parseFilterPattern } from './filter-pattern/filter-pattern.js';
import { startLiveTail } from './live-tail.js';
import { invalidParameter, streamNotFound } from './logs-error.js';
import { keyOf, type LogsCall, type LogsOperations, requireGroup } from './operations.js';
import { groupNameOrIdentifierOf, streamNameOf, streamPrefixOf } from './read-input.js';

const MAX_EVENTS = 10_000;
const MAX_PATTERN_LENGTH = 1_024;

/** Reading log events. */
export const eventOperations: LogsOperations = {
  GetLogEvents: getLogEvents,
  FilterLogEvents: filterLogEvents,
  StartLiveTail: startLiveTail,
  TestMetricFilter: async ({ input }) => {
    const fits = parseFilterPattern(input.text('filterPattern', { max: MAX_PATTERN_LENGTH }));
    const messages = input.optionalTexts('logEventMessages') ?? [];
    const matches = messages.flatMap((eventMessage, index) =>
      fits(eventMessage) ? [{ eventNumber: index + 1, eventMessage, extractedValues: {} }] : [],
    );
    return { matches };
  },
};

const TOKEN = /^([fb])\/(\d{56})\/s$/;

/** Pages both ways. At an end the answer gives the token it was asked with, by which clients know the end. */
async function getLogEvents(call: LogsCall): Promise<object> {
  const { input, store } = call;
  const name = groupNameOrIdentifierOf(input);
  const logStreamName = streamNameOf(input);
  const token = input.optionalText('nextToken');
  const place = token === undefined ? undefined : TOKEN.exec(token);
  if (place === null) throw invalidParameter('The specified nextToken is invalid.');
  await call.flush();
  requireGroup(call, name);
  const stream = store.stream(keyOf(call, name), logStreamName);
  if (stream === undefined) throw streamNotFound();
  const isForward = place === undefined ? input.isTrue('startFromHead') : place[1] === 'f';
  const { events } = await findEvents({
    ...timesOf(call),
    streams: [stream],
    limit: input.optionalInteger('limit', { min: 1, max: MAX_EVENTS }) ?? MAX_EVENTS,
    from: isForward ? 'oldest' : 'newest',
    after: isForward ? place?.[2] : undefined,
    before: isForward ? undefined : place?.[2],
  });
  const at = place?.[2] ?? '0'.repeat(56);
  return {
    events: events.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
    nextForwardToken: `f/${events.at(-1)?.eventId ?? at}/s`,
    nextBackwardToken: `b/${events[0]?.eventId ?? at}/s`,
  };
}

async function filterLogEvents(call: LogsCall): Promise<object> {
  const { input, store } = call;
  const name = groupNameOrIdentifierOf(input);
  const names = input.optionalTexts('logStreamNames');
  const prefix = streamPrefixOf(input);
  if (names !== undefined && prefix !== undefined) {
    throw invalidParameter('LogStreamNames and LogStreamNamePrefix are mutually exclusive parameters.');
  }
  const fits = parseFilterPattern(input.optionalText('filterPattern', { max: MAX_PATTERN_LENGTH }) ?? '');
  const token = input.optionalText('nextToken');
  await call.flush();
  requireGroup(call, name);
  const key = keyOf(call, name);
  const streams = store.streams(key).filter(({ logStreamName }) => logStreamName.startsWith(prefix ?? ''));
  const { events, isCut } = await findEvents({
    ...timesOf(call),
    streams: names === undefined ? streams : streams.filter(({ logStreamName }) => names.includes(logStreamName)),
    fits,
    limit: input.optionalInteger('limit', { min: 1, max: MAX_EVENTS }) ?? MAX_EVENTS,
    after: token === undefined ? undefined : placeOf(token),
  });
  const last = events.at(-1);
  return {
    events,
    searchedLogStreams: [],
    ...(isCut && last !== undefined && { nextToken: Buffer.from(last.eventId).toString('base64url') }),
  };
}

function placeOf(token: string): string {
  const place = Buffer.from(token, 'base64url').toString('utf8');
  if (!/^\d{56}$/.test(place)) throw invalidParameter('The specified nextToken is invalid.');
  return place;
}

function timesOf({ input }: LogsCall): { readonly startTime?: number; readonly endTime?: number } {
  const startTime = input.optionalInteger('startTime', { min: 0 });
  const endTime = input.optionalInteger('endTime', { min: 0 });
  if (startTime !== undefined && endTime !== undefined && startTime > endTime) {
    throw invalidParameter('End time must be greater than or equal to start time.');
  }
  return { ...(startTime !== undefined && { startTime }), ...(endTime !== undefined && { endTime }) };
}
