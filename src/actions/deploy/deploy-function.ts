import type { QueueCalls } from '../../aws/queue-facts.js';
import { type ApplyDependencies, applyPlan } from './apply.js';
import type { Change } from './change.js';
import { type CurrentFunction, type ReadCurrentOptions, readCurrentFunction } from './current-function.js';
import { type DeployStep, reasonOf, titleOf } from './deploy-step.js';
import type { DesiredFunction } from './desired-function.js';
import { judgeSources } from './judge-sources.js';
import { type DeployPlan, planDeploy } from './plan.js';

/** One step as results tell it. */
export interface PlannedStep {
  readonly step: DeployStep['step'];
  readonly title: string;
  readonly changes: readonly Change[];
}

/** How a deployment of one function ended. */
export interface DeployResult {
  readonly functionName: string;
  readonly functionArn?: string;
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'planned';
  readonly steps: readonly PlannedStep[];
  /** What is done, or why nothing is. */
  readonly reasons: readonly string[];
  /** What was found and is left as it is. */
  readonly notes: readonly string[];
  readonly codeSha256?: string;
  readonly codeSize?: number;
  /** Of signed code: the job that signed it. */
  readonly signingJobArn?: string;
  readonly version?: string;
  readonly alias?: string;
  readonly url?: string;
}

export type DeployFunctionDependencies = ApplyDependencies &
  ReadCurrentOptions & { readonly queues?: QueueCalls | undefined };

/** Brings one function into the desired state, or only says what it would do. */
export async function deployFunction(
  wanted: DesiredFunction,
  isDryRun: boolean,
  dependencies: DeployFunctionDependencies,
): Promise<DeployResult> {
  const { functionName, alias } = wanted;
  const current = await readCurrentFunction(dependencies, wanted);
  const desired = withDeployedVariables(withRole(wanted, current), current);
  const plan = planDeploy(desired, current);
  const warnings = await judgeSources(plan, desired, current, dependencies.queues);
  for (const text of warnings) dependencies.progress({ kind: 'warning', subject: functionName, text });
  const base = {
    functionName,
    ...textOf(plan, [...(wanted.remarks ?? []), ...warnings]),
    ...(alias !== undefined && { alias }),
  };
  if (plan.steps.length === 0) {
    dependencies.progress({
      kind: 'skipped',
      subject: functionName,
      text: `nothing to do: ${plan.unchanged.join(', ')}`,
    });
    const version = current.aliasVersion?.Version ?? current.newestVersion?.Version;
    const url = current.companions.url?.FunctionUrl;
    return {
      ...base,
      ...figuresOf(current.configuration),
      outcome: 'unchanged',
      ...(version !== undefined && { version }),
      ...(url !== undefined && { url }),
    };
  }
  if (isDryRun) return { ...base, ...figuresOf(current.configuration), outcome: 'planned' };
  const applied = await applyPlan(plan, desired, current, dependencies);
  return {
    ...base,
    ...figuresOf(applied.configuration),
    outcome: plan.isNew ? 'created' : 'updated',
    ...(applied.version !== undefined && { version: applied.version }),
    ...(applied.functionUrl !== undefined && { url: applied.functionUrl }),
  };
}

function textOf(
  { steps, unchanged, notes }: DeployPlan,
  remarks: readonly string[],
): Pick<DeployResult, 'steps' | 'reasons' | 'notes'> {
  return {
    steps: steps.map((step) => ({ step: step.step, title: titleOf(step), changes: step.changes })),
    reasons: steps.length === 0 ? unchanged : steps.map(reasonOf),
    notes: [...notes, ...remarks],
  };
}

function figuresOf(
  configuration:
    | {
        readonly FunctionArn?: string | undefined;
        readonly CodeSha256?: string | undefined;
        readonly CodeSize?: number | undefined;
        readonly SigningJobArn?: string | undefined;
      }
    | undefined,
): Partial<DeployResult> {
  return {
    ...(configuration?.FunctionArn !== undefined && { functionArn: configuration.FunctionArn }),
    ...(configuration?.CodeSha256 !== undefined && { codeSha256: configuration.CodeSha256 }),
    ...(configuration?.CodeSize !== undefined && { codeSize: configuration.CodeSize }),
    ...(configuration?.SigningJobArn !== undefined && { signingJobArn: configuration.SigningJobArn }),
  };
}

/** The ARN of the role that we keep for the function; before it exists, its name stands for it. */
function withRole(desired: DesiredFunction, current: CurrentFunction): DesiredFunction {
  if (desired.role === undefined || desired.settings === undefined) return desired;
  const Role = current.role?.arn ?? `(new role ${desired.role.roleName})`;
  return { ...desired, settings: { ...desired.settings, Role } };
}

/** With `--env-merge`: the deployed variables, below those of the project. */
function withDeployedVariables(desired: DesiredFunction, current: CurrentFunction): DesiredFunction {
  const deployed = current.configuration?.Environment?.Variables;
  if (desired.mergesEnvironment !== true || deployed === undefined || desired.settings === undefined) return desired;
  const own = desired.settings.Environment?.Variables ?? {};
  const settings = { ...desired.settings, Environment: { Variables: { ...deployed, ...own } } };
  return { ...desired, settings, ownVariableNames: Object.keys(own) };
}
