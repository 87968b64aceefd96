import type { BuildSummary } from '../../actions/build-functions.js';
import type { PackageResult } from '../../packaging/package-function.js';
import type { Style } from '../style.js';
import { renderTable } from './table.js';
import { formatBytes, formatDuration } from './units.js';

export function renderBuilds(builds: readonly BuildSummary[], style: Style): string {
  return renderTable(
    builds,
    [
      { head: 'FUNCTION', cell: ({ key }) => key },
      { head: 'BUILDER', cell: ({ builder }) => builder },
      {
        head: 'TIME',
        cell: ({ durationMs, isCached }) => (isCached ? 'unchanged' : formatDuration(durationMs)),
        align: 'right',
      },
      { head: 'OUTPUT', cell: ({ output }) => output },
    ],
    'There is nothing to build.',
    style,
  );
}

/** The packages, and on request what makes each of them big. */
export function renderPackages(packages: readonly PackageResult[], withStats: boolean, style: Style): string {
  const table = renderTable(
    packages,
    [
      { head: 'FUNCTION', cell: ({ key }) => key },
      { head: 'ZIPPED', cell: ({ zippedBytes }) => formatBytes(zippedBytes), align: 'right' },
      { head: 'UNZIPPED', cell: ({ unzippedBytes }) => formatBytes(unzippedBytes), align: 'right' },
      { head: 'ENTRIES', cell: ({ entryCount }) => entryCount, align: 'right' },
      { head: 'SHA-256', cell: ({ sha256 }) => sha256 },
      { head: 'FILE', cell: ({ file }) => file },
    ],
    'There is nothing to package.',
    style,
  );
  if (!withStats) return table;
  return [table, ...packages.map((one) => renderBiggest(one, style))].join('\n\n');
}

function renderBiggest({ key, biggest }: PackageResult, style: Style): string {
  const rows = renderTable(
    biggest,
    [
      { head: 'BYTES', cell: ({ bytes }) => formatBytes(bytes), align: 'right' },
      { head: 'ZIPPED', cell: ({ compressedBytes }) => formatBytes(compressedBytes), align: 'right' },
      { head: 'ENTRY', cell: ({ name }) => name },
    ],
    'The package is empty.',
    style,
  );
  return `${style.bold(`The biggest entries of ${key}`)}\n${rows}`;
}
