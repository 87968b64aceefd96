import path from 'node:path';
import { appendToFile } from '../../system/append-file.js';
import { mkdir, open, rename, rm, stat, systemErrorCode } from '../../system/files.js';
import {
  decodeHeader,
  decodeLogEvent,
  encodeHeader,
  encodeLogEvent,
  type LogStreamHeader,
  type StoredLogEvent,
  splitLines,
} from './log-lines.js';
import { explainWriteError } from './write-errors.js';

type Handle = Awaited<ReturnType<typeof open>>;

/** An event that has no place in its stream yet. */
export interface NewLogEvent {
  readonly timestamp: number;
  readonly message: string;
}

export interface LogStreamFacts {
  readonly storedBytes: number;
  readonly firstEventTimestamp: number | undefined;
  readonly lastEventTimestamp: number | undefined;
  readonly lastIngestionTime: number | undefined;
}

const HEADER_BYTES = 4_096;
const SMALL_TAIL_BYTES = 16_384;
/** An event of 256 KB in which every byte is escaped. */
const LARGE_TAIL_BYTES = 2_097_152;
const BLOCK_BYTES = 262_144;
const NEWLINE = 0x0a;

/**
 * The events of one log stream, appended to a file. When the file has reached its share of the limit it
 * becomes the old one in the place of the one before, so a stream never holds more than `maxBytes`.
 */
export class LogStreamFile {
  #queue: Promise<unknown> = Promise.resolve();
  #isPrepared = false;
  #size = 0;
  #oldSize = 0;
  #nextSequence = 0;
  #first: number | undefined;
  #last: number | undefined;
  #lastIngestion: number | undefined;

  constructor(
    private readonly file: string,
    readonly header: LogStreamHeader,
    private readonly maxBytes: number,
  ) {}

  /** What is written on disk; 0 before the file was looked at. */
  get sizeBytes(): number {
    return this.#size + this.#oldSize;
  }

  /** Appends events; resolves when they are in the file. @throws LambdakitError `disk-full`, `permission-denied` */
  append(events: readonly NewLogEvent[], ingestionTime: number): Promise<void> {
    return this.#inTurn(async () => {
      const stored = events.map((event) => ({ ...event, sequence: this.#nextSequence++, ingestionTime }));
      await this.#write(Buffer.from(stored.map(encodeLogEvent).join('')));
      for (const { timestamp } of stored) {
        this.#first = Math.min(this.#first ?? timestamp, timestamp);
        this.#last = Math.max(this.#last ?? timestamp, timestamp);
      }
      this.#lastIngestion = ingestionTime;
    });
  }

  facts(): Promise<LogStreamFacts> {
    return this.#inTurn(async () => ({
      storedBytes: this.sizeBytes,
      firstEventTimestamp: this.#first,
      lastEventTimestamp: this.#last,
      lastIngestionTime: this.#lastIngestion,
    }));
  }

  /** All events that were appended before the call, in the order of their sequence. */
  async *read(): AsyncGenerator<StoredLogEvent> {
    const handles = await this.#inTurn(() => this.#openForReading());
    try {
      for (const handle of handles) {
        const stream = handle.createReadStream({ highWaterMark: BLOCK_BYTES, autoClose: false, start: 0 });
        for await (const line of splitLines(stream)) {
          const event = decodeLogEvent(line);
          if (event !== undefined) yield event;
        }
      }
    } finally {
      for (const handle of handles) await handle.close();
    }
  }

  /** Waits for what is being written. */
  async flush(): Promise<void> {
    await this.#queue;
  }

  remove(): Promise<void> {
    return this.#inTurn(async () => {
      await rm(this.file, { force: true });
      await rm(oldOf(this.file), { force: true });
      this.#size = 0;
      this.#oldSize = 0;
    });
  }

  /** One after the other: a look at the file must not meet a half-written event. */
  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const result = this.#queue.then(async () => {
      if (!this.#isPrepared) await this.#prepare();
      return work();
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** Finds out what an earlier process has left, and cuts off what it could not finish. */
  async #prepare(): Promise<void> {
    await mkdir(path.dirname(this.file), { recursive: true, mode: 0o700 });
    this.#oldSize = await sizeOf(oldOf(this.file));
    const handle = await openIfExists(this.file, 'r+');
    if (handle !== undefined) {
      try {
        this.#size = await cutTornLine(handle);
        const events = await eventsAtTheEnd(handle, this.#size);
        const last = events.at(-1);
        this.#nextSequence = (last?.sequence ?? -1) + 1;
        this.#last = last && Math.max(...events.map(({ timestamp }) => timestamp));
        this.#lastIngestion = last?.ingestionTime;
      } finally {
        await handle.close();
      }
      this.#first = await firstTimestamp(this.#oldSize > 0 ? oldOf(this.file) : this.file);
    }
    this.#isPrepared = true;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#size > 0 && this.#size + bytes.length > this.maxBytes / 2) await this.#rotate();
    const whole = this.#size === 0 ? Buffer.concat([Buffer.from(encodeHeader(this.header)), bytes]) : bytes;
    try {
      await appendToFile(this.file, whole, 0o600);
    } catch (error) {
      throw explainWriteError(error, this.file);
    }
    this.#size += whole.length;
  }

  async #rotate(): Promise<void> {
    await rename(this.file, oldOf(this.file));
    this.#oldSize = this.#size;
    this.#size = 0;
  }

  async #openForReading(): Promise<readonly Handle[]> {
    const handles = [await openIfExists(oldOf(this.file), 'r'), await openIfExists(this.file, 'r')];
    return handles.filter((handle) => handle !== undefined);
  }
}

