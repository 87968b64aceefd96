import type { LogsCalls } from '../../aws/neighbour-calls.js';
import { isLambdakitError, type LambdakitError } from '../../errors/lambdakit-error.js';
import { pause } from '../../system/pause.js';
import type { ActionContext } from '../action-context.js';
import { createLogReader, type LogEntry } from './log-entry.js';
import { findLogSource, logCalls } from './log-source.js';
import { findEvents, isWanted, type LogsRequest, rangeOf } from './read-logs.js';

export interface FollowOptions {
  /** How long to wait between two looks. */
  readonly pollMs: number;
  /** Takes the new entries of one look, in their order; false ends the following. */
  readonly onEntries: (entries: readonly LogEntry[]) => boolean;
  /** Asked after a failure: the Logs API where it is now; undefined while it is nowhere, or as long as it is where it was. */
  readonly reconnect?: () => Promise<LogsCalls | undefined>;
}

/** Events arrive late and out of order; each look goes back that far, and what was seen is left out. */
const LOOK_BACK_MS = 30_000;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Hands over what is in the log since the beginning of the range and then everything new, each event
 * once, until the signal aborts. A service that is away is asked again until it is back.
 */
export async function followLogs(request: LogsRequest, context: ActionContext, options: FollowOptions): Promise<void> {
  const source = await findLogSource(request, context);
  let calls = await logCalls(context);
  const reader = createLogReader();
  const range = rangeOf(request);
  const seen = new Map<string, number>();
  let startTime = range.startTime;
  let failures = 0;
  for (;;) {
    try {
      if (failures > 0) calls = (await options.reconnect?.()) ?? calls;
      const fresh: LogEntry[] = [];
      for await (const event of findEvents(calls, source, { ...range, startTime })) {
        const entry = reader.read(event);
        if (seen.has(entry.eventId)) continue;
        seen.set(entry.eventId, entry.timestamp);
        if (isWanted(entry, request)) fresh.push(entry);
      }
      startTime = Math.max(startTime, newest(seen) - LOOK_BACK_MS);
      for (const [eventId, timestamp] of seen) if (timestamp < startTime) seen.delete(eventId);
      if (failures > 0) context.progress({ kind: 'done', subject: 'logs', text: 'connected again' });
      failures = 0;
      if (!options.onEntries(fresh)) return;
    } catch (error) {
      context.signal.throwIfAborted();
      if (!isPassing(error)) throw error;
      if (failures++ === 0)
        context.progress({ kind: 'warning', subject: 'logs', text: `${error.message} Trying again.` });
    }
    await pause(Math.min(options.pollMs * 2 ** failures, Math.max(LONGEST_PAUSE_MS, options.pollMs)), context.signal);
  }
}

function newest(seen: ReadonlyMap<string, number>): number {
  let latest = 0;
  for (const timestamp of seen.values()) latest = Math.max(latest, timestamp);
  return latest;
}

/** What is over when one waits. */
function isPassing(error: unknown): error is LambdakitError {
  return isLambdakitError(error) && ['unreachable', 'throttled', 'service-refused'].includes(error.code);
}
