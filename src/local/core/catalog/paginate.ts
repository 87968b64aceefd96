import { LIMITS } from '../../../lambda/limits.js';
import { invalidParameter } from './api-error.js';

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Absent on the last page. */
  readonly nextMarker: string | undefined;
}

/** The members that all list operations share. */
export interface PageRequest {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/**
 * One page of a list. The marker names the last item of the page before it, so that items that come
 * or go in between neither repeat nor hide others. `items` must be sorted the same way each time.
 */
export function paginate<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { Marker, MaxItems = LIMITS.listPageSize }: PageRequest,
): Page<Item> {
  const start = Marker === undefined ? 0 : startAfter(items, keyOf, Marker);
  // Whatever was asked for, the service returns no more.
  const size = Math.min(MaxItems, LIMITS.listPageSize);
  const page = items.slice(start, start + size);
  const last = page.at(-1);
  const hasMore = start + size < items.length && last !== undefined;
  return { items: page, nextMarker: hasMore ? encode(start + size, keyOf(last)) : undefined };
}

function encode(position: number, key: string): string {
  return Buffer.from(JSON.stringify([position, key])).toString('base64url');
}

function startAfter<Item>(items: readonly Item[], keyOf: (item: Item) => string, marker: string): number {
  const [position, key] = decode(marker);
  const index = items.findIndex((item) => keyOf(item) === key);
  // The named item is gone: go on from where it stood.
  return index >= 0 ? index + 1 : Math.max(position - 1, 0);
}

function decode(marker: string): readonly [number, string] {
  try {
    const value: unknown = JSON.parse(Buffer.from(marker, 'base64url').toString());
    if (Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'string') {
      return [value[0], value[1]];
    }
  } catch {
    // Falls through: the marker is none of ours.
  }
  throw invalidParameter('Invalid marker');
}
