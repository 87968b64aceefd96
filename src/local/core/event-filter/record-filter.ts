import { type ExactJson, isExactObject, parseExactJson } from './exact-json.js';
import { type FilterPattern, parseFilterPattern } from './filter-pattern.js';
import { matchesPattern } from './match-pattern.js';

export type FilteredSource = 'sqs' | 'kinesis' | 'dynamodb';

/** True for the records that may reach the function. */
export type RecordFilter = (record: Readonly<Record<string, unknown>>) => boolean;

/**
 * Builds the filter of an event source mapping out of its patterns, of which one must match; undefined
 * when a pattern is invalid. Without patterns every record passes.
 */
export function createRecordFilter(source: FilteredSource, patterns: readonly string[]): RecordFilter | undefined {
  const parsed = patterns.map(parseFilterPattern).filter((pattern) => pattern !== undefined);
  if (parsed.length !== patterns.length) return undefined;
  // What a producer sends is JSON in Kinesis, so a pattern for its data must be one as well.
  if (source === 'kinesis' && parsed.flatMap((pattern) => allWantedOf(pattern, 'data')).some(Array.isArray)) {
    return undefined;
  }
  if (parsed.length === 0) return () => true;
  return (record) => {
    const value = parseExactJson(JSON.stringify(record));
    return parsed.some((pattern) => {
      const view = viewFor(source, pattern, isExactObject(value) ? value : {});
      return view !== undefined && matchesPattern(pattern, view);
    });
  };
}

/** The record as the pattern sees it; undefined when data and pattern are of different kinds, which drops the record. */
function viewFor(source: FilteredSource, pattern: FilterPattern, record: Readonly<Record<string, ExactJson>>) {
  if (source === 'dynamodb') return record;
  const { kinesis } = record;
  const fields = source === 'kinesis' && isExactObject(kinesis) ? { ...record, ...kinesis } : record;
  const key = source === 'sqs' ? 'body' : 'data';
  const wanted = wantedOf(pattern, key);
  if (wanted === undefined) return fields;
  const raw = fields[key];
  if (typeof raw !== 'string') return undefined;
  const text = source === 'kinesis' ? Buffer.from(raw, 'base64').toString() : raw;
  const decoded = parseExactJson(text);
  const isJson = isExactObject(decoded);
  if (isJson === Array.isArray(wanted)) return undefined;
  return { ...fields, [key]: isJson ? decoded : text };
}

function wantedOf(pattern: FilterPattern, name: string) {
  return allWantedOf(pattern, name)[0];
}

/** What the pattern asks of a field at its top level, also where that is one alternative of several. */
function allWantedOf(pattern: FilterPattern, name: string): FilterPattern['fields'][number][1][] {
  const direct = pattern.fields.filter(([field]) => field === name).map(([, wanted]) => wanted);
  return [...direct, ...pattern.or.flat().flatMap((alternative) => allWantedOf(alternative, name))];
}
