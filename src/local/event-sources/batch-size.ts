import { LIMITS } from '../../lambda/limits.js';

/** A batch ends with the largest event that a function takes. */
export const MAX_EVENT_BYTES = LIMITS.syncRequestBytes;

export interface BatchSizeOptions<T> {
  /** What the event holds of a record. */
  readonly asEvent: (record: T) => object;
  /** The event without records. */
  readonly frame: object;
}

/** The length of a value in an event. */
export function jsonBytes(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/**
 * How many of the first records fit into one event (Lambda developer guide, "Batching behavior"). At least
 * one: a record that is too large for an event is not held back for ever.
 */
export function countFitting<T>(records: readonly T[], { asEvent, frame }: BatchSizeOptions<T>): number {
  let size = jsonBytes(frame);
  const tooMany = records.findIndex((record, index) => {
    // Each but the first has a comma before it.
    size += jsonBytes(asEvent(record)) + (index === 0 ? 0 : 1);
    return size > MAX_EVENT_BYTES;
  });
  return tooMany < 0 ? records.length : Math.max(1, tooMany);
}

/** Cuts records so that no event exceeds 6 MB. The order is kept. */
export function splitBySize<T>(records: readonly T[], options: BatchSizeOptions<T>): T[][] {
  const parts: T[][] = [];
  for (let rest = records; rest.length > 0; ) {
    const count = countFitting(rest, options);
    parts.push(rest.slice(0, count));
    rest = rest.slice(count);
  }
  return parts;
}
