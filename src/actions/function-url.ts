import type { LambdaCalls } from '../aws/lambda-calls.js';
import { isLambdakitError } from '../errors/lambdakit-error.js';
import type { ActionContext } from './action-context.js';
import { recordOf } from './api-record.js';
import { resolveFunctionTarget } from './function-target.js';
import { isNotFound } from './not-found.js';

export interface FunctionUrlRequest {
  readonly target: string;
  readonly qualifier?: string | undefined;
}

export interface SetFunctionUrlRequest extends FunctionUrlRequest {
  readonly authType: 'NONE' | 'AWS_IAM';
  readonly invokeMode?: 'BUFFERED' | 'RESPONSE_STREAM' | undefined;
  /** Origins that browsers may call from; none leaves the present ones. */
  readonly allowOrigins?: readonly string[] | undefined;
  readonly allowMethods?: readonly string[] | undefined;
  readonly allowHeaders?: readonly string[] | undefined;
}

type Answer = Readonly<Record<string, unknown>>;

/** The function's URL and how it is set up. */
export async function showFunctionUrl(request: FunctionUrlRequest, context: ActionContext): Promise<Answer> {
  const { calls, place } = await open(request, context);
  return recordOf(await calls.getFunctionUrlConfig(place));
}

/** Gives the function a URL, or changes the one it has. One that is open to everybody gets the permission that it needs. */
export async function setFunctionUrl(request: SetFunctionUrlRequest, context: ActionContext): Promise<Answer> {
  const { calls, place } = await open(request, context);
  const { authType, invokeMode, allowOrigins, allowMethods, allowHeaders } = request;
  const hasCors = [allowOrigins, allowMethods, allowHeaders].some((list) => list !== undefined);
  const wanted = {
    ...place,
    AuthType: authType,
    ...(invokeMode !== undefined && { InvokeMode: invokeMode }),
    ...(hasCors && {
      Cors: { AllowOrigins: copy(allowOrigins), AllowMethods: copy(allowMethods), AllowHeaders: copy(allowHeaders) },
    }),
  };
  const exists = await calls.getFunctionUrlConfig(place).then(
    () => true,
    (error: unknown) => {
      if (isNotFound(error)) return false;
      throw error;
    },
  );
  const answer = exists ? await calls.updateFunctionUrlConfig(wanted) : await calls.createFunctionUrlConfig(wanted);
  if (authType === 'NONE') await allowEverybody(calls, place);
  return { outcome: exists ? 'updated' : 'created', ...recordOf(answer) };
}

/** Takes the URL away; the permission to call it stays with the function. */
export async function deleteFunctionUrl(request: FunctionUrlRequest, context: ActionContext): Promise<Answer> {
  const { calls, place } = await open(request, context);
  await calls.deleteFunctionUrlConfig(place);
  return { functionName: place.FunctionName, outcome: 'deleted' };
}

interface Place {
  readonly FunctionName: string;
  readonly Qualifier?: string;
}

async function open(
  { target, qualifier }: FunctionUrlRequest,
  context: ActionContext,
): Promise<{ readonly calls: LambdaCalls; readonly place: Place }> {
  const found = await resolveFunctionTarget(target, context);
  const chosen = qualifier ?? found.qualifier;
  return {
    calls: await context.lambda(),
    place: { FunctionName: found.functionName, ...(chosen !== undefined && { Qualifier: chosen }) },
  };
}

function copy(list: readonly string[] | undefined): string[] | undefined {
  return list === undefined ? undefined : [...list];
}

/** Both statements are needed (Lambda developer guide, "Control access to Lambda function URLs"). */
async function allowEverybody(calls: LambdaCalls, place: Place): Promise<void> {
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
    await calls.addPermission({ ...place, ...statement }).catch((error: unknown) => {
      const isThere = isLambdakitError(error) && error.details?.awsCode === 'ResourceConflictException';
      if (!isThere) throw error;
    });
  }
}
