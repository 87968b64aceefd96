import type { BuildSummary } from '../../actions/build-functions.js';
import type { ReportedPackage } from '../../actions/explain-package.js';
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

/** The packages, and what was asked of each of them. */
export function renderPackages(packages: readonly ReportedPackage[], withStats: boolean, style: Style): string {
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
  const reports = packages.flatMap((one) => [
    ...(withStats ? [renderBiggest(one, style), ...renderStats(one, style)] : []),
    ...(one.treemap === undefined ? [] : [`${one.key}: what it is made of is in ${one.treemap}`]),
    ...(one.isReproducible === undefined ? [] : [`${one.key}: a second build gave the same bytes`]),
    ...(one.difference === undefined ? [] : [renderDifference(one, one.difference, style)]),
  ]);
  return [table, ...reports].join('\n\n');
}

function renderStats({ key, stats }: ReportedPackage, style: Style): readonly string[] {
  if (stats === undefined) return [];
  const sized = (title: string, names: NonNullable<ReportedPackage['stats']>['packages']) =>
    names.length === 0
      ? []
      : [
          [style.bold(title), ...names.map(({ name, bytes }) => `${formatBytes(bytes).padStart(10)}  ${name}`)].join(
            '\n',
          ),
        ];
  const waste = stats.waste.map(
    ({ bytes, message, count }) => `${formatBytes(bytes).padStart(10)}  ${message} (${count})`,
  );
  return [
    ...sized(`The biggest installed packages of ${key}`, stats.packages),
    ...sized(`The biggest bundled modules of ${key}`, stats.modules),
    ...(waste.length === 0 ? [] : [[style.bold(`What ${key} could do without`), ...waste].join('\n')]),
  ];
}

function renderDifference(
  { key }: ReportedPackage,
  { entries, isReordered, isSameContent, comparedWith }: NonNullable<ReportedPackage['difference']>,
  style: Style,
): string {
  if (entries.length === 0 && !isReordered) return `${key}: no entry differs from ${comparedWith}`;
  const rows = renderTable(
    entries,
    [
      { head: 'DIFFERS IN', cell: ({ kinds }) => kinds.join(', ') },
      { head: 'BEFORE', cell: ({ before }) => (before === undefined ? '' : formatBytes(before.bytes)), align: 'right' },
      { head: 'AFTER', cell: ({ after }) => (after === undefined ? '' : formatBytes(after.bytes)), align: 'right' },
      { head: 'ENTRY', cell: ({ name }) => name },
    ],
    'The entries are the same.',
    style,
  );
  const order = isReordered ? ['The entries are in another order.'] : [];
  const verdict = isSameContent ? ['What is unpacked is the same.'] : [];
  return [style.bold(`How ${key} differs from ${comparedWith}`), rows, ...order, ...verdict].join('\n');
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
