import { expect, it } from 'vitest';
import { memberColumn } from '../../../../src/cli/render/member-column.js';
import { renderRecord } from '../../../../src/cli/render/record.js';
import { renderTable } from '../../../../src/cli/render/table.js';
import { formatBytes, formatDuration } from '../../../../src/cli/render/units.js';
import { PLAIN } from '../../../../src/cli/style.js';

it('aligns columns, numbers to the right, and leaves no space at line ends', () => {
  const rows = [
    { name: 'a', size: 5 },
    { name: 'longer', size: 12_345 },
  ];
  const table = renderTable(
    rows,
    [
      { head: 'SIZE', cell: ({ size }) => size, align: 'right' },
      { head: 'NAME', cell: ({ name }) => name },
    ],
    'none',
  );
  expect(table).toBe(' SIZE  NAME\n    5  a\n12345  longer');
});

it('measures text without its colours, and says when there is nothing', () => {
  const columns = [
    { head: 'A', cell: (row: string) => `\u001b[31m${row}\u001b[39m` },
    { head: 'B', cell: () => undefined },
  ];
  expect(renderTable(['xy'], columns, 'none')).toBe('A   B\n\u001b[31mxy\u001b[39m  -');
  expect(renderTable([], columns, 'none')).toBe('none');
});

it('shows a member of each record as it is, and nothing where there is none', () => {
  const columns = [memberColumn('STATE', 'state'), memberColumn('BATCH', 'batchSize'), memberColumn('ON', 'isOn')];
  const rows = [{ state: 'Enabled', batchSize: 10, isOn: false }, { batchSize: 0 }];
  expect(renderTable(rows, columns, 'none')).toBe('STATE    BATCH  ON\nEnabled  10     false\n-        0      -');
});

it('shows a record line by line', () => {
  expect(renderRecord({ name: 'a', layers: ['x', 'y'], cors: { maxAge: 1 }, empty: '' }, PLAIN)).toBe(
    'name    a\nlayers  x, y\ncors    {"maxAge":1}',
  );
});

it.each([
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_536, '1.50 KB'],
  [52_428_800, '50.0 MB'],
])('formats %d bytes', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  [12.4, '12 ms'],
  [1_234, '1.23 s'],
  [125_000, '2 min 5 s'],
])('formats %d milliseconds', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});
