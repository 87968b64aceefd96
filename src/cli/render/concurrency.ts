import type { Style } from '../style.js';
import { memberColumn } from './member-column.js';
import { renderTable } from './table.js';

type Answer = Readonly<Record<string, unknown>>;

/** What is reserved for a function, and a line for each version or alias that has environments ready. */
export function renderConcurrency(
  { functionName, reservedConcurrentExecutions, provisioned }: Answer,
  style: Style,
): string {
  const reserved =
    reservedConcurrentExecutions === undefined ? 'nothing reserved' : `${reservedConcurrentExecutions} reserved`;
  const columns = [
    { head: 'QUALIFIER', cell: ({ functionArn }: Answer) => String(functionArn).split(':').at(-1) },
    memberColumn('WANTED', 'requestedProvisionedConcurrentExecutions'),
    memberColumn('READY', 'availableProvisionedConcurrentExecutions'),
    memberColumn('STATUS', 'status'),
    memberColumn('REASON', 'statusReason'),
  ];
  const rows = (provisioned ?? []) as readonly Answer[];
  return `${style.bold(String(functionName))}: ${reserved}\n${renderTable(rows, columns, 'Nothing is provisioned.', style)}`;
}
