import { stripVTControlCharacters } from 'node:util';
import { PLAIN, type Style } from '../style.js';

/** One column: its head, and the cell of a row. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string | number | undefined;
  /** Numbers stand right. */
  readonly align?: 'left' | 'right';
}

/** Rows as aligned text with a head; `empty` is said when there are none. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  empty: string,
  style: Style = PLAIN,
): string {
  if (rows.length === 0) return empty;
  const cells = rows.map((row) => columns.map(({ cell }) => String(cell(row) ?? '-')));
  const widths = columns.map(({ head }, index) =>
    Math.max(head.length, ...cells.map((row) => widthOf(row[index] ?? ''))),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => {
        const gap = ' '.repeat((widths[index] ?? 0) - widthOf(text));
        return columns[index]?.align === 'right' ? gap + text : text + gap;
      })
      .join('  ')
      .trimEnd();
  return [style.bold(line(columns.map(({ head }) => head))), ...cells.map(line)].join('\n');
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
