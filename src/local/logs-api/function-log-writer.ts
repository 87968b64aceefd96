import { type LogSettings, renderLogEvents } from '../core/logs/render-log-events.js';
import type { EnvironmentIdentity, TimedPlatformEvent } from '../core/platform-event.js';
import type { PlatformEventSink } from '../core/platform-event-sink.js';
import type { LogGroupKey, LogStore } from '../store/log-store.js';
import type { NewLogEvent } from '../store/log-stream-file.js';

/** Writes the logs of all environments to their streams, behind the back of the invocations. */
export interface FunctionLogWriter {
  readonly sink: PlatformEventSink;
  /** Waits until everything that has happened so far is in the store. */
  flush(): Promise<void>;
}

export interface FunctionLogWriterOptions {
  /** Opens the store with the first event. */
  store(): Promise<LogStore>;
  /** Told when the disk refuses a write; the events of that write are lost. */
  readonly onFailure: (error: unknown) => void;
  /** How many characters may wait for the disk. Default 64 million; what comes on top is dropped and counted. */
  readonly maxWaitingCharacters?: number;
}

interface WaitingStream {
  readonly key: LogGroupKey;
  readonly logStreamName: string;
  /** Not rendered yet: that would keep the next invocation waiting. */
  readonly events: { readonly timed: TimedPlatformEvent; readonly settings: LogSettings }[];
  dropped: number;
}

const MAX_WAITING_CHARACTERS = 64_000_000;

/** About what START, or END with REPORT, comes to. */
const PLATFORM_EVENT_CHARACTERS = 256;

/** So long events are collected: a write to a file costs more than a whole warm invocation. */
const COLLECT_MS = 50;

/** What comes within a moment, or while the disk is busy, goes out in one write. */
export function createFunctionLogWriter(options: FunctionLogWriterOptions): FunctionLogWriter {
  const { maxWaitingCharacters = MAX_WAITING_CHARACTERS } = options;
  let waiting = new Map<string, WaitingStream>();
  let waitingCharacters = 0;
  let accepted = 0;
  let written = 0;
  let isWriting = false;
  let round: Promise<void> = Promise.resolve();
  let hurry: () => void = () => undefined;

  const writeRound = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, COLLECT_MS);
      hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    const batch = waiting;
    const upTo = accepted;
    waiting = new Map();
    waitingCharacters = 0;
    try {
      const store = await options.store();
      await Promise.all([...batch.values()].map((stream) => writeStream(store, stream)));
    } catch (error) {
      options.onFailure(error);
    }
    written = upTo;
  };

  const writeAll = async (): Promise<void> => {
    isWriting = true;
    while (waiting.size > 0) {
      round = writeRound();
      await round;
    }
    // In the same turn as the last look at the map, or an event in between would wait for ever.
    isWriting = false;
  };

  return {
    sink: (source, timed, settings) => {
      const stream = streamOf(waiting, source);
      if (waitingCharacters > maxWaitingCharacters) stream.dropped++;
      else stream.events.push({ timed, settings });
      waitingCharacters += 'text' in timed.event ? timed.event.text.length : PLATFORM_EVENT_CHARACTERS;
      accepted += 1;
      if (!isWriting) void writeAll();
    },
    flush: async () => {
      const goal = accepted;
      while (written < goal) {
        hurry();
        await round;
      }
    },
  };
}

function streamOf(waiting: Map<string, WaitingStream>, source: EnvironmentIdentity): WaitingStream {
  const known = waiting.get(source.environmentId);
  if (known !== undefined) return known;
  const region = source.functionArn.split(':')[3] ?? '';
  const { logGroup: logGroupName, logStream: logStreamName } = source;
  const added: WaitingStream = { key: { region, logGroupName }, logStreamName, events: [], dropped: 0 };
  waiting.set(source.environmentId, added);
  return added;
}

async function writeStream(store: LogStore, { key, logStreamName, events, dropped }: WaitingStream): Promise<void> {
  const rendered = events.flatMap(({ timed, settings }) => {
    const timestamp = Math.floor(timed.time);
    return renderLogEvents(timed, settings).map((message): NewLogEvent => ({ timestamp, message }));
  });
  if (dropped > 0) {
    const timestamp = Math.floor(events.at(-1)?.timed.time ?? Date.now());
    const message = `[lambdakit] ${dropped} log events came faster than the disk and were dropped\n`;
    rendered.push({ timestamp, message });
  }
  if (rendered.length > 0) await store.append(key, logStreamName, rendered);
}
