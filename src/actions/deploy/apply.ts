import type { FunctionConfiguration, LambdaCalls } from '../../aws/lambda-calls.js';
import { isSettled, waitForFunction } from '../../aws/wait-for-function.js';
import { isLambdakitError, LambdakitError } from '../../errors/lambdakit-error.js';
import { readFile } from '../../system/files.js';
import type { ProgressSink } from '../progress.js';
import type { CurrentFunction } from './current-function.js';
import type { DesiredCode, DesiredFunction } from './desired-function.js';
import { type DeployPlan, type DeployStep, reasonOf } from './plan.js';

export type DeployCalls = Pick<
  LambdaCalls,
  | 'getFunction'
  | 'getFunctionConfiguration'
  | 'listVersionsByFunction'
  | 'createFunction'
  | 'updateFunctionCode'
  | 'updateFunctionConfiguration'
  | 'publishVersion'
  | 'createAlias'
  | 'updateAlias'
  | 'tagResource'
  | 'untagResource'
>;

export interface ApplyDependencies {
  readonly calls: DeployCalls;
  readonly signal: AbortSignal;
  readonly progress: ProgressSink;
}

/** What the steps have led to. */
export interface Applied {
  readonly configuration: FunctionConfiguration;
  readonly version: string | undefined;
}

/** Takes the steps of a plan in order; before and after each change the function must be settled. */
export async function applyPlan(
  plan: DeployPlan,
  desired: DesiredFunction,
  current: CurrentFunction | undefined,
  dependencies: ApplyDependencies,
): Promise<Applied> {
  const { functionName } = desired;
  let applied: Applied = { configuration: current?.configuration ?? {}, version: undefined };
  if (current !== undefined && !isSettled(current.configuration)) {
    dependencies.progress({ kind: 'started', subject: functionName, text: 'waiting for an earlier update' });
    applied = { ...applied, configuration: await waitForFunction({ ...dependencies, functionName }) };
  }
  for (const step of plan.steps) {
    dependencies.signal.throwIfAborted();
    dependencies.progress({ kind: 'started', subject: functionName, text: reasonOf(step) });
    const startedAt = performance.now();
    applied = await take(step, desired, applied, dependencies);
    dependencies.progress({
      kind: 'done',
      subject: functionName,
      text: reasonOf(step),
      durationMs: performance.now() - startedAt,
    });
  }
  return applied;
}

async function take(
  step: DeployStep,
  desired: DesiredFunction,
  applied: Applied,
  dependencies: ApplyDependencies,
): Promise<Applied> {
  const { calls } = dependencies;
  const { functionName } = desired;
  const settle = async (): Promise<Applied> => ({
    ...applied,
    configuration: await waitForFunction({ ...dependencies, functionName }),
  });
  switch (step.step) {
    case 'create-function': {
      const creation = await creationOf(desired);
      await whenRoleIsReady(dependencies, () => calls.createFunction(creation));
      return settle();
    }
    case 'update-settings':
      await whenSettled(dependencies, functionName, () =>
        calls.updateFunctionConfiguration({ FunctionName: functionName, ...desired.settings }),
      );
      return settle();
    case 'update-code': {
      const code = await codeMembers(desired.code);
      await whenSettled(dependencies, functionName, () =>
        calls.updateFunctionCode({
          FunctionName: functionName,
          ...code,
          ...(desired.architectures !== undefined && { Architectures: desired.architectures }),
        }),
      );
      return settle();
    }
    case 'tag':
      await calls.tagResource({ Resource: applied.configuration.FunctionArn, Tags: { ...step.tags } });
      return applied;
    case 'untag':
      await calls.untagResource({ Resource: applied.configuration.FunctionArn, TagKeys: [...step.keys] });
      return applied;
    case 'publish-version':
      return publish(applied, desired, dependencies);
    case 'create-alias':
      await calls.createAlias({ FunctionName: functionName, Name: step.alias, FunctionVersion: applied.version });
      return applied;
    case 'update-alias':
      // All traffic goes to the new version; weights of an earlier shift would send some of it elsewhere.
      await calls.updateAlias({
        FunctionName: functionName,
        Name: step.alias,
        FunctionVersion: applied.version,
        RoutingConfig: { AdditionalVersionWeights: {} },
      });
      return applied;
  }
}

