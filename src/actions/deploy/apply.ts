import type { RuleCalls } from '../../aws/event-rules.js';
import { createRole, putRolePolicy, type RoleCalls } from '../../aws/iam-role.js';
import type { AliasConfiguration, FunctionConfiguration, LambdaCalls } from '../../aws/lambda-calls.js';
import type { LogsCalls } from '../../aws/neighbour-calls.js';
import { attemptsOf } from '../../aws/send-with-retries.js';
import { isSettled, waitForFunction } from '../../aws/wait-for-function.js';
import { isLambdakitError, LambdakitError } from '../../errors/lambdakit-error.js';
import { findAlias } from '../alias.js';
import { applyCompanion, type CompanionCalls } from './apply-companion.js';
import { applySchedule } from './apply-schedule.js';
import type { CurrentFunction } from './current-function.js';
import { type DeployStep, reasonOf, titleOf } from './deploy-step.js';
import type { DesiredFunction } from './desired-function.js';
import { type ChangeDependencies, isOwnDuplicate, makeChange, settle } from './make-change.js';
import { createRequest, type PackagePlace } from './package-members.js';
import type { DeployPlan } from './plan.js';
import { rememberSignature } from './remember-signature.js';
import { updateGuarded } from './update-guarded.js';
import { waitForProvisioned } from './wait-for-provisioned.js';

export type DeployCalls = CompanionCalls &
  Pick<
    LambdaCalls,
    | 'getFunctionConfiguration'
    | 'createFunction'
    | 'updateFunctionCode'
    | 'updateFunctionConfiguration'
    | 'publishVersion'
    | 'getAlias'
    | 'createAlias'
    | 'updateAlias'
  >;

export interface ApplyDependencies extends ChangeDependencies {
  readonly calls: DeployCalls;
  readonly iam: RoleCalls | undefined;
  readonly events: RuleCalls | undefined;
  readonly logs: Pick<LogsCalls, 'createLogGroup' | 'putRetentionPolicy'> | undefined;
  /** Puts the package where Lambda can fetch it. */
  readonly stage: (desired: DesiredFunction, configuration: FunctionConfiguration) => Promise<PackagePlace>;
  /** Has the staged package signed. */
  readonly sign: (desired: DesiredFunction, staged: PackagePlace) => Promise<PackagePlace>;
  /** Puts the image where Lambda can fetch it. */
  readonly pushImage: (desired: DesiredFunction) => Promise<void>;
  /** Moves the traffic of an alias to a version by the strategy of the step. */
  readonly shift: (step: Extract<DeployStep, { step: 'shift-alias' }>, version: string) => Promise<void>;
}

/** What the steps have led to. */
export interface Applied {
  readonly configuration: FunctionConfiguration;
  readonly version: string | undefined;
  readonly roleArn?: string | undefined;
  readonly place?: PackagePlace | undefined;
  readonly functionUrl?: string | undefined;
}

/** Takes the steps of a plan in order; before and after each change the function must be settled. */
export async function applyPlan(
  plan: DeployPlan,
  desired: DesiredFunction,
  current: CurrentFunction | undefined,
  dependencies: ApplyDependencies,
): Promise<Applied> {
  const { functionName } = desired;
  const { progress, now, signal } = dependencies;
  const deployed = current?.configuration;
  let applied: Applied = {
    configuration: deployed ?? {},
    version: undefined,
    roleArn: current?.role?.arn,
    functionUrl: current?.companions.url?.FunctionUrl,
  };
  if (deployed !== undefined && !isSettled(deployed)) {
    progress({ kind: 'started', subject: functionName, text: 'waiting for an earlier update' });
    applied = { ...applied, configuration: await settle(functionName, dependencies) };
  }
  for (const step of plan.steps) {
    signal.throwIfAborted();
    progress({ kind: 'started', subject: functionName, text: reasonOf(step) });
    const startedAt = now();
    applied = await take(step, desired, applied, dependencies);
    progress({ kind: 'done', subject: functionName, text: titleOf(step), durationMs: now() - startedAt });
  }
  return applied;
}

