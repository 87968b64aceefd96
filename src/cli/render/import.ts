import type { ImportResult } from '../../actions/import/import-project.js';
import type { Style } from '../style.js';

/** What was written, and what comes next. */
export function renderImport({ folder, files, functions, unmapped }: ImportResult, style: Style): string {
  const left =
    unmapped.length === 0
      ? []
      : [`${unmapped.length} ${unmapped.length === 1 ? 'thing is' : 'things are'} not taken over; see above.`];
  return [
    `${style.green(`Imported ${functions.join(', ')}`)} into ${folder}: ${files.join(', ')}`,
    ...left,
    style.dim('Next: `lambdakit diff` shows what a deployment would change.'),
  ].join('\n');
}
