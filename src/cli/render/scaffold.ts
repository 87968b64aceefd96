import path from 'node:path';
import type { Template } from '../../scaffold/list-templates.js';
import type { ScaffoldResult } from '../../scaffold/scaffold-project.js';
import type { Style } from '../style.js';
import { renderTable } from './table.js';

export function renderTemplates(templates: readonly Template[], style: Style): string {
  return renderTable(
    templates,
    [
      { head: 'TEMPLATE', cell: ({ name }) => name },
      { head: 'RUNTIMES', cell: ({ runtimes }) => runtimes.join(', ') },
      { head: 'DESCRIPTION', cell: ({ description }) => description },
    ],
    'There are no templates.',
    style,
  );
}

export function renderScaffold(
  { folder, template, runtime, files, nextSteps }: ScaffoldResult,
  workingFolder: string,
  style: Style,
): string {
  const where = path.relative(workingFolder, folder) || '.';
  return [
    style.green(`${where}: ${files.length} files from ${template} (${runtime})`),
    '',
    'Next:',
    ...(where === '.' ? [] : [`  cd ${where}`]),
    ...nextSteps.map((step) => `  ${step}`),
  ].join('\n');
}
