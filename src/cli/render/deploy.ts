import type { DeployResult } from '../../actions/deploy/deploy-function.js';
import type { DeployOutcome } from '../../actions/deploy/deploy-functions.js';
import type { Style } from '../style.js';

/** One block for each function. */
export function renderDeploy({ results, failures }: DeployOutcome, style: Style): string {
  // The only failure is told as the error of the command.
  if (results.length === 0 && failures.length === 1) return '';
  return [
    ...results.map((result) => renderResult(result, style)),
    ...failures.map(({ key, error }) => `${style.red(`${key}: failed`)}: ${error.message}`),
  ].join('\n');
}

function renderResult(result: DeployResult, style: Style): string {
  const { functionName, outcome, functionArn, version, alias, reasons } = result;
  if (outcome === 'unchanged') return `${functionName}: unchanged (${reasons.join(', ')})`;
  if (outcome === 'planned') return [`${functionName}: would`, ...reasons.map((reason) => `  - ${reason}`)].join('\n');
  const release = [version === undefined ? '' : `version ${version}`, alias === undefined ? '' : `alias ${alias}`]
    .filter((part) => part !== '')
    .join(', ');
  return `${style.green(`${functionName}: ${outcome}`)}${release === '' ? '' : ` (${release})`} ${functionArn ?? ''}`.trimEnd();
}
