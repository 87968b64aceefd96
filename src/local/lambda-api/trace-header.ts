import { randomBytes } from 'node:crypto';
import { newTraceHeader } from '../core/trace-header.js';

/**
 * A trace header with everything that a function expects: the caller's root, parent, decision and
 * lineage as far as it sent them, new ones for the rest (X-Ray developer guide, "Tracing header").
 */
export function completeTraceHeader(given: string | undefined, nowMs: number): string {
  if (given === undefined) return newTraceHeader(nowMs);
  const fields = readFields(given);
  const root = fields.get('Root');
  if (root === undefined) return newTraceHeader(nowMs);
  const parent = fields.get('Parent') ?? randomBytes(8).toString('hex');
  const sampled = fields.get('Sampled') === '1' ? '1' : '0';
  const lineage = fields.get('Lineage');
  return `Root=${root};Parent=${parent};Sampled=${sampled}${lineage === undefined ? '' : `;Lineage=${lineage}`}`;
}

function readFields(header: string): ReadonlyMap<string, string> {
  const pairs = header.split(';').flatMap((field): [string, string][] => {
    const at = field.indexOf('=');
    return at <= 0 ? [] : [[field.slice(0, at).trim(), field.slice(at + 1).trim()]];
  });
  return new Map(pairs);
}