/** The header of a file that an earlier process has left; undefined when it is none of ours. */
export async function readStreamHeader(file: string): Promise<LogStreamHeader | undefined> {
  const handle = await openIfExists(file, 'r');
  if (handle === undefined) return undefined;
  try {
    return decodeHeader(await readAt(handle, 0, HEADER_BYTES));
  } finally {
    await handle.close();
  }
}

function oldOf(file: string): string {
  return `${file}.old`;
}

async function openIfExists(file: string, flags: string): Promise<Handle | undefined> {
  try {
    return await open(file, flags);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    return 0; // There is no old file yet.
  }
}

async function readAt(handle: Handle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, start);
  return bytes.subarray(0, bytesRead);
}

async function cutTornLine(handle: Handle): Promise<number> {
  const { size } = await handle.stat();
  if (size === 0 || (await readAt(handle, size - 1, 1))[0] === NEWLINE) return size;
  const start = Math.max(0, size - LARGE_TAIL_BYTES);
  const tail = await readAt(handle, start, size - start);
  const whole = start + tail.lastIndexOf(NEWLINE) + 1;
  if (whole < size) await handle.truncate(whole);
  return whole;
}

async function eventsAtTheEnd(handle: Handle, size: number): Promise<readonly StoredLogEvent[]> {
  for (const length of [SMALL_TAIL_BYTES, LARGE_TAIL_BYTES]) {
    const start = Math.max(0, size - length);
    const tail = await readAt(handle, start, size - start);
    const events = tail
      .toString('utf8')
      .split('\n')
      .map((line) => decodeLogEvent(Buffer.from(line)))
      .filter((event) => event !== undefined);
    if (events.length > 0) return events;
  }
  return [];
}

async function firstTimestamp(file: string): Promise<number | undefined> {
  const handle = await openIfExists(file, 'r');
  if (handle === undefined) return undefined;
  try {
    for await (const line of splitLines(handle.createReadStream({ autoClose: false, start: 0 }))) {
      const event = decodeLogEvent(line);
      if (event !== undefined) return event.timestamp;
    }
    return undefined;
  } finally {
    await handle.close();
  }
}
