import type { ActionContext } from './action-context.js';
import { recordOf } from './api-record.js';
import { resolveFunctionTarget } from './function-target.js';

type Answer = Readonly<Record<string, unknown>>;

export interface AsyncPlace {
  readonly target: string;
  readonly qualifier?: string | undefined;
}

export interface AsyncSettings extends AsyncPlace {
  readonly maximumRetryAttempts?: number | undefined;
  readonly maximumEventAgeInSeconds?: number | undefined;
  /** ARN of a queue, topic, bus, bucket or function. */
  readonly onSuccess?: string | undefined;
  readonly onFailure?: string | undefined;
}

/** What happens to asynchronous invocations of a function. */
export async function showAsyncSettings(place: AsyncPlace, context: ActionContext): Promise<Answer> {
  const { calls, key } = await open(place, context);
  return recordOf(await calls.getFunctionEventInvokeConfig(key));
}

/** Changes what is given and leaves the rest. */
export async function setAsyncSettings(settings: AsyncSettings, context: ActionContext): Promise<Answer> {
  const { calls, key } = await open(settings, context);
  const { maximumRetryAttempts, maximumEventAgeInSeconds, onSuccess, onFailure } = settings;
  const destinations = {
    ...(onSuccess !== undefined && { OnSuccess: { Destination: onSuccess } }),
    ...(onFailure !== undefined && { OnFailure: { Destination: onFailure } }),
  };
  const answer = await calls.updateFunctionEventInvokeConfig({
    ...key,
    ...(maximumRetryAttempts !== undefined && { MaximumRetryAttempts: maximumRetryAttempts }),
    ...(maximumEventAgeInSeconds !== undefined && { MaximumEventAgeInSeconds: maximumEventAgeInSeconds }),
    ...(Object.keys(destinations).length > 0 && { DestinationConfig: destinations }),
  });
  return recordOf(answer);
}

/** Goes back to two retries and six hours, without destinations. */
export async function deleteAsyncSettings(place: AsyncPlace, context: ActionContext): Promise<Answer> {
  const { calls, key } = await open(place, context);
  await calls.deleteFunctionEventInvokeConfig(key);
  return { functionName: key.FunctionName, outcome: 'deleted' };
}

async function open({ target, qualifier }: AsyncPlace, context: ActionContext) {
  const found = await resolveFunctionTarget(target, context);
  const chosen = qualifier ?? found.qualifier;
  const key = { FunctionName: found.functionName, ...(chosen !== undefined && { Qualifier: chosen }) };
  return { calls: await context.lambda(), key };
}