async function creationOf(desired: DesiredFunction): Promise<Parameters<DeployCalls['createFunction']>[0]> {
  const { functionName, code, settings, architectures, tags, codeSigningConfigArn } = desired;
  if (code === undefined || settings === undefined) {
    throw new LambdakitError(
      'invalid-input',
      `The function ${functionName} does not exist yet, so it needs code and settings.`,
      {
        hint: 'Deploy it once without --code-only and --config-only.',
      },
    );
  }
  if (settings.Role === undefined) {
    throw new LambdakitError('config-invalid', `The function ${functionName} has no execution role.`, {
      hint: 'Write "role" (an ARN, or a role name) into lambdakit.json, or give --role.',
    });
  }
  return {
    ...settings,
    Role: settings.Role,
    FunctionName: functionName,
    Code: await codeMembers(code),
    PackageType: code.kind === 'image' ? 'Image' : 'Zip',
    ...(architectures !== undefined && { Architectures: [...architectures] }),
    ...(tags !== undefined && { Tags: { ...tags } }),
    ...(codeSigningConfigArn !== undefined && { CodeSigningConfigArn: codeSigningConfigArn }),
  };
}

/** The package is read only now: a deployment that changes no code never holds it in memory. */
async function codeMembers(code: DesiredCode | undefined): Promise<object> {
  switch (code?.kind) {
    case 'zip':
      return { ZipFile: await readFile(code.file) };
    case 's3':
      return { S3Bucket: code.bucket, S3Key: code.key };
    case 'image':
      return { ImageUri: code.imageUri };
    default:
      return {};
  }
}

async function publish(
  applied: Applied,
  { functionName }: DesiredFunction,
  dependencies: ApplyDependencies,
): Promise<Applied> {
  const { CodeSha256 } = applied.configuration;
  // The SHA-256 makes the service refuse to publish code that someone else has put there meanwhile.
  const published = await whenSettled(dependencies, functionName, () =>
    dependencies.calls.publishVersion({ FunctionName: functionName, ...(CodeSha256 !== undefined && { CodeSha256 }) }),
  );
  const version = published.Version;
  if (version === undefined)
    throw new LambdakitError('service-refused', `Lambda published ${functionName} and named no version.`);
  await waitForFunction({ ...dependencies, functionName, qualifier: version });
  return { ...applied, version };
}

const CONFLICT_ATTEMPTS = 5;

/** Makes a change again when another one was still under way: someone else's, or the service's own. */
async function whenSettled<T>(
  dependencies: ApplyDependencies,
  functionName: string,
  change: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change();
    } catch (error) {
      const isUnderWay =
        isLambdakitError(error) &&
        error.details?.awsCode === 'ResourceConflictException' &&
        /in progress|following state/i.test(error.message);
      if (!isUnderWay || attempt === CONFLICT_ATTEMPTS) throw error;
      dependencies.progress({
        kind: 'detail',
        subject: functionName,
        text: 'another update is in progress, waiting for it',
      });
      await waitForFunction({ ...dependencies, functionName });
    }
  }
}

const ROLE_PATIENCE_MS = 60_000;

/** A role that was just created cannot be assumed everywhere at once (IAM user guide, "Changes that I make are not always immediately visible"). */
async function whenRoleIsReady<T>({ signal, progress }: ApplyDependencies, create: () => Promise<T>): Promise<T> {
  const { pause } = await import('../../system/pause.js');
  const giveUpAt = performance.now() + ROLE_PATIENCE_MS;
  for (;;) {
    try {
      return await create();
    } catch (error) {
      const isRoleTrouble = isLambdakitError(error) && /cannot be assumed by Lambda/i.test(error.message);
      if (!isRoleTrouble || performance.now() > giveUpAt) throw error;
      progress({ kind: 'detail', subject: 'role', text: 'the role cannot be assumed yet, trying again' });
      await pause(3_000, signal);
    }
  }
}
