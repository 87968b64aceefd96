import { LambdakitError } from '../../errors/lambdakit-error.js';
import { pause } from '../../system/pause.js';
import type { ActionContext } from '../action-context.js';
import { findLogSource, type LogSourceRequest, logCalls } from './log-source.js';
import { parseMoment } from './time-range.js';

export interface InsightsRequest extends LogSourceRequest {
  /** In the query language of CloudWatch Logs Insights. */
  readonly query: string;
  readonly since: string;
  readonly until?: string | undefined;
  readonly limit?: number | undefined;
}

export interface InsightsResult {
  readonly logGroup: string;
  readonly status: string;
  /** By field name; `@ptr` is left out. */
  readonly rows: readonly Readonly<Record<string, string>>[];
}

const POLL_MS = 500;

/** Runs a Logs Insights query over the log group of a function and waits for its result. */
export async function queryInsights(request: InsightsRequest, context: ActionContext): Promise<InsightsResult> {
  const { logGroup } = await findLogSource(request, context);
  const calls = await logCalls(context);
  const now = Date.now();
  const { queryId } = await calls.startQuery({
    logGroupName: logGroup,
    startTime: Math.floor(parseMoment(request.since, now) / 1_000),
    endTime: Math.ceil(parseMoment(request.until ?? '0s', now) / 1_000),
    queryString: request.query,
    ...(request.limit !== undefined && { limit: request.limit }),
  });
  for (;;) {
    await pause(POLL_MS, context.signal);
    const { status = 'Unknown', results = [] } = await calls.getQueryResults({ queryId });
    if (status === 'Complete') return { logGroup, status, rows: results.map(rowOf) };
    if (status !== 'Scheduled' && status !== 'Running') {
      throw new LambdakitError('service-refused', `The query has ended with the status ${status}.`, {
        hint: 'Check the query, or make the span of time smaller with --since.',
      });
    }
  }
}

function rowOf(fields: readonly { readonly field?: string | undefined; readonly value?: string | undefined }[]) {
  return Object.fromEntries(
    fields.flatMap(({ field = '', value = '' }) => (field === '@ptr' ? [] : [[field, value] as const])),
  );
}
