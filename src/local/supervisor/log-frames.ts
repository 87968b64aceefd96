import { MAX_LOG_EVENT_BYTES } from '../core/logs/line-splitter.js';
import type { LogLevel } from '../core/logs/log-level.js';
import { utf8CutLength } from '../core/logs/utf8-boundary.js';
import type { LogFrame, ProcessEvents } from '../core/ports.js';

/**
 * The descriptor to which Lambda's managed runtimes write log messages in frames (`_LAMBDA_TELEMETRY_LOG_FD`).
 * Here it leads into the same pipe as stdout and stderr, so that the order of everything is that of writing.
 */
export const LOG_DESCRIPTOR = 62;

/**
 * Whether the clients of a managed runtime write frames. Those of Java do from 17 on; before, the descriptor is
 * not even named to them (dumps of real environments, one per runtime).
 */
export function framesItsLogs(runtime: string | undefined): boolean {
  return runtime === undefined || !/^java(?:8|11)\b/.test(runtime);
}

/** Type, length and time: 4, 4 and 8 bytes, big-endian (AWS's runtime interface clients, their log sinks). */
const HEAD_BYTES = 16;
const TEXT_FRAME = 0xa55a0003;
const JSON_FRAME = 0xa55a0002;
const LEVEL_MASK = 0xfc;
const LEVELS: readonly (LogLevel | undefined)[] = [undefined, 'TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
/** What every frame begins with, and no UTF-8 text holds but by intent. */
const MAGIC = Buffer.from([0xa5, 0x5a, 0x00]);
/** A time that is further away was never a time: what looks like a frame is output. */
const PLAUSIBLE_MS = 24 * 3_600_000;

export interface OutputEvents {
  onFrame(frame: LogFrame): void;
  /** What is written to stdout and stderr. */
  onOutput(bytes: Uint8Array): void;
}

/** What one process writes, with the frames told from the rest. */
export interface FrameReader {
  push(chunk: Uint8Array): void;
  /** Hands out what might have become a frame. */
  end(): void;
}

/**
 * Takes the frames out of a process's output, however the pipe cut them. A message above the size of a log
 * event becomes several, none of which cuts a character.
 */
export function createFrameReader(events: OutputEvents, now: () => number = Date.now): FrameReader {
  let held: Buffer = Buffer.alloc(0);
  const giveOutput = (length: number): void => {
    if (length > 0) events.onOutput(held.subarray(0, length));
    held = held.subarray(length);
  };
  const end = (): void => giveOutput(held.length);
  /** Handles what stands at the front; false when more must come first. */
  const advance = (): boolean => {
    const at = held.indexOf(MAGIC);
    if (at < 0) {
      giveOutput(held.length - beginningAtEnd(held));
      return false;
    }
    giveOutput(at);
    if (held.length < HEAD_BYTES) return false;
    const kind = kindOf(held, now());
    if (kind === undefined) {
      giveOutput(1);
      return true;
    }
    const length = held.readUInt32BE(4);
    const present = held.length - HEAD_BYTES;
    if (present < length && present < MAX_LOG_EVENT_BYTES) return false;
    const taken = Math.min(length, utf8CutLength(held.subarray(HEAD_BYTES), Math.min(present, MAX_LOG_EVENT_BYTES)));
    const message = held.subarray(HEAD_BYTES, HEAD_BYTES + (length <= MAX_LOG_EVENT_BYTES ? length : taken));
    events.onFrame({ ...kind, message });
    held = message.length === length ? held.subarray(HEAD_BYTES + length) : remainder(held, message.length);
    return true;
  };
  return {
    push: (chunk) => {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      while (held.length > 0 && advance());
      if (held.length === 0 || held.length >= HEAD_BYTES) return;
      // A frame is written at once; what is only the beginning of one after this turn is output that ends like that.
      const doubtful = held;
      setImmediate(() => {
        if (held === doubtful) end();
      });
    },
    end,
  };
}

/** The events of a process that writes frames, as are the managed runtimes' own logs: one message is one log event, whatever lines it has. */
export function withFrames(events: ProcessEvents): ProcessEvents {
  const frames = createFrameReader({
    onFrame: (frame) => events.onLogFrame?.(frame),
    onOutput: (bytes) => events.onOutput(bytes),
  });
  return {
    ...events,
    onOutput: (chunk) => frames.push(chunk),
    onExit: (exit) => {
      frames.end();
      events.onExit(exit);
    },
  };
}

/** How many bytes at the end may be the beginning of a frame. */
function beginningAtEnd(bytes: Buffer): number {
  for (let length = Math.min(MAGIC.length - 1, bytes.length); length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(MAGIC.subarray(0, length))) return length;
  }
  return 0;
}

/** What is left of a message that was too long, as a frame of its own. */
function remainder(frame: Buffer, taken: number): Buffer {
  const head = Buffer.from(frame.subarray(0, HEAD_BYTES));
  head.writeUInt32BE(frame.readUInt32BE(4) - taken, 4);
  return Buffer.concat([head, frame.subarray(HEAD_BYTES + taken)]);
}

function kindOf(head: Buffer, nowMs: number): Omit<LogFrame, 'message'> | undefined {
  const type = head.readUInt32BE(0);
  const base = (type & ~LEVEL_MASK) >>> 0;
  const level = (type & LEVEL_MASK) >>> 2;
  const time = Number(head.readBigUInt64BE(8) / 1000n);
  if ((base !== TEXT_FRAME && base !== JSON_FRAME) || level >= LEVELS.length) return undefined;
  if (Math.abs(time - nowMs) > PLAUSIBLE_MS) return undefined;
  return { kind: base === JSON_FRAME ? 'json' : 'text', level: LEVELS[level], time };
}
