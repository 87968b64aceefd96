import type { LambdaCalls } from '../../aws/lambda-calls.js';
import type { FunctionConfigInput } from '../../config/function-schema.js';
import type { Project } from '../../config/load-project.js';
import type { ResolvedFunction } from '../../config/resolve-function.js';
import { isLambdakitError, LambdakitError } from '../../errors/lambdakit-error.js';
import type { ActionContext } from '../action-context.js';
import { chooseFunctions } from '../choose-functions.js';
import { isImageUri } from '../image-uri.js';
import { inParallel } from '../in-parallel.js';
import { packageOne } from '../package-functions.js';
import { type DeployResult, deployFunction } from './deploy-function.js';
import type { DesiredCode, DesiredFunction } from './desired-function.js';
import { desiredSettings } from './desired-settings.js';

export interface DeployRequest {
  readonly names: readonly string[];
  readonly isAll: boolean;
  readonly isDryRun: boolean;
  readonly publish: boolean;
  readonly alias?: string | undefined;
  /** A finished package; for one function only. */
  readonly artifact?: string | undefined;
  readonly scope: 'all' | 'code' | 'settings';
  /** Keeps variables of the deployed function that the project does not name. */
  readonly mergesEnvironment: boolean;
  /** Laid over each function of the project file. */
  readonly overrides: Partial<FunctionConfigInput>;
  /** How many functions are deployed at a time. */
  readonly concurrency: number;
}

export interface DeployFailure {
  readonly key: string;
  readonly error: LambdakitError;
}

export interface DeployOutcome {
  readonly results: readonly DeployResult[];
  readonly failures: readonly DeployFailure[];
}

/** Deploys the chosen functions side by side. One that fails does not stop the others. */
export async function deployFunctions(request: DeployRequest, context: ActionContext): Promise<DeployOutcome> {
  const project = await context.project(request.overrides);
  const functions = await chooseFunctions(project, { names: request.names, takesAll: request.isAll });
  if (request.artifact !== undefined && functions.length > 1) {
    throw new LambdakitError('usage', '--artifact is the package of one function.', { hint: 'Name the function.' });
  }
  const calls = await context.lambda();
  const results: DeployResult[] = [];
  const failures: DeployFailure[] = [];
  await inParallel(functions, request.concurrency, async (resolved) => {
    try {
      results.push(await deployOne(resolved, project, { request, calls, context }));
    } catch (error) {
      if (context.signal.aborted || !isLambdakitError(error)) throw error;
      failures.push({ key: resolved.key, error });
    }
  });
  return { results: inOrder(results, functions), failures };
}

interface DeployOneOptions {
  readonly request: DeployRequest;
  readonly calls: LambdaCalls;
  readonly context: ActionContext;
}

async function deployOne(
  resolved: ResolvedFunction,
  project: Project,
  { request, calls, context }: DeployOneOptions,
): Promise<DeployResult> {
  const { config, functionName } = resolved;
  const code = request.scope === 'settings' ? undefined : await codeOf(resolved, project, request, context);
  const alias = request.alias ?? config.alias;
  const role = await context.roleArn(config.role);
  const desired: DesiredFunction = {
    functionName,
    ...(code !== undefined && { code }),
    ...(request.scope !== 'code' && {
      settings: { ...desiredSettings(resolved), ...(role !== undefined && { Role: role }) },
    }),
    ...(config.architectures !== undefined && { architectures: config.architectures }),
    ...(config.tags !== undefined && request.scope !== 'code' && { tags: config.tags }),
    ...(config.codeSigningConfigArn !== undefined && { codeSigningConfigArn: config.codeSigningConfigArn }),
    mergesEnvironment: request.mergesEnvironment,
    publish: request.publish,
    ...(alias !== undefined && { alias }),
  };
  return deployFunction(desired, request.isDryRun, { calls, signal: context.signal, progress: context.progress });
}

async function codeOf(
  resolved: ResolvedFunction,
  project: Project,
  request: DeployRequest,
  context: ActionContext,
): Promise<DesiredCode> {
  const { code } = resolved.config;
  if (isImageUri(code)) return { kind: 'image', imageUri: code };
  const { file, sha256, zippedBytes, needsStaging } = await packageOne(resolved, project, {
    ...context,
    artifact: request.artifact,
  });
  if (needsStaging) {
    throw new LambdakitError(
      'over-size',
      `The package of ${resolved.key} has ${zippedBytes} bytes; a direct upload takes 52428800.`,
      {
        hint: 'Make it smaller (`lambdakit package --stats` shows what is big), or upload it to S3 yourself.',
        details: { file, zippedBytes },
      },
    );
  }
  return { kind: 'zip', file, codeSha256: sha256 };
}

function inOrder(results: readonly DeployResult[], functions: readonly ResolvedFunction[]): readonly DeployResult[] {
  return functions.flatMap(({ functionName }) => results.filter((result) => result.functionName === functionName));
}
