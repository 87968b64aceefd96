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

/** The configuration that a function is bound to. */
export async function showCodeSigning(target: string, context: ActionContext): Promise<Answer> {
  const { functionName } = await resolveFunctionTarget(target, context);
  const calls = await context.lambda();
  return recordOf(await calls.getFunctionCodeSigningConfig({ FunctionName: functionName }));
}

export interface CreateCodeSigningRequest {
  /** ARNs of signing profile versions. */
  readonly profiles: readonly string[];
  /** Refuses packages that none of them has signed, instead of warning. */
  readonly enforces: boolean;
  readonly description?: string | undefined;
}

export async function createCodeSigningConfig(
  { profiles, enforces, description }: CreateCodeSigningRequest,
  context: ActionContext,
): Promise<Answer> {
  const calls = await context.lambda();
  const { CodeSigningConfig = {} } = await calls.createCodeSigningConfig({
    AllowedPublishers: { SigningProfileVersionArns: [...profiles] },
    CodeSigningPolicies: { UntrustedArtifactOnDeployment: enforces ? 'Enforce' : 'Warn' },
    ...(description !== undefined && { Description: description }),
  });
  return recordOf(CodeSigningConfig);
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
