import { randomBytes } from 'node:crypto';
import { newTraceHeader } from '../core/trace-header.js';

export interface TraceDecisions {
  readonly nowMs: number;
  /** Asked only where the caller has not decided. */
  isSampled(): boolean;
}

/**
 * A trace header with everything that a function expects: the caller's root, parent, decision and
 * lineage as far as it sent them, new ones for the rest (X-Ray developer guide, "Tracing header").
 */
export function completeTraceHeader(given: string | undefined, { nowMs, isSampled }: TraceDecisions): string {
  if (given === undefined) return newTraceHeader(nowMs, isSampled());
  const fields = readFields(given);
  const root = fields.get('Root');
  const decision = fields.get('Sampled');
  const isTraced = decision === '0' || decision === '1' ? decision === '1' : isSampled();
  if (root === undefined) return newTraceHeader(nowMs, isTraced);
  const parent = fields.get('Parent') ?? randomBytes(8).toString('hex');
  const lineage = fields.get('Lineage');
  return `Root=${root};Parent=${parent};Sampled=${isTraced ? 1 : 0}${lineage === undefined ? '' : `;Lineage=${lineage}`}`;
}

function readFields(header: string): ReadonlyMap<string, string> {
  const pairs = header.split(';').flatMap((field): [string, string][] => {
    const at = field.indexOf('=');
    return at <= 0 ? [] : [[field.slice(0, at).trim(), field.slice(at + 1).trim()]];
  });
  return new Map(pairs);
}
