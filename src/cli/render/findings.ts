import type { Finding } from '../../actions/doctor/finding.js';
import type { Style } from '../style.js';

const MARKS: Readonly<Record<Finding['status'], string>> = { ok: '✔', warning: '!', problem: '✖', skipped: '-' };

/** One line for each finding, and below it what to do. */
export function renderFindings(findings: readonly Finding[], style: Style): string {
  const colours = { ok: style.green, warning: style.yellow, problem: style.red, skipped: style.dim };
  const width = Math.max(0, ...findings.map(({ subject }) => subject.length));
  return findings
    .flatMap(({ subject, status, text, hint }) => [
      `${colours[status](MARKS[status])} ${subject.padEnd(width)}  ${text}`,
      ...(hint === undefined || status === 'ok' ? [] : [style.dim(`  ${' '.repeat(width)}  ${hint}`)]),
    ])
    .join('\n');
}
