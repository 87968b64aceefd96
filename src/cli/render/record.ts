import type { Style } from '../style.js';

/** A record as lines of name and value; lists and mappings in one line as JSON. */
export function renderRecord(record: object, style: Style): string {
  const rows = Object.entries(record).filter(([, value]) => value !== undefined && value !== '' && !isEmptyList(value));
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${style.bold(name.padEnd(width))}  ${textOf(value)}`).join('\n');
}

function textOf(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
