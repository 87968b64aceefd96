/**
 * Measures the product against its peers, all in one run on this machine, and prints ratios. Budgets are those
 * of docs/architecture.md. `npm run bench -- ROW…` runs some rows only. Writes bench/results.json.
 */
import { readdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2);
const files = (await readdir(path.join(here, 'rows'))).filter((file) => file.endsWith('.mjs')).sort();
const results = [];

for (const file of files) {
  const name = path.basename(file, '.mjs');
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const { rows } = await import(path.join(here, 'rows', file));
  process.stderr.write(`measuring ${name} …\n`);
  for (const row of await rows()) {
    results.push(row);
    print(row);
  }
}

const machine = {
  cpus: os.cpus().length,
  model: os.cpus()[0]?.model,
  memoryGb: Math.round(os.totalmem() / 2 ** 30),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
};
console.log(`\n${table(results)}`);
if (wanted.length === 0) {
  await writeFile(
    path.join(here, 'results.json'),
    `${JSON.stringify({ measuredAt: new Date().toISOString(), machine, rows: results }, null, 2)}\n`,
  );
}

/** A row: what, ours, the peer's name and figure, the ratio, the budget; a skipped row says why instead. */
function print(row) {
  process.stderr.write(
    row.skipped ? `  ${row.what}: skipped, ${row.skipped}\n` : `  ${row.what}: ${row.ratio.toFixed(2)}\n`,
  );
}

function table(rows) {
  const cells = [
    ['what', 'ours', 'peer', 'ratio', 'budget', ''],
    ...rows.map((row) =>
      row.skipped
        ? [
            row.what,
            '-',
            row.peer ?? '-',
            '-',
            row.budget === undefined ? '-' : `≤ ${row.budget}`,
            `skipped: ${row.skipped}`,
          ]
        : [
            row.what,
            `${row.ours.toFixed(1)} ${row.unit}`,
            `${row.peer} ${row.theirs.toFixed(1)} ${row.unit}`,
            row.ratio.toFixed(2),
            row.budget === undefined ? '-' : `${row.higherIsBetter ? '≥' : '≤'} ${row.budget}`,
            row.budget === undefined
              ? ''
              : (row.higherIsBetter ? row.ratio >= row.budget : row.ratio <= row.budget)
                ? 'ok'
                : 'OVER',
          ],
    ),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  return cells
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
