import type { CheckedFunction } from '../../actions/check/check-functions.js';
import type { Lint } from '../../actions/check/lint.js';
import type { Style } from '../style.js';

const MARKS: Readonly<Record<Lint['severity'], string>> = { problem: '✖', warning: '!', note: '·' };

/** Each function with what there is to say of it, and what to do. */
export function renderChecked(functions: readonly CheckedFunction[], style: Style): string {
  const colours = { problem: style.red, warning: style.yellow, note: style.dim };
  return functions
    .map(({ key, lints }) => {
      if (lints.length === 0) return `${style.green('✔')} ${key}`;
      const lines = lints.flatMap(({ severity, rule, text, hint }) => [
        `  ${colours[severity](MARKS[severity])} ${text} ${style.dim(`[${rule}]`)}`,
        `    ${style.dim(hint)}`,
      ]);
      return [style.bold(key), ...lines].join('\n');
    })
    .join('\n');
}
