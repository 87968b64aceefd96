import type { ServerResponse } from 'node:http';
import { type FoundEvent, findEvents } from './event-query.js';
import { parseFilterPattern } from './filter-pattern/filter-pattern.js';
import { invalidParameter } from './logs-error.js';
import { groupArn, keyOf, type LogsCall, requireGroup } from './operations.js';
import { groupNameOfIdentifier } from './read-input.js';

/** An update is sent each second, with at most 500 events (API reference, StartLiveTail). */
const UPDATE_MS = 1_000;
const MAX_EVENTS_PER_UPDATE = 500;
/** What is written with an older time is not new. */
const LOOK_BACK_MS = 10_000;
/** A session of CloudWatch ends after three hours. */
const MAX_SESSION_MS = 3 * 3_600_000;

/** Sends new events of up to ten log groups until the caller hangs up. */
export async function startLiveTail(call: LogsCall): Promise<undefined> {
  const { input, response } = call;
  const identifiers = input.optionalTexts('logGroupIdentifiers') ?? [];
  if (identifiers.length === 0 || identifiers.length > 10) {
    throw invalidParameter('logGroupIdentifiers names 1 to 10 log groups.');
  }
  const names = identifiers.map(groupNameOfIdentifier);
  for (const name of names) requireGroup(call, name);
  const pattern = input.optionalText('logEventFilterPattern', { max: 1_024 }) ?? '';
  const fits = parseFilterPattern(pattern);
  const frame = await loadFrames();
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
  response.write(frame('initial-response', {}));
  response.write(
    frame('sessionStart', {
      requestId: call.requestId,
      sessionId: call.requestId,
      logGroupIdentifiers: names.map((name) => groupArn(call, name)),
      logStreamNames: input.optionalTexts('logStreamNames') ?? [],
      logStreamNamePrefixes: input.optionalTexts('logStreamNamePrefixes') ?? [],
      logEventFilterPattern: pattern,
    }),
  );
  const seen = new Set<string>();
  const startedAt = call.now();
  while (!response.destroyed && call.now() < startedAt + MAX_SESSION_MS) {
    const startTime = Math.max(startedAt, call.now() - LOOK_BACK_MS);
    const results = [];
    for (const name of names) results.push(...(await newEvents(call, { name, fits, startTime, seen })));
    const shown = results.slice(0, MAX_EVENTS_PER_UPDATE);
    const sessionMetadata = { sampled: shown.length < results.length };
    response.write(frame('sessionUpdate', { sessionMetadata, sessionResults: shown }));
    await pauseUntilClosed(response, UPDATE_MS);
  }
  response.end();
  return undefined;
}

interface NewEventsOptions {
  readonly name: string;
  readonly fits: (message: string) => boolean;
  readonly startTime: number;
  /** Ids of what was sent; what is too old to be found again is forgotten. */
  readonly seen: Set<string>;
}

async function newEvents(
  call: LogsCall,
  { name, fits, startTime, seen }: NewEventsOptions,
): Promise<readonly object[]> {
  await call.flush();
  const { events } = await findEvents({ streams: streamsOf(call, name), fits, startTime, limit: 10_000 });
  const fresh = events.filter(({ eventId }) => !seen.has(eventId));
  for (const { eventId } of fresh) seen.add(eventId);
  for (const eventId of seen) if (Number(eventId.slice(0, 17)) < startTime) seen.delete(eventId);
  return fresh.map(({ logStreamName, message, timestamp, ingestionTime }: FoundEvent) => ({
    ...{ logStreamName, message, timestamp, ingestionTime },
    logGroupIdentifier: `${call.accountId}:${name}`,
  }));
}

function streamsOf(call: LogsCall, name: string) {
  const names = call.input.optionalTexts('logStreamNames');
  const prefixes = call.input.optionalTexts('logStreamNamePrefixes');
  return call.store
    .streams(keyOf(call, name))
    .filter(({ logStreamName }) => names === undefined || names.includes(logStreamName))
    .filter(({ logStreamName }) => prefixes === undefined || prefixes.some((one) => logStreamName.startsWith(one)));
}

async function loadFrames(): Promise<(eventType: string, members: object) => Uint8Array> {
  const { EventStreamCodec } = await import('@smithy/core/event-streams');
  const codec = new EventStreamCodec(
    (bytes) => Buffer.from(bytes instanceof Uint8Array ? bytes : new Uint8Array()).toString('utf8'),
    (text) => Buffer.from(text, 'utf8'),
  );
  return (eventType, members) =>
    codec.encode({
      headers: {
        ':message-type': { type: 'string', value: 'event' },
        ':event-type': { type: 'string', value: eventType },
        ':content-type': { type: 'string', value: 'application/json' },
      },
      body: Buffer.from(JSON.stringify(members)),
    });
}

function pauseUntilClosed(response: ServerResponse, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      response.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    response.once('close', done);
  });
}
