import type { StreamRecord } from './stream-source.js';

/** A window in epoch milliseconds; `endMs` is not part of it. */
export interface TumblingWindow {
  readonly startMs: number;
  readonly endMs: number;
}

export function windowOf(arrivalMs: number, windowSeconds: number): TumblingWindow {
  const lengthMs = windowSeconds * 1000;
  const startMs = Math.floor(arrivalMs / lengthMs) * lengthMs;
  return { startMs, endMs: startMs + lengthMs };
}

/** Leading records that belong to one window, and the rest. */
export function takeWindow(
  records: readonly StreamRecord[],
  window: TumblingWindow,
): { readonly inside: readonly StreamRecord[]; readonly after: readonly StreamRecord[] } {
  const end = records.findIndex(({ arrivalMs }) => arrivalMs >= window.endMs);
  return end < 0 ? { inside: records, after: [] } : { inside: records.slice(0, end), after: records.slice(end) };
}

/** The members that an event of a tumbling window has beside its records (Lambda developer guide, "Tumbling windows"). */
export function windowMembers(options: {
  readonly window: TumblingWindow;
  readonly state: unknown;
  readonly shardId: string;
  readonly eventSourceArn: string;
  readonly isFinal: boolean;
}): Record<string, unknown> {
  const { window, state, shardId, eventSourceArn, isFinal } = options;
  return {
    window: { start: asIso(window.startMs), end: asIso(window.endMs) },
    state,
    shardId,
    eventSourceARN: eventSourceArn,
    isFinalInvokeForWindow: isFinal,
    isWindowTerminatedEarly: false,
  };
}

/**
 * The `state` that the function returned; undefined when it returned none, which fails the batch (Lambda
 * developer guide, "Aggregation and processing").
 */
export function returnedState(payload: Uint8Array): { readonly state: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload).toString());
    return typeof value === 'object' && value !== null && 'state' in value ? { state: value.state } : undefined;
  } catch {
    return undefined;
  }
}

function asIso(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
