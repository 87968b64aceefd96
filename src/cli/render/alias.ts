import type { AliasSummary } from '../../actions/alias.js';
import type { Style } from '../style.js';
import { renderTable } from './table.js';

export function renderAliases(aliases: readonly AliasSummary[], style: Style): string {
  return renderTable(
    aliases,
    [
      { head: 'ALIAS', cell: ({ name }) => name },
      { head: 'VERSION', cell: ({ functionVersion }) => functionVersion },
      { head: 'ALSO', cell: ({ weights }) => renderWeights(weights) || undefined },
      { head: 'DESCRIPTION', cell: ({ description }) => description || undefined },
    ],
    'The function has no aliases.',
    style,
  );
}

/** `version 3 with 10 %`. */
export function renderWeights(weights: AliasSummary['weights']): string {
  return Object.entries(weights)
    .map(([version, share]) => `version ${version} with ${Number((share * 100).toFixed(2))} %`)
    .join(', ');
}
