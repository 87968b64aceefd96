import type { FunctionStatus, FunctionSummary } from '../../actions/functions.js';
import type { VersionSummary } from '../../actions/versions.js';
import type { Style } from '../style.js';
import { renderWeights } from './alias.js';
import { renderTable } from './table.js';
import { formatBytes } from './units.js';

export function renderFunctions(functions: readonly FunctionSummary[], style: Style): string {
  return renderTable(
    functions,
    [
      { head: 'FUNCTION', cell: ({ functionName }) => functionName },
      { head: 'RUNTIME', cell: ({ runtime }) => runtime || undefined },
      { head: 'MEMORY', cell: ({ memorySize }) => `${memorySize} MB`, align: 'right' },
      { head: 'TIMEOUT', cell: ({ timeout }) => `${timeout} s`, align: 'right' },
      { head: 'CODE', cell: ({ codeSize }) => formatBytes(codeSize), align: 'right' },
      { head: 'CHANGED', cell: ({ lastModified }) => formatTime(lastModified) },
    ],
    'There are no functions here.',
    style,
  );
}

export function renderStatus(status: FunctionStatus, style: Style): string {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['function', status.functionArn],
    ['state', withReason(status.state, status.stateReason)],
    ['last update', withReason(status.lastUpdateStatus, status.lastUpdateStatusReason)],
    ['changed', formatTime(status.lastModified)],
    ['runtime', [status.runtime, ...status.architectures].filter((part) => part !== '').join(', ')],
    ['handler', status.handler],
    ['memory, timeout', `${status.memorySize} MB, ${status.timeout} s`],
    ['code', `${formatBytes(status.codeSize)}, SHA-256 ${status.codeSha256}`],
    ['role', status.role],
    ['layers', status.layers.join('\n')],
    ['variables', status.environmentVariableNames.join(', ')],
    [
      'aliases',
      status.aliases
        .map(({ name, functionVersion, weights }) =>
          [`${name} → ${functionVersion}`, renderWeights(weights)].filter(Boolean).join(', '),
        )
        .join('\n'),
    ],
    ['url', status.url],
    ['reserved', status.reservedConcurrency?.toString()],
    [
      'tags',
      Object.entries(status.tags)
        .map(([key, value]) => `${key}=${value}`)
        .join(', '),
    ],
  ];
  return rows
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${style.bold(name.padEnd(15))}  ${value?.replaceAll('\n', `\n${' '.repeat(17)}`)}`)
    .join('\n');
}

export function renderVersions(versions: readonly VersionSummary[], style: Style): string {
  return renderTable(
    versions,
    [
      { head: 'VERSION', cell: ({ version }) => version, align: 'right' },
      { head: 'ALIASES', cell: ({ aliases }) => aliases.join(', ') || undefined },
      { head: 'CODE', cell: ({ codeSize }) => formatBytes(codeSize), align: 'right' },
      { head: 'SHA-256', cell: ({ codeSha256 }) => codeSha256.slice(0, 12) },
      { head: 'PUBLISHED', cell: ({ lastModified }) => formatTime(lastModified) },
      { head: 'DESCRIPTION', cell: ({ description }) => description || undefined },
    ],
    'Nothing has been published yet.',
    style,
  );
}

function withReason(state: string, reason: string | undefined): string {
  return reason === undefined ? state : `${state}: ${reason}`;
}

/** The service's time of day without its fraction. */
export function formatTime(time: string): string {
  return time.replace('T', ' ').replace(/\.\d+(\+0000|Z)?$/, ' UTC');
}
