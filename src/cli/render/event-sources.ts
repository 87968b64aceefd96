import type { EventSource } from '../../actions/event-sources/manage-event-sources.js';
import type { SourceLag } from '../../actions/event-sources/source-lag.js';
import type { Style } from '../style.js';
import { memberColumn } from './member-column.js';
import { renderRecord } from './record.js';
import { type Column, renderTable } from './table.js';

/** The event sources of one function or of all, as a table. */
export function renderEventSources(eventSources: readonly EventSource[], style: Style): string {
  const columns: readonly Column<EventSource>[] = [
    memberColumn('UUID', 'uuid'),
    memberColumn('STATE', 'state'),
    memberColumn('LAST RESULT', 'lastProcessingResult'),
    { head: 'LAG', cell: ({ lag }) => lagText(lag) },
    memberColumn('BATCH', 'batchSize'),
    { head: 'SOURCE', cell: sourceOf },
    memberColumn('FUNCTION', 'functionArn'),
  ];
  return renderTable(eventSources, columns, 'There are no event sources.', style);
}

/** One event source, a line for each setting. */
export function renderEventSource(eventSource: EventSource, style: Style): string {
  return renderRecord({ ...eventSource, lag: lagText(eventSource.lag) ?? '-' }, style);
}

function sourceOf({ eventSourceArn, selfManagedEventSource }: EventSource): string | undefined {
  if (typeof eventSourceArn === 'string') return eventSourceArn;
  const { endpoints = {} } = (selfManagedEventSource ?? {}) as {
    readonly endpoints?: Readonly<Record<string, unknown>>;
  };
  return Object.values(endpoints).flat().join(', ') || undefined;
}

function lagText(lag: SourceLag | undefined): string | undefined {
  if (lag === undefined) return undefined;
  if ('iteratorAgeMs' in lag) return `${(lag.iteratorAgeMs / 1_000).toFixed(1)} s behind`;
  const { waiting, inFlight, delayed, oldestSeconds } = lag;
  return [
    `${waiting} waiting`,
    ...(inFlight > 0 ? [`${inFlight} in flight`] : []),
    ...(delayed > 0 ? [`${delayed} delayed`] : []),
    ...(oldestSeconds === undefined ? [] : [`oldest ${oldestSeconds} s`]),
  ].join(', ');
}
