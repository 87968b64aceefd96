import type { LambdaCalls } from '../aws/lambda-calls.js';
import { isNotFound, unlessNotFound } from '../aws/not-found.js';
import { isLambdakitError, LambdakitError } from '../errors/lambdakit-error.js';
import type { ActionContext } from './action-context.js';
import { recordOf } from './api-record.js';
import { listFunctionConfigs } from './function-configs.js';
import { openQualifiedFunction, type QualifiedFunction, type QualifiedFunctionKey } from './qualified-function.js';

export interface SetFunctionUrlRequest extends QualifiedFunction {
  /** Only a URL that there is already keeps its own. */
  readonly authType?: 'NONE' | 'AWS_IAM' | undefined;
  readonly invokeMode?: 'BUFFERED' | 'RESPONSE_STREAM' | undefined;
  /** What is given replaces the same of the present rules; `none` takes all of them away. */
  readonly cors?: CorsRules | 'none' | undefined;
}

/** Which pages of browsers may call; the members of the Lambda API. */
export interface CorsRules {
  readonly AllowOrigins?: string[] | undefined;
  readonly AllowMethods?: string[] | undefined;
  readonly AllowHeaders?: string[] | undefined;
  readonly ExposeHeaders?: string[] | undefined;
  readonly AllowCredentials?: boolean | undefined;
  /** Seconds for which a browser remembers the answer. */
  readonly MaxAge?: number | undefined;
}

type Answer = Readonly<Record<string, unknown>>;

/** The function's URL and how it is set up. */
export async function showFunctionUrl(request: QualifiedFunction, context: ActionContext): Promise<Answer> {
  const { calls, key } = await openQualifiedFunction(request, context);
  return recordOf(await orNoUrl(calls.getFunctionUrlConfig(key), key));
}

/** The URLs of a function and its aliases. */
export function listFunctionUrls(target: string, context: ActionContext): Promise<readonly Answer[]> {
  return listFunctionConfigs(target, context, async (calls, request) => {
    const { FunctionUrlConfigs, NextMarker } = await calls.listFunctionUrlConfigs(request);
    return { items: FunctionUrlConfigs, next: NextMarker };
  });
}

/**
 * Gives the function a URL, or changes the one it has. One that is open to everybody gets the permission that it needs.
 * @throws LambdakitError `usage` when a new URL is to have no auth type, or nothing is to change
 */
export async function setFunctionUrl(request: SetFunctionUrlRequest, context: ActionContext): Promise<Answer> {
  const { calls, key } = await openQualifiedFunction(request, context);
  const { authType, invokeMode, cors } = request;
  const present = await unlessNotFound(calls.getFunctionUrlConfig(key));
  const changes = {
    ...(invokeMode !== undefined && { InvokeMode: invokeMode }),
    // The API takes the rules as a whole.
    ...(cors !== undefined && { Cors: cors === 'none' ? {} : { ...present?.Cors, ...cors } }),
  };
  if (present === undefined) {
    if (authType === undefined) {
      throw new LambdakitError('usage', `${key.FunctionName} has no URL yet, and who may call it is not said.`, {
        hint: 'Give --auth NONE for everybody, or --auth AWS_IAM for signed requests.',
      });
    }
    const created = await calls.createFunctionUrlConfig({ ...key, AuthType: authType, ...changes });
    if (authType === 'NONE') await allowEverybody(calls, key);
    return { outcome: 'created', ...recordOf(created) };
  }
  if (authType === undefined && Object.keys(changes).length === 0) {
    throw new LambdakitError('usage', 'It is not said what is to change.', {
      hint: 'Give --auth, --invoke-mode or one of the --cors flags.',
    });
  }
  const auth = authType === undefined ? {} : { AuthType: authType };
  const updated = await calls.updateFunctionUrlConfig({ ...key, ...auth, ...changes });
  if (authType === 'NONE') await allowEverybody(calls, key);
  return { outcome: 'updated', ...recordOf(updated) };
}

/** Takes the URL away; the permission to call it stays with the function. */
export async function deleteFunctionUrl(request: QualifiedFunction, context: ActionContext): Promise<Answer> {
  const { calls, key } = await openQualifiedFunction(request, context);
  await orNoUrl(calls.deleteFunctionUrlConfig(key), key);
  return { functionName: key.FunctionName, outcome: 'deleted' };
}

/** The service only says that something does not exist. */
async function orNoUrl<T>(answer: Promise<T>, { FunctionName, Qualifier }: QualifiedFunctionKey): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!isNotFound(error) || /function not found/i.test((error as Error).message)) throw error;
    const name = Qualifier === undefined ? FunctionName : `${FunctionName}:${Qualifier}`;
    throw new LambdakitError('not-found', `${name} has no function URL, or does not exist.`, {
      hint: `Give it one with \`lambdakit url set ${name} --auth AWS_IAM\`, or NONE for everybody.`,
      cause: error,
    });
  }
}

/** Both statements are needed (Lambda developer guide, "Control access to Lambda function URLs"). */
async function allowEverybody(calls: LambdaCalls, key: QualifiedFunctionKey): Promise<void> {
  const statements = [
    {
      StatementId: 'FunctionURLAllowPublicAccess',
      Action: 'lambda:InvokeFunctionUrl',
      Principal: '*',
      FunctionUrlAuthType: 'NONE' as const,
    },
    {
      StatementId: 'FunctionURLInvokeAllowPublicAccess',
      Action: 'lambda:InvokeFunction',
      Principal: '*',
      InvokedViaFunctionUrl: true,
    },
  ];
  for (const statement of statements) {
    await calls.addPermission({ ...key, ...statement }).catch((error: unknown) => {
      const isThere = isLambdakitError(error) && error.details?.awsCode === 'ResourceConflictException';
      if (!isThere) throw error;
    });
  }
}
