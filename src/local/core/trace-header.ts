import { randomUUID } from 'node:crypto';

/** Lambda stops a chain of about 16 runs of one function (Lambda developer guide, "Recursive loop detection"). */
export const MAX_CHAIN_LENGTH = 16;

/** A fresh value of X-Amzn-Trace-Id, as a rule not sampled (X-Ray developer guide, "Tracing header"). */
export function newTraceHeader(nowMs: number, isSampled = false): string {
  const seconds = Math.trunc(nowMs / 1000)
    .toString(16)
    .padStart(8, '0');
  // Node.js keeps random bytes for UUIDs ready, while it asks the system for others each time.
  const [root, parent] = [randomUUID(), randomUUID()];
  return `Root=1-${seconds}-${root.slice(0, 8)}${root.slice(9, 13)}${root.slice(24)};Parent=${parent.slice(0, 8)}${parent.slice(28)};Sampled=${isSampled ? 1 : 0}`;
}

/** A header of `newTraceHeader` with the decision that was made since. */
export function withSampling(traceHeader: string, isSampled: boolean): string {
  return isSampled ? traceHeader.replace(/;Sampled=0$/, ';Sampled=1') : traceHeader;
}

/**
 * Counts one more run of a function in the `Lineage` field of its trace header. The SDKs pass the header
 * on to SQS, SNS, S3 and Lambda, so that a function that calls itself comes back with a higher count.
 * A chain of several functions holds one `1:<hash>:<count>` each, joined by `|`.
 */
export function advanceLineage(
  traceHeader: string,
  functionArn: string,
): { readonly traceHeader: string; readonly chainLength: number } {
  const name = shortHash(functionArn);
  // The first run in a chain, which nearly every invocation is.
  if (!traceHeader.includes('Lineage=')) {
    const base = traceHeader.endsWith(';') ? traceHeader.replace(/;+$/, '') : traceHeader;
    return { traceHeader: `${base};Lineage=1:${name}:0`, chainLength: 0 };
  }
  const fields = traceHeader.split(';').filter((field) => field !== '');
  const lineage = fields.find((field) => field.startsWith('Lineage='))?.slice('Lineage='.length);
  const entries = new Map((lineage ?? '').split('|').flatMap(parseEntry));
  const known = entries.get(name);
  const count = known === undefined ? 0 : known + 1;
  entries.set(name, count);
  const text = [...entries].map(([hash, hops]) => `1:${hash}:${hops}`).join('|');
  const rest = fields.filter((field) => !field.startsWith('Lineage='));
  return { traceHeader: [...rest, `Lineage=${text}`].join(';'), chainLength: count };
}

/** The count that a trace header holds for a function: how often it ran before in this chain. */
export function chainLengthOf(traceHeader: string, functionArn: string): number {
  return Math.max(0, advanceLineage(traceHeader, functionArn).chainLength - 1);
}

/** FNV-1a of 32 bits, in eight hexadecimal digits: it only has to tell a chain's few functions apart. */
function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function parseEntry(entry: string): [string, number][] {
  const match = /^1:([0-9a-f]{8}):(\d{1,9})$/.exec(entry);
  return match === null ? [] : [[match[1] ?? '', Number(match[2])]];
}
