import { LogsError } from '../logs-error.js';
import { parseDelimitedPattern } from './delimited-pattern.js';
import { parseJsonPattern } from './json-pattern.js';
import type { LogFilter } from './log-filter.js';
import { parseTermPattern } from './term-pattern.js';

/**
 * Reads a filter pattern: terms (`ERROR "connection lost" -retry`, `?a ?b`, `%regular expression%`), JSON
 * (`{ $.level = "ERROR" && $.ms > 300 }`) or blank-delimited fields (`[ip, ..., status = 4*]`). An empty one
 * fits everything. Source: CloudWatch Logs user guide, "Filter pattern syntax for metric filters, subscription
 * filters, filter log events, and Live Tail". @throws LogsError `InvalidParameterException`
 */
export function parseFilterPattern(pattern: string): LogFilter {
  const text = pattern.trim();
  try {
    if (text === '') return () => true;
    if (text.startsWith('{')) return parseJsonPattern(text);
    if (text.startsWith('[')) return parseDelimitedPattern(text);
    return parseTermPattern(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new LogsError('InvalidParameterException', `Invalid filter pattern: ${error.message}`);
  }
}
