import type { LogLevel } from './log-level.js';
import { utf8CutLength } from './utf8-boundary.js';

/** CloudWatch Logs takes no larger event (service quota "event size", 256 KB). */
export const MAX_LOG_EVENT_BYTES = 262_144;

const NEWLINE = 0x0a;

/** One log event made from the output of a process. */
export interface OutputLine {
  /** Ends with `\n`, unless the line was cut at the size limit or flushed unfinished. */
  readonly text: string;
  /** The request during which its first byte was read; undefined outside of invocations. */
  readonly requestId: string | undefined;
  /** A message that is an event of its own, however many lines it has. */
  readonly isMessage?: true;
  /** The level with which a runtime wrote the message. */
  readonly level?: LogLevel;
}

/** Turns the raw output of one process into log events. Pure: it holds bytes and nothing else. */
export interface LineSplitter {
  /** Returns the events that this chunk completes. The chunk is copied where it is kept. */
  push(chunk: Uint8Array, requestId: string | undefined): readonly OutputLine[];
  /** Returns the unfinished line, for the end of an invocation; holds back a half-written character. */
  flush(): readonly OutputLine[];
  /** Returns whatever is left, for the end of the process. */
  end(): readonly OutputLine[];
}

/**
 * Splits at `\n` only (`\r`, NUL and everything else stays in the line) and never inside a UTF-8
 * character, so that the texts joined are the output, however the pipe cut it. A line longer than
 * `maxEventBytes` (at least 4) becomes several events. Bytes that are not UTF-8 become U+FFFD.
 */
export function createLineSplitter(maxEventBytes: number = MAX_LOG_EVENT_BYTES): LineSplitter {
  const held = createByteStore(maxEventBytes);
  let owner: string | undefined;

  const take = (lengthBytes: number): readonly OutputLine[] =>
    lengthBytes === 0 ? [] : [{ text: held.take(lengthBytes), requestId: owner }];
  const takeWholeCharacters = () => take(utf8CutLength(held.bytes(), held.length()));

  return {
    push(chunk, requestId) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      const lines: OutputLine[] = [];
      let start = 0;
      while (start < bytes.length) {
        if (held.length() === 0) owner = requestId;
        const newline = bytes.indexOf(NEWLINE, start);
        const lineEnd = newline < 0 ? bytes.length : newline + 1;
        const end = Math.min(lineEnd, start + maxEventBytes - held.length());
        const isLineDone = newline >= 0 && end === lineEnd;
        if (isLineDone && held.length() === 0) {
          lines.push({ text: bytes.toString('utf8', start, end), requestId });
        } else {
          held.append(bytes.subarray(start, end));
          if (isLineDone) lines.push(...take(held.length()));
          else if (held.length() === maxEventBytes) lines.push(...takeWholeCharacters());
        }
        start = end;
      }
      return lines;
    },
    flush: takeWholeCharacters,
    end: () => take(held.length()),
  };
}

interface ByteStore {
  length(): number;
  bytes(): Uint8Array;
  append(bytes: Uint8Array): void;
  /** Removes the first `lengthBytes` bytes and returns them as text. */
  take(lengthBytes: number): string;
}

/** Grows by doubling, so that output written byte by byte costs no more than output in blocks. */
function createByteStore(maxBytes: number): ByteStore {
  let store = Buffer.alloc(0);
  let length = 0;
  return {
    length: () => length,
    bytes: () => store.subarray(0, length),
    append(bytes) {
      if (length + bytes.length > store.length) {
        const grown = Buffer.allocUnsafe(Math.min(maxBytes, Math.max(1024, 2 * (length + bytes.length))));
        store.copy(grown, 0, 0, length);
        store = grown;
      }
      store.set(bytes, length);
      length += bytes.length;
    },
    take(lengthBytes) {
      const text = store.toString('utf8', 0, lengthBytes);
      store.copyWithin(0, lengthBytes, length);
      length -= lengthBytes;
      return text;
    },
  };
}
