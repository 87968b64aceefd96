import type { DeployResult } from '../../actions/deploy/deploy-function.js';
import type { DeployOutcome } from '../../actions/deploy/deploy-request.js';
import { shown } from '../../actions/deploy/deploy-step.js';
import type { Style } from '../style.js';
import { renderTable } from './table.js';

/** One block for each function, and after several a table that tells how each has ended. */
export function renderDeploy(outcome: DeployOutcome, style: Style): string {
  const { results, failures } = outcome;
  // The only failure is told as the error of the command.
  if (results.length === 0 && failures.length === 1) return '';
  const planned = results.filter((result) => result.outcome === 'planned');
  const blocks = planned.map((result) => renderPlan(result, style));
  if (results.length + failures.length === 1) {
    return [
      ...blocks,
      ...results.filter((result) => result.outcome !== 'planned').map((one) => renderResult(one, style)),
    ].join('\n');
  }
  return [...blocks, renderSummary(outcome, style)].join('\n\n');
}

/** The plan: a line for each step and below it one for each value, `+` new, `-` gone, `~` changed. */
function renderPlan({ functionName, steps, notes }: DeployResult, style: Style): string {
  const lines = steps.flatMap(({ title, changes }) => [
    `  ${title}`,
    ...changes.map(({ setting, from, to }) => {
      if (from === undefined) return style.green(`    + ${setting}: ${shown(to)}`);
      if (to === undefined) return style.red(`    - ${setting}: ${shown(from)}`);
      return style.yellow(`    ~ ${setting}: ${shown(from)} → ${shown(to)}`);
    }),
  ]);
  return [style.bold(`${functionName}: would`), ...lines, ...notes.map((note) => style.dim(`  (${note})`))].join('\n');
}

function renderResult(
  { functionName, outcome, functionArn, reasons, notes, ...result }: DeployResult,
  style: Style,
): string {
  const kept = [
    ...(result.url === undefined ? [] : [`  ${result.url}`]),
    ...notes.map((note) => style.dim(`  (${note})`)),
  ];
  if (outcome === 'unchanged') return [`${functionName}: unchanged (${reasons.join(', ')})`, ...kept].join('\n');
  const release = releaseOf(result);
  const line = `${style.green(`${functionName}: ${outcome}`)}${release === '' ? '' : ` (${release})`} ${functionArn ?? ''}`;
  return [line.trimEnd(), ...kept].join('\n');
}

function releaseOf({ version, alias }: Pick<DeployResult, 'version' | 'alias'>): string {
  const parts = [version === undefined ? '' : `version ${version}`, alias === undefined ? '' : `alias ${alias}`];
  return parts.filter((part) => part !== '').join(', ');
}

function renderSummary({ results, failures }: DeployOutcome, style: Style): string {
  const rows = [
    ...results.map((result) => ({
      name: result.functionName,
      outcome: result.outcome === 'unchanged' ? style.dim(result.outcome) : style.green(result.outcome),
      release: releaseOf(result),
      why: result.reasons.join('; '),
    })),
    ...failures.map(({ key, error }) => ({
      name: key,
      outcome: style.red('failed'),
      release: '',
      why: error.message.split('\n')[0] ?? '',
    })),
  ];
  return renderTable(
    rows,
    [
      { head: 'FUNCTION', cell: ({ name }) => name },
      { head: 'OUTCOME', cell: ({ outcome }) => outcome },
      { head: 'RELEASE', cell: ({ release }) => release || '-' },
      { head: 'WHY', cell: ({ why }) => clipped(why) },
    ],
    'No functions.',
    style,
  );
}

const WIDEST = 90;

function clipped(text: string): string {
  return text.length <= WIDEST ? text : `${text.slice(0, WIDEST - 1)}…`;
}
