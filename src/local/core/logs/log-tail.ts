import { isUtf8Continuation } from './utf8-boundary.js';

/** Invoke API, `LogType`: "the last 4 KB of the execution log". */
export const LOG_TAIL_BYTES = 4096;

const NEWLINE = 0x0a;

/** Collects the end of one invocation's log, START to REPORT. */
export interface LogTail {
  /** Takes output of a process as it is, with or without a newline at its end. */
  appendOutput(text: string): void;
  /** Takes a whole log event (a platform line, a framed message): it starts and ends on a line of its own. */
  appendLine(text: string): void;
  /** The last bytes, cut at a character boundary: always valid UTF-8. */
  toBytes(): Uint8Array;
}

/** Makes an empty log tail that keeps at most `maxBytes`; memory stays within a few times of that. */
export function createLogTail(maxBytes: number = LOG_TAIL_BYTES): LogTail {
  let kept: Buffer[] = [];
  let keptBytes = 0;

  const append = (text: string) => {
    if (text === '') return;
    // One character more than can be kept: a pair of surrogates cut here lies outside of what is kept.
    const bytes = Buffer.from(text.length > maxBytes ? text.slice(-(maxBytes + 1)) : text, 'utf8');
    kept.push(bytes);
    keptBytes += bytes.length;
    if (keptBytes > 4 * maxBytes || kept.length > 1024) {
      kept = [lastBytes(Buffer.concat(kept), maxBytes)];
      keptBytes = kept[0]?.length ?? 0;
    }
  };

  return {
    appendOutput: append,
    appendLine(text) {
      const last = kept.at(-1);
      if (last !== undefined && last[last.length - 1] !== NEWLINE) append('\n');
      append(text.endsWith('\n') ? text : `${text}\n`);
    },
    toBytes: () => Uint8Array.from(lastBytes(Buffer.concat(kept), maxBytes)),
  };
}

function lastBytes(bytes: Buffer, maxBytes: number): Buffer {
  let start = Math.max(0, bytes.length - maxBytes);
  if (start === 0) return bytes;
  while (start < bytes.length && isUtf8Continuation(bytes[start] ?? 0)) start++;
  return Buffer.from(bytes.subarray(start));
}
