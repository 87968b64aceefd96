import type { DeployResult } from '../../actions/deploy/deploy-function.js';
import type { DeployOutcome } from '../../actions/deploy/deploy-request.js';
import type { LambdakitError } from '../../errors/lambdakit-error.js';
import { annotateFailure, markAnnotated } from './annotate-failure.js';
import { setOutputs, writeSummary } from './job-files.js';
import { isGithubJob } from './workflow-command.js';

/**
 * Tells a job of GitHub Actions how a deployment, or a plan, has ended: on the job's page, in the outputs of the
 * step, and for functions that failed as annotations. Anywhere else it does nothing.
 */
export async function reportDeployment(outcome: DeployOutcome, failure: LambdakitError | undefined): Promise<void> {
  await Promise.all([writeSummary(() => deploymentSummary(outcome)), setOutputs(() => deploymentOutputs(outcome))]);
  if (!isGithubJob() || outcome.failures.length === 0) return;
  for (const { key, error } of outcome.failures) annotateFailure(error, `${key}: ${error.code}`);
  // The failure of the whole only sums these up.
  if (failure !== undefined) markAnnotated(failure);
}

/** A table with a line for each function; below it what a plan would do. */
export function deploymentSummary({ results, failures }: DeployOutcome): string {
  const isPlan = results.some(({ outcome }) => outcome === 'planned');
  const rows = [
    ...results.map((result) => [
      code(result.functionName),
      result.outcome,
      result.version ?? '',
      result.alias ?? '',
      result.codeSha256 === undefined ? '' : code(result.codeSha256),
      cell(result.url ?? result.notes.join('; ')),
    ]),
    ...failures.map(({ key, error }) => [code(key), '**failed**', '', '', '', cell(error.message)]),
  ];
  const table = [
    ['Function', 'Outcome', 'Version', 'Alias', 'SHA-256', ''],
    ['---', '---', '---', '---', '---', '---'],
    ...rows,
  ].map((columns) => `| ${columns.join(' | ')} |`);
  const plans = results.filter(({ steps }) => steps.length > 0).map((result) => stepList(result, isPlan));
  return [`### ${isPlan ? 'Planned deployment' : 'Deployment'}`, '', ...table, '', ...plans].join('\n');
}

function stepList({ functionName, steps, reasons }: DeployResult, isPlan: boolean): string {
  const items = steps.map((step, index) => `- ${cell(reasons[index] ?? step.title)}`);
  const title = `${functionName}: ${isPlan ? 'would' : 'did'} ${steps.length} step${steps.length === 1 ? '' : 's'}`;
  return [`<details><summary>${title}</summary>`, '', ...items, '', '</details>', ''].join('\n');
}

/** The outputs of the step. With one function its facts are outputs of their own. */
export function deploymentOutputs({ results, failures }: DeployOutcome): Readonly<Record<string, string>> {
  const facts = results.map(({ functionName, functionArn, outcome, version, alias, codeSha256, url }) => ({
    functionName,
    functionArn,
    outcome,
    version,
    alias,
    codeSha256,
    url,
  }));
  const [only] = facts;
  const single = facts.length === 1 && failures.length === 0 && only !== undefined ? only : undefined;
  const named = {
    'function-name': single?.functionName,
    'function-arn': single?.functionArn,
    outcome: single?.outcome,
    version: single?.version,
    alias: single?.alias,
    'code-sha256': single?.codeSha256,
    url: single?.url,
  };
  return {
    changed: String(facts.some(({ outcome }) => outcome !== 'unchanged')),
    functions: JSON.stringify(facts),
    ...(Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)) as Record<string, string>),
  };
}

function code(text: string): string {
  return `\`${cell(text)}\``;
}

/** One line that ends no cell and opens no tag. */
function cell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;').trim();
}
