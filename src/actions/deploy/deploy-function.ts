import { type ApplyDependencies, applyPlan } from './apply.js';
import { type CurrentFunction, readCurrentFunction } from './current-function.js';
import type { DesiredFunction } from './desired-function.js';
import { type DeployStep, planDeploy } from './plan.js';

/** How a deployment of one function ended. */
export interface DeployResult {
  readonly functionName: string;
  readonly functionArn?: string;
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'planned';
  readonly steps: readonly DeployStep[];
  readonly reasons: readonly string[];
  readonly codeSha256?: string;
  readonly codeSize?: number;
  readonly version?: string;
  readonly alias?: string;
}

/** Brings one function into the desired state, or only says what it would do. */
export async function deployFunction(
  wanted: DesiredFunction,
  isDryRun: boolean,
  dependencies: ApplyDependencies,
): Promise<DeployResult> {
  const { functionName, alias } = wanted;
  const current = await readCurrentFunction(dependencies.calls, wanted);
  const desired = withDeployedVariables(wanted, current);
  const plan = planDeploy(desired, current);
  const base = { functionName, steps: plan.steps, reasons: plan.reasons, ...(alias !== undefined && { alias }) };
  if (plan.steps.length === 0) {
    dependencies.progress({
      kind: 'skipped',
      subject: functionName,
      text: `nothing to do: ${plan.reasons.join(', ')}`,
    });
    const version = current?.aliasVersion?.Version ?? current?.newestVersion?.Version;
    return {
      ...base,
      ...figuresOf(current?.configuration),
      outcome: 'unchanged',
      ...(version !== undefined && { version }),
    };
  }
  if (isDryRun) return { ...base, ...figuresOf(current?.configuration), outcome: 'planned' };
  const applied = await applyPlan(plan, desired, current, dependencies);
  return {
    ...base,
    ...figuresOf(applied.configuration),
    outcome: current === undefined ? 'created' : 'updated',
    ...(applied.version !== undefined && { version: applied.version }),
  };
}

function figuresOf(
  configuration:
    | {
        readonly FunctionArn?: string | undefined;
        readonly CodeSha256?: string | undefined;
        readonly CodeSize?: number | undefined;
      }
    | undefined,
): Partial<DeployResult> {
  return {
    ...(configuration?.FunctionArn !== undefined && { functionArn: configuration.FunctionArn }),
    ...(configuration?.CodeSha256 !== undefined && { codeSha256: configuration.CodeSha256 }),
    ...(configuration?.CodeSize !== undefined && { codeSize: configuration.CodeSize }),
  };
}

/** With `--env-merge`: the deployed variables, below those of the project. */
function withDeployedVariables(desired: DesiredFunction, current: CurrentFunction | undefined): DesiredFunction {
  const deployed = current?.configuration.Environment?.Variables;
  if (desired.mergesEnvironment !== true || deployed === undefined || desired.settings === undefined) return desired;
  const variables = { ...deployed, ...desired.settings.Environment?.Variables };
  return { ...desired, settings: { ...desired.settings, Environment: { Variables: variables } } };
}
