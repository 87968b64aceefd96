import type { Column } from './table.js';

/** A column that shows one member of an API record as it is; where a record has none, the cell is empty. */
export function memberColumn(head: string, member: string): Column<Readonly<Record<string, unknown>>> {
  return { head, cell: ({ [member]: value }) => (value === undefined ? undefined : String(value)) };
}
