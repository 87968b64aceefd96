import { parseFilterPattern } from '../event-filter/filter-pattern.js';
import { createRecordFilter, type FilteredSource } from '../event-filter/record-filter.js';
import { invalidParameter } from './api-error.js';
import { type MappingMembers, serviceOf } from './event-source-family.js';

/** What an account may have without asking for more (Lambda developer guide, "Event filtering basics"). */
const MAX_FILTERS = 5;
const POLLED_SERVICES: readonly FilteredSource[] = ['sqs', 'kinesis', 'dynamodb'];

/** Refuses filters that no record could be held against. @throws ApiError InvalidParameterValueException */
export function checkFilters(settings: MappingMembers): void {
  const criteria = settings.FilterCriteria as
    | { readonly Filters?: readonly { readonly Pattern?: string }[] }
    | undefined;
  const filters = criteria?.Filters ?? [];
  if (filters.length > MAX_FILTERS) {
    throw invalidParameter(`An event source mapping can have at most ${MAX_FILTERS} filters.`);
  }
  const patterns = filters.flatMap(({ Pattern = [] }) => Pattern);
  if (!areSound(serviceOf(settings), patterns)) throw invalidParameter('Invalid filter pattern definition.');
}

/** What is not polled here has no rules of its own for its data. */
function areSound(service: string, patterns: readonly string[]): boolean {
  const source = POLLED_SERVICES.find((polled) => polled === service);
  if (source !== undefined) return createRecordFilter(source, patterns) !== undefined;
  return patterns.every((pattern) => parseFilterPattern(pattern) !== undefined);
}