async function take(
  step: DeployStep,
  desired: DesiredFunction,
  applied: Applied,
  dependencies: ApplyDependencies,
): Promise<Applied> {
  const { functionName } = desired;
  switch (step.step) {
    case 'create-role':
    case 'update-role':
      return { ...applied, roleArn: await keepRole(step, functionName, applied, dependencies) };
    case 'create-log-group':
      await orExisting(dependencies.logs?.createLogGroup({ logGroupName: step.logGroup }));
      return applied;
    case 'set-log-retention':
      await dependencies.logs?.putRetentionPolicy({ logGroupName: step.logGroup, retentionInDays: step.days });
      return applied;
    case 'stage-package':
      return { ...applied, place: await dependencies.stage(desired, applied.configuration) };
    case 'sign-package':
      return { ...applied, place: await sign(desired, applied, dependencies) };
    case 'remember-signature':
      await rememberSignature(desired, applied.configuration, dependencies);
      return applied;
    case 'push-image':
      await dependencies.pushImage(desired);
      return applied;
    case 'create-function':
      return { ...applied, configuration: await create(desired, applied, dependencies) };
    case 'update-settings':
    case 'update-code':
      return { ...applied, configuration: await updateGuarded(step.step, desired, applied, dependencies) };
    case 'companion': {
      const { FunctionUrl } = await applyCompanion(step, functionName, dependencies);
      return FunctionUrl === undefined ? applied : { ...applied, functionUrl: FunctionUrl };
    }
    case 'put-schedule':
    case 'delete-schedule':
      await applySchedule(
        step,
        { functionName, alias: desired.alias, functionArn: applied.configuration.FunctionArn },
        dependencies,
      );
      return applied;
    case 'publish-version':
      return publish(applied, desired, dependencies);
    case 'create-alias':
    case 'update-alias':
      await moveAlias(step.alias, functionName, applied, dependencies);
      return applied;
    case 'shift-alias':
      await dependencies.shift(step, applied.version ?? '');
      return applied;
    case 'wait-provisioned':
      await waitForProvisioned(functionName, step.alias, dependencies);
      return applied;
  }
}

async function keepRole(
  step: Extract<DeployStep, { step: 'create-role' | 'update-role' }>,
  functionName: string,
  { roleArn }: Applied,
  { iam }: ApplyDependencies,
): Promise<string | undefined> {
  if (iam === undefined) return roleArn;
  const { roleName, statements } = step;
  if (step.step === 'create-role') return createRole(iam, { roleName, functionName, statements });
  await putRolePolicy(iam, roleName, statements);
  return roleArn;
}

async function sign(
  desired: DesiredFunction,
  { place }: Applied,
  dependencies: ApplyDependencies,
): Promise<PackagePlace> {
  if (place === undefined) throw new Error('Nothing is staged that could be signed.');
  return dependencies.sign(desired, place);
}

async function orExisting(answer: Promise<unknown> | undefined): Promise<void> {
  try {
    await answer;
  } catch (error) {
    if (!isLambdakitError(error) || error.details?.awsCode !== 'ResourceAlreadyExistsException') throw error;
  }
}

async function create(
  desired: DesiredFunction,
  applied: Applied,
  dependencies: ApplyDependencies,
): Promise<FunctionConfiguration> {
  const { calls } = dependencies;
  const { functionName } = desired;
  const request = await createRequest(desired, applied);
  try {
    await makeChange(functionName, dependencies, () => calls.createFunction(request));
  } catch (error) {
    // An earlier attempt has made it, and only its answer was lost.
    if (!isOwnDuplicate(error)) throw error;
  }
  return waitForFunction({ ...dependencies, functionName });
}

async function publish(
  applied: Applied,
  { functionName }: DesiredFunction,
  dependencies: ApplyDependencies,
): Promise<Applied> {
  const { CodeSha256 } = applied.configuration;
  // The SHA-256 makes the service refuse to publish code that someone else has put there meanwhile.
  const published = await makeChange(functionName, dependencies, () =>
    dependencies.calls.publishVersion({ FunctionName: functionName, ...(CodeSha256 !== undefined && { CodeSha256 }) }),
  );
  const version = published.Version;
  if (version === undefined)
    throw new LambdakitError('service-refused', `Lambda published ${functionName} and named no version.`);
  // An idle function may be inactive; only a version that is being made has to be waited for.
  if (published.State === undefined || published.State === 'Pending')
    await waitForFunction({ ...dependencies, functionName, qualifier: version });
  return { ...applied, version };
}

/** Creates the alias or points it to the published version, whichever the moment asks for. */
async function moveAlias(
  alias: string,
  functionName: string,
  { version }: Applied,
  { calls }: ApplyDependencies,
): Promise<void> {
  const target = { FunctionName: functionName, Name: alias };
  for (let attempt = 1; ; attempt++) {
    const present = await findAlias(calls, functionName, alias);
    if (present !== undefined && isAt(present, version)) return;
    try {
      if (present === undefined) await calls.createAlias({ ...target, FunctionVersion: version });
      else
        await calls.updateAlias({
          ...target,
          FunctionVersion: version,
          // All traffic goes to the new version; weights of an earlier shift would send some of it elsewhere.
          RoutingConfig: { AdditionalVersionWeights: {} },
          RevisionId: present.RevisionId,
        });
      return;
    } catch (error) {
      // The answer of an attempt was lost: the next look at the alias tells whether it had its effect.
      const isOwnEcho = isLambdakitError(error) && attemptsOf(error.cause) > 1 && attempt < 3;
      if (!isOwnEcho) throw error;
    }
  }
}

function isAt({ FunctionVersion, RoutingConfig }: AliasConfiguration, version: string | undefined): boolean {
  return FunctionVersion === version && Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {}).length === 0;
}
