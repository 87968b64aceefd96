import { unlessNotFound } from '../aws/not-found.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import type { ActionContext } from './action-context.js';
import { recordOf } from './api-record.js';
import { listFunctionConfigs } from './function-configs.js';
import { openQualifiedFunction, type QualifiedFunction } from './qualified-function.js';

type Answer = Readonly<Record<string, unknown>>;

/** What Lambda does where nothing is set (Lambda developer guide, "Asynchronous invocation"). */
const DEFAULTS = { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 21_600, isDefault: true } as const;

export interface AsyncSettings extends QualifiedFunction {
  readonly maximumRetryAttempts?: number | undefined;
  readonly maximumEventAgeInSeconds?: number | undefined;
  /** ARN of a queue, topic, bus, bucket or function. */
  readonly onSuccess?: string | undefined;
  readonly onFailure?: string | undefined;
}

/** What happens to asynchronous invocations of a function. */
export async function showAsyncSettings(place: QualifiedFunction, context: ActionContext): Promise<Answer> {
  const { calls, key } = await openQualifiedFunction(place, context);
  const found = await unlessNotFound(calls.getFunctionEventInvokeConfig(key));
  return found === undefined ? { functionName: key.FunctionName, ...DEFAULTS } : recordOf(found);
}

/** The settings of all versions and aliases that have some. */
export function listAsyncSettings(target: string, context: ActionContext): Promise<readonly Answer[]> {
  return listFunctionConfigs(target, context, async (calls, request) => {
    const { FunctionEventInvokeConfigs, NextMarker } = await calls.listFunctionEventInvokeConfigs(request);
    return { items: FunctionEventInvokeConfigs, next: NextMarker };
  });
}

/** Changes what is given and leaves the rest. */
export async function setAsyncSettings(settings: AsyncSettings, context: ActionContext): Promise<Answer> {
  const { maximumRetryAttempts, maximumEventAgeInSeconds, onSuccess, onFailure } = settings;
  if ([maximumRetryAttempts, maximumEventAgeInSeconds, onSuccess, onFailure].every((value) => value === undefined)) {
    throw new LambdakitError('usage', 'It is not said what is to be set.', {
      hint: 'Give --retries, --max-age, --on-success or --on-failure.',
    });
  }
  const { calls, key } = await openQualifiedFunction(settings, context);
  const destinations = {
    ...(onSuccess !== undefined && { OnSuccess: { Destination: onSuccess } }),
    ...(onFailure !== undefined && { OnFailure: { Destination: onFailure } }),
  };
  const wanted = {
    ...key,
    ...(maximumRetryAttempts !== undefined && { MaximumRetryAttempts: maximumRetryAttempts }),
    ...(maximumEventAgeInSeconds !== undefined && { MaximumEventAgeInSeconds: maximumEventAgeInSeconds }),
    ...(Object.keys(destinations).length > 0 && { DestinationConfig: destinations }),
  };
  // Updating merges, and works only where something has been put before.
  const updated = await unlessNotFound(calls.updateFunctionEventInvokeConfig(wanted));
  return recordOf(updated ?? (await calls.putFunctionEventInvokeConfig(wanted)));
}

/** Goes back to two retries and six hours, without destinations. */
export async function deleteAsyncSettings(place: QualifiedFunction, context: ActionContext): Promise<Answer> {
  const { calls, key } = await openQualifiedFunction(place, context);
  const deleted = await unlessNotFound(calls.deleteFunctionEventInvokeConfig(key));
  return { functionName: key.FunctionName, outcome: deleted === undefined ? 'nothing was set' : 'deleted' };
}
