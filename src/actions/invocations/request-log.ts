import { LambdakitError } from '../../errors/lambdakit-error.js';
import { pause } from '../../system/pause.js';
import type { ActionContext } from '../action-context.js';
import type { LogEntry } from '../logs/log-entry.js';
import { type LogsRequest, readLogs } from '../logs/read-logs.js';

export interface RequestLogRequest {
  readonly target: string;
  readonly requestId: string;
  /** Epoch milliseconds before which the request cannot have begun. */
  readonly sinceMs: number;
  /** How long to wait for the end. */
  readonly patienceMs: number;
  /** Says by what has come so far whether more will come. Default: until the first REPORT line. */
  readonly isOver?: (entries: readonly LogEntry[]) => boolean;
}

const FIRST_POLL_MS = 100;
const LONGEST_POLL_MS = 2_000;

/**
 * The whole log of one request, with its REPORT line. Logs come late, and an asynchronous invocation
 * waits in a queue, so this waits. @throws LambdakitError `gave-up-waiting`
 */
export async function waitForRequestLog(
  { target, requestId, sinceMs, patienceMs, isOver = hasReport }: RequestLogRequest,
  context: ActionContext,
): Promise<readonly LogEntry[]> {
  const request: LogsRequest = { target, requestId, since: String(Math.floor(sinceMs)).padStart(13, '0') };
  const giveUpAt = performance.now() + patienceMs;
  for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(2 * pollMs, LONGEST_POLL_MS)) {
    const { entries, logGroup } = await readLogs(request, context);
    if (isOver(entries)) return entries;
    if (performance.now() + pollMs > giveUpAt) {
      throw new LambdakitError(
        'gave-up-waiting',
        `Request ${requestId} has not come to its end after ${patienceMs / 1_000} s.`,
        {
          hint: `It may still run: see \`lambdakit logs ${target} --request-id ${requestId}\`.`,
          details: { requestId, logGroup },
        },
      );
    }
    await pause(pollMs, context.signal);
  }
}

function hasReport(entries: readonly LogEntry[]): boolean {
  return entries.some(({ kind }) => kind === 'report');
}
