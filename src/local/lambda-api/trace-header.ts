import { randomBytes } from 'node:crypto';

/**
 * The X-Amzn-Trace-Id that a function gets: the caller's root and decision when it sent some, a new
 * parent, and the lineage by which Lambda counts hops (X-Ray developer guide, "Tracing header").
 */
export function traceHeaderFor(given: string | undefined, nowMs: number): string {
  const fields = parse(given);
  const root = fields.get('Root') ?? newRoot(nowMs);
  const sampled = fields.get('Sampled') ?? '0';
  const lineage = fields.get('Lineage') ?? `1:${randomBytes(4).toString('hex')}:0`;
  const parent = fields.get('Parent') ?? randomBytes(8).toString('hex');
  return `Root=${root};Parent=${parent};Sampled=${sampled === '?' ? '0' : sampled};Lineage=${lineage}`;
}

function parse(header: string | undefined): ReadonlyMap<string, string> {
  const pairs = (header ?? '').split(';').map((field) => {
    const at = field.indexOf('=');
    return [field.slice(0, Math.max(at, 0)).trim(), field.slice(at + 1).trim()] as const;
  });
  return new Map(pairs.filter(([name, value]) => name !== '' && value !== ''));
}

function newRoot(nowMs: number): string {
  return `1-${Math.floor(nowMs / 1000)
    .toString(16)
    .padStart(8, '0')}-${randomBytes(12).toString('hex')}`;
}
