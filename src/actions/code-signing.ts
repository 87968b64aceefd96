import type { LambdaCalls } from '../aws/lambda-calls.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import type { ActionContext } from './action-context.js';
import { allPages } from './all-pages.js';
import { recordOf } from './api-record.js';
import { resolveFunctionTarget } from './function-target.js';

type Answer = Readonly<Record<string, unknown>>;

/** The code signing configurations of the account. */
export async function listCodeSigningConfigs(context: ActionContext): Promise<readonly Answer[]> {
  const calls = await context.lambda();
  const configs = await allPages(
    (marker) => calls.listCodeSigningConfigs(marker),
    ({ CodeSigningConfigs, NextMarker }) => ({ items: CodeSigningConfigs, next: NextMarker }),
  );
  return configs.map(recordOf);
}

/** The configuration that a function is bound to; for the ARN of a configuration that one, and the functions bound to it. */
export async function showCodeSigning(target: string, context: ActionContext): Promise<Answer> {
  const calls = await context.lambda();
  if (isConfigArn(target)) {
    const [config, functionArns] = await Promise.all([
      readConfig(target, calls),
      allPages(
        (marker) => calls.listFunctionsByCodeSigningConfig({ CodeSigningConfigArn: target, ...marker }),
        ({ FunctionArns, NextMarker }) => ({ items: FunctionArns, next: NextMarker }),
      ),
    ]);
    return { ...config, functionArns };
  }
  const { functionName } = await resolveFunctionTarget(target, context);
  const bound = await calls.getFunctionCodeSigningConfig({ FunctionName: functionName });
  const arn = bound.CodeSigningConfigArn;
  // Without a configuration the service answers with nothing, or with empty texts.
  if (arn === undefined || arn === '') return { functionName };
  return { functionName, ...recordOf(bound), ...(await readConfig(arn, calls)) };
}

function isConfigArn(target: string): boolean {
  return /^arn:[^:]+:lambda:[^:]+:\d+:code-signing-config:/.test(target);
}

async function readConfig(arn: string, calls: Pick<LambdaCalls, 'getCodeSigningConfig'>): Promise<Answer> {
  const { CodeSigningConfig = {} } = await calls.getCodeSigningConfig({ CodeSigningConfigArn: arn });
  return recordOf(CodeSigningConfig);
}

export interface CreateCodeSigningRequest {
  /** ARNs of signing profile versions. */
  readonly profiles: readonly string[];
  /** Refuses packages that none of them has signed, instead of warning. */
  readonly enforces: boolean;
  readonly description?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export async function createCodeSigningConfig(
  { profiles, enforces, description, tags }: CreateCodeSigningRequest,
  context: ActionContext,
): Promise<Answer> {
  const calls = await context.lambda();
  const { CodeSigningConfig = {} } = await calls.createCodeSigningConfig({
    AllowedPublishers: { SigningProfileVersionArns: [...profiles] },
    CodeSigningPolicies: { UntrustedArtifactOnDeployment: enforces ? 'Enforce' : 'Warn' },
    ...(description !== undefined && { Description: description }),
    ...(tags !== undefined && { Tags: { ...tags } }),
  });
  return recordOf(CodeSigningConfig);
}

export interface UpdateCodeSigningRequest {
  readonly configArn: string;
  /** Replace the present ones. */
  readonly profiles?: readonly string[] | undefined;
  readonly enforces?: boolean | undefined;
  readonly description?: string | undefined;
}

/** Changes what is given and leaves the rest. @throws LambdakitError `usage` when nothing is. */
export async function updateCodeSigningConfig(
  { configArn, profiles, enforces, description }: UpdateCodeSigningRequest,
  context: ActionContext,
): Promise<Answer> {
  if (profiles === undefined && enforces === undefined && description === undefined) {
    throw new LambdakitError('usage', 'It is not said what is to change.', {
      hint: 'Give --signing-profile, --enforce, --no-enforce or --description.',
    });
  }
  const calls = await context.lambda();
  const { CodeSigningConfig = {} } = await calls.updateCodeSigningConfig({
    CodeSigningConfigArn: configArn,
    ...(profiles !== undefined && { AllowedPublishers: { SigningProfileVersionArns: [...profiles] } }),
    ...(enforces !== undefined && {
      CodeSigningPolicies: { UntrustedArtifactOnDeployment: enforces ? 'Enforce' : 'Warn' },
    }),
    ...(description !== undefined && { Description: description }),
  });
  return recordOf(CodeSigningConfig);
}

/** Deletes a configuration that no function is bound to any more. */
export async function deleteCodeSigningConfig(configArn: string, context: ActionContext): Promise<Answer> {
  const calls = await context.lambda();
  await calls.deleteCodeSigningConfig({ CodeSigningConfigArn: configArn });
  return { codeSigningConfigArn: configArn, outcome: 'deleted' };
}

/** Binds a function to a configuration. */
export async function setCodeSigning(target: string, configArn: string, context: ActionContext): Promise<Answer> {
  const { functionName } = await resolveFunctionTarget(target, context);
  const calls = await context.lambda();
  return recordOf(
    await calls.putFunctionCodeSigningConfig({ FunctionName: functionName, CodeSigningConfigArn: configArn }),
  );
}

/** Frees a function from its configuration. */
export async function removeCodeSigning(target: string, context: ActionContext): Promise<Answer> {
  const { functionName } = await resolveFunctionTarget(target, context);
  const calls = await context.lambda();
  await calls.deleteFunctionCodeSigningConfig({ FunctionName: functionName });
  return { functionName, outcome: 'removed' };
}
