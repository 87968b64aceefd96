import { crc32 } from 'node:zlib';
import type { AsyncEvent, AsyncProgress } from '../core/async/async-event.js';

/** One entry of the event log. */
export type AsyncLogEntry =
  | { readonly kind: 'add'; readonly event: AsyncEvent }
  | { readonly kind: 'progress'; readonly requestId: string; readonly progress: AsyncProgress }
  | { readonly kind: 'remove'; readonly requestId: string };

/** Length and CRC-32 of the body, both little-endian 32 bit, come before every body. */
const HEADER_BYTES = 8;
/** No entry can be longer: an event is 1 MB and a result 6 MB at most. Anything above is not a frame. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * The entry as one frame: a line of JSON, then the raw bytes (payload and last result) that the line
 * gives the lengths of, so that no payload is ever decoded or escaped.
 */
export function encodeFrame(entry: AsyncLogEntry): Uint8Array {
  const { line, parts } = describeEntry(entry);
  const head = Buffer.from(`${JSON.stringify(line)}\n`);
  const body = Buffer.concat([head, ...parts]);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  frame.writeUInt32LE(body.length, 0);
  frame.writeUInt32LE(crc32(body), 4);
  body.copy(frame, HEADER_BYTES);
  return frame;
}

/**
 * Reads frames from the start until the bytes end or stop making sense. A process that was killed while
 * writing leaves a torn last group; nothing in it was acknowledged, so reading ends there.
 */
export function decodeFrames(bytes: Buffer): { readonly entries: AsyncLogEntry[]; readonly validBytes: number } {
  const entries: AsyncLogEntry[] = [];
  let offset = 0;
  while (offset + HEADER_BYTES <= bytes.length) {
    const length = bytes.readUInt32LE(offset);
    const start = offset + HEADER_BYTES;
    if (length === 0 || length > MAX_BODY_BYTES || start + length > bytes.length) break;
    const body = bytes.subarray(start, start + length);
    if (crc32(body) !== bytes.readUInt32LE(offset + 4)) break;
    entries.push(parseBody(body));
    offset = start + length;
  }
  return { entries, validBytes: offset };
}

interface EntryLine {
  readonly kind: AsyncLogEntry['kind'];
  readonly requestId: string;
  readonly event?: Omit<AsyncEvent, 'payload' | 'progress' | 'qualifier'> & { readonly qualifier?: string };
  readonly payloadBytes?: number;
  readonly progress?: Omit<AsyncProgress, 'lastResult'>;
  readonly result?: { readonly executedVersion: string; readonly functionError?: string };
}

function describeEntry(entry: AsyncLogEntry): { readonly line: EntryLine; readonly parts: readonly Uint8Array[] } {
  if (entry.kind === 'remove') return { line: { kind: 'remove', requestId: entry.requestId }, parts: [] };
  const progress = entry.kind === 'add' ? entry.event.progress : entry.progress;
  const { lastResult, ...counters } = progress;
  const described = {
    kind: entry.kind,
    requestId: entry.kind === 'add' ? entry.event.requestId : entry.requestId,
    progress: counters,
    ...(lastResult !== undefined && {
      result: {
        executedVersion: lastResult.executedVersion,
        ...(lastResult.functionError !== undefined && { functionError: lastResult.functionError }),
      },
    }),
  };
  const results = lastResult === undefined ? [] : [lastResult.payload];
  if (entry.kind === 'progress') return { line: { ...described, payloadBytes: 0 }, parts: results };
  const { payload, progress: _, qualifier, ...event } = entry.event;
  const line = {
    ...described,
    event: { ...event, ...(qualifier !== undefined && { qualifier }) },
    payloadBytes: payload.length,
  };
  return { line, parts: [payload, ...results] };
}

function parseBody(body: Buffer): AsyncLogEntry {
  const lineEnd = body.indexOf(NEWLINE);
  const line = JSON.parse(body.toString('utf8', 0, lineEnd)) as EntryLine;
  const { requestId } = line;
  if (line.kind === 'remove') return { kind: 'remove', requestId };
  const payloadEnd = lineEnd + 1 + (line.payloadBytes ?? 0);
  const counters = line.progress ?? { attempts: 0, refusals: 0, dueAtMs: 0 };
  const progress: AsyncProgress = {
    ...counters,
    ...(line.result !== undefined && { lastResult: { ...line.result, payload: copy(body.subarray(payloadEnd)) } }),
  };
  if (line.kind === 'progress' || line.event === undefined) return { kind: 'progress', requestId, progress };
  const { qualifier, ...event } = line.event;
  return {
    kind: 'add',
    event: { ...event, qualifier, payload: copy(body.subarray(lineEnd + 1, payloadEnd)), progress },
  };
}

/** Own memory, so that the buffer of the whole file can be freed. */
function copy(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes);
}
