import { localServiceStatus } from '../actions/local-service.js';
import { followLogs } from '../actions/logs/follow-logs.js';
import { logCalls } from '../actions/logs/log-source.js';
import { queryInsights } from '../actions/logs/query-insights.js';
import { type LogsRequest, readLogs } from '../actions/logs/read-logs.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import type { Performed } from './base-command.js';
import { logEventDocument, renderLogEntries, renderLogStats } from './render/logs.js';
import { renderTable } from './render/table.js';
import type { Session } from './session.js';
import { styleFor } from './style.js';

export interface RunLogsOptions {
  readonly follow: boolean;
  readonly raw: boolean;
  readonly stats: boolean;
  /** A query of Logs Insights. */
  readonly insights: string | undefined;
  /** Prints what has come; false when nobody reads it. */
  readonly write: (text: string) => boolean;
}

/** A service on this machine is asked often, AWS as often as its quota for one account lets several people. */
const LOCAL_POLL_MS = 250;
const REMOTE_POLL_MS = 2_000;

/** Shows, follows, sums up or queries the logs of a function. */
export async function runLogs(
  request: LogsRequest,
  session: Session,
  options: RunLogsOptions,
): Promise<Performed<object>> {
  if (options.insights !== undefined) return query(request, options.insights, session);
  if (options.follow) return follow(request, session, options);
  const { entries, stats, ...found } = await readLogs(request, session);
  if (options.stats) return { result: { ...found, stats }, show: (style) => renderLogStats(stats, style) };
  if (entries.length === 0 && !session.flags.json) {
    session.note(`There is nothing in ${found.logGroup} (--since ${request.since}).`);
  }
  return {
    result: { ...found, events: entries.map(logEventDocument) },
    show: (style) => renderLogEntries(entries, { style, isRaw: options.raw }),
  };
}

async function follow(
  request: LogsRequest,
  session: Session,
  { raw, write }: RunLogsOptions,
): Promise<Performed<object>> {
  const { json, local } = session.flags;
  if (local && !(await localServiceStatus(session)).isRunning) {
    throw new LambdakitError('unreachable', 'No local service of this project runs, so nothing new will come.', {
      hint: 'Start it with `lambdakit local start`, or leave out --follow to see the logs of earlier runs.',
    });
  }
  const style = await styleFor(process.stdout);
  await followLogs(request, session, {
    pollMs: local ? LOCAL_POLL_MS : REMOTE_POLL_MS,
    // A local service that was started again listens elsewhere; none must be started for our sake.
    ...(local && {
      reconnect: async () => {
        if (!(await localServiceStatus(session)).isRunning) return undefined;
        session.forgetPlace();
        return logCalls(session);
      },
    }),
    onEntries: (entries) =>
      write(
        json
          ? entries.map((entry) => `${JSON.stringify(logEventDocument(entry))}\n`).join('')
          : renderLogEntries(entries, { style, isRaw: raw }),
      ),
  });
  return { result: {}, show: () => '' };
}

async function query(request: LogsRequest, text: string, session: Session): Promise<Performed<object>> {
  if (session.flags.local) {
    throw new LambdakitError('invalid-input', 'CloudWatch Logs Insights exists in AWS only.', {
      hint: 'For local logs use --filter, --level and --stats, or --json with a tool such as jq.',
    });
  }
  const { target, qualifier, since, until, limit } = request;
  const result = await queryInsights({ target, qualifier, since, until, limit, query: text }, session);
  const columns = [...new Set(result.rows.flatMap((row) => Object.keys(row)))];
  return {
    result,
    show: (style) =>
      renderTable(
        result.rows,
        columns.map((head) => ({ head, cell: (row: Readonly<Record<string, string>>) => row[head] })),
        'The query has found nothing.',
        style,
      ),
  };
}
