import type { LambdaCalls } from '../aws/lambda-calls.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import type { ActionContext } from './action-context.js';
import { allPages } from './all-pages.js';
import { recordOf } from './api-record.js';
import { resolveFunctionTarget } from './function-target.js';

type Answer = Readonly<Record<string, unknown>>;

/** The settings that the command line offers; names as in the API. */
export interface EventSourceSettings {
  readonly batchSize?: number | undefined;
  readonly maximumBatchingWindowInSeconds?: number | undefined;
  readonly startingPosition?: 'TRIM_HORIZON' | 'LATEST' | undefined;
  readonly maximumRetryAttempts?: number | undefined;
  readonly reportsBatchItemFailures?: boolean | undefined;
  /** Filter patterns as JSON text. */
  readonly filters?: readonly string[] | undefined;
  readonly enabled?: boolean | undefined;
  readonly parallelizationFactor?: number | undefined;
  readonly bisectBatchOnFunctionError?: boolean | undefined;
  readonly maximumRecordAgeInSeconds?: number | undefined;
  readonly tumblingWindowInSeconds?: number | undefined;
  /** ARN of the queue, topic or bucket for batches that are given up. */
  readonly onFailure?: string | undefined;
  /** Functions that read a queue at the same time, at most. */
  readonly maximumConcurrency?: number | undefined;
}

/** The event source mappings of one function, or of all. */
export async function listEventSources(target: string | undefined, context: ActionContext): Promise<readonly Answer[]> {
  const name =
    target === undefined ? {} : { FunctionName: (await resolveFunctionTarget(target, context)).functionName };
  const calls = await context.lambda();
  const mappings = await allPages(
    (marker) => calls.listEventSourceMappings({ ...name, ...marker }),
    ({ EventSourceMappings, NextMarker }) => ({ items: EventSourceMappings, next: NextMarker }),
  );
  return mappings.map(recordOf);
}

export async function showEventSource(uuid: string, context: ActionContext): Promise<Answer> {
  const calls = await context.lambda();
  return recordOf(await calls.getEventSourceMapping({ UUID: uuid }));
}

/** Lets a queue or stream invoke the function. */
export async function createEventSource(
  target: string,
  eventSourceArn: string,
  settings: EventSourceSettings,
  context: ActionContext,
): Promise<Answer> {
  const { functionName, qualifier } = await resolveFunctionTarget(target, context);
  const calls = await context.lambda();
  const answer = await calls.createEventSourceMapping({
    FunctionName: qualifier === undefined ? functionName : `${functionName}:${qualifier}`,
    EventSourceArn: eventSourceArn,
    ...membersOf(settings),
    ...(settings.startingPosition !== undefined && { StartingPosition: settings.startingPosition }),
  });
  return recordOf(answer);
}

export async function updateEventSource(
  uuid: string,
  settings: EventSourceSettings,
  context: ActionContext,
): Promise<Answer> {
  const calls = await context.lambda();
  return recordOf(await calls.updateEventSourceMapping({ UUID: uuid, ...membersOf(settings) }));
}

export async function deleteEventSource(uuid: string, context: ActionContext): Promise<Answer> {
  const calls = await context.lambda();
  return recordOf(await calls.deleteEventSourceMapping({ UUID: uuid }));
}

type Members = Omit<Parameters<LambdaCalls['updateEventSourceMapping']>[0], 'UUID' | 'FunctionName'>;

function membersOf(settings: EventSourceSettings): Members {
  const {
    batchSize,
    maximumBatchingWindowInSeconds,
    maximumRetryAttempts,
    reportsBatchItemFailures,
    filters,
    enabled,
    onFailure,
    maximumConcurrency,
  } = settings;
  return {
    ...(batchSize !== undefined && { BatchSize: batchSize }),
    ...(maximumBatchingWindowInSeconds !== undefined && {
      MaximumBatchingWindowInSeconds: maximumBatchingWindowInSeconds,
    }),
    ...(maximumRetryAttempts !== undefined && { MaximumRetryAttempts: maximumRetryAttempts }),
    ...(reportsBatchItemFailures === true && { FunctionResponseTypes: ['ReportBatchItemFailures' as const] }),
    ...(filters !== undefined && {
      FilterCriteria: { Filters: filters.map((pattern) => ({ Pattern: checkPattern(pattern) })) },
    }),
    ...(enabled !== undefined && { Enabled: enabled }),
    ...(onFailure !== undefined && { DestinationConfig: { OnFailure: { Destination: onFailure } } }),
    ...(maximumConcurrency !== undefined && { ScalingConfig: { MaximumConcurrency: maximumConcurrency } }),
    ...streamMembers(settings),
  };
}

function streamMembers({
  parallelizationFactor: factor,
  bisectBatchOnFunctionError: bisects,
  maximumRecordAgeInSeconds: age,
  tumblingWindowInSeconds: tumbling,
}: EventSourceSettings): Members {
  return {
    ...(factor !== undefined && { ParallelizationFactor: factor }),
    ...(bisects !== undefined && { BisectBatchOnFunctionError: bisects }),
    ...(age !== undefined && { MaximumRecordAgeInSeconds: age }),
    ...(tumbling !== undefined && { TumblingWindowInSeconds: tumbling }),
  };
}

function checkPattern(pattern: string): string {
  try {
    JSON.parse(pattern);
    return pattern;
  } catch (error) {
    throw new LambdakitError('invalid-input', `The filter ${pattern} is not JSON: ${(error as Error).message}`, {
      hint: `For example --filter '{"body":{"kind":["order"]}}'`,
      cause: error,
    });
  }
}
