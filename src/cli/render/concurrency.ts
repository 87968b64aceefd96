import type { Style } from '../style.js';
import { renderTable } from './table.js';

type Answer = Readonly<Record<string, unknown>>;

/** What is reserved for a function, and a line for each version or alias that has environments ready. */
export function renderConcurrency(
  { functionName, reservedConcurrentExecutions, provisioned }: Answer,
  style: Style,
): string {
  const reserved =
    reservedConcurrentExecutions === undefined ? 'nothing reserved' : `${reservedConcurrentExecutions} reserved`;
  const text = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));
  const columns = [
    { head: 'QUALIFIER', cell: ({ functionArn }: Answer) => String(functionArn).split(':').at(-1) },
    { head: 'WANTED', cell: (row: Answer) => text(row.requestedProvisionedConcurrentExecutions) },
    { head: 'READY', cell: (row: Answer) => text(row.availableProvisionedConcurrentExecutions) },
    { head: 'STATUS', cell: (row: Answer) => text(row.status) },
    { head: 'REASON', cell: (row: Answer) => text(row.statusReason) },
  ];
  const rows = (provisioned ?? []) as readonly Answer[];
  return `${style.bold(String(functionName))}: ${reserved}\n${renderTable(rows, columns, 'Nothing is provisioned.', style)}`;
}
