import { type ArnScope, functionArn } from '../../../lambda/arn.js';
import { invalidParameter } from './api-error.js';
import type { Described } from './describe-function.js';
import { checkTarget, type DestinationRequest, invalidDestination } from './destination-target.js';
import type { DestinationConfig, EventInvokeRecord, FunctionRecord } from './records.js';

export interface EventInvokeRule {
  readonly maximumRetryAttempts: number | undefined;
  readonly maximumEventAgeSeconds: number | undefined;
  readonly destinationConfig: DestinationRequest | undefined;
}

export interface DestinationContext {
  readonly record: FunctionRecord;
  readonly now: number;
  /** Whether an ARN of a function names one that exists. */
  functionExists(arn: string): boolean;
}

/**
 * The event invoke config after Put (`current` undefined) or Update. @throws ApiError for nothing at all or a bad destination
 */
export function eventInvokeConfig(
  current: EventInvokeRecord | undefined,
  rule: EventInvokeRule,
  context: DestinationContext,
): EventInvokeRecord {
  const { maximumRetryAttempts, maximumEventAgeSeconds, destinationConfig } = rule;
  if (maximumRetryAttempts === undefined && maximumEventAgeSeconds === undefined && destinationConfig === undefined) {
    throw invalidParameter('You must specify at least one of error handling or destination setting.');
  }
  checkDestination(destinationConfig, 'OnSuccess', context);
  checkDestination(destinationConfig, 'OnFailure', context);
  const retries = maximumRetryAttempts ?? current?.MaximumRetryAttempts;
  const age = maximumEventAgeSeconds ?? current?.MaximumEventAgeInSeconds;
  return {
    LastModified: context.now,
    ...(retries !== undefined && { MaximumRetryAttempts: retries }),
    ...(age !== undefined && { MaximumEventAgeInSeconds: age }),
    DestinationConfig: destinations(destinationConfig, current?.DestinationConfig),
  };
}

/** FunctionEventInvokeConfig in the API's words. */
export function describeEventInvoke(record: FunctionRecord, qualifier: string, config: EventInvokeRecord): Described {
  return { ...config, FunctionArn: functionArn(record, record.functionName, qualifier) };
}

/** Both members are always shown, empty where nothing is set; an empty destination takes it away. */
function destinations(
  given: DestinationRequest | undefined,
  current: DestinationConfig | undefined,
): DestinationConfig {
  const one = (name: 'OnSuccess' | 'OnFailure') => {
    const destination = given?.[name]?.Destination ?? current?.[name]?.Destination;
    return destination === undefined || destination === '' ? {} : { Destination: destination };
  };
  return { OnSuccess: one('OnSuccess'), OnFailure: one('OnFailure') };
}

/** Beside functions (Lambda developer guide, "Capturing records of Lambda asynchronous invocations"). */
const TARGETS = { OnSuccess: ['sqs', 'sns', 'events'], OnFailure: ['sqs', 'sns', 'events', 's3'] } as const;

function checkDestination(
  config: DestinationRequest | undefined,
  name: 'OnSuccess' | 'OnFailure',
  { record, functionExists }: DestinationContext,
): void {
  const arn = config?.[name]?.Destination;
  if (arn === undefined || arn === '') return;
  const service = arn.split(':')[2] ?? '';
  if (service === 'lambda') {
    if (unqualified(arn) === functionArn(record as ArnScope, record.functionName)) {
      throw invalidParameter("You can't specify the function as a destination for itself.");
    }
    if (!functionExists(arn)) throw invalidDestination(arn);
    return;
  }
  checkTarget(config, name, TARGETS[name]);
}

function unqualified(arn: string): string {
  return arn.split(':').slice(0, 7).join(':');
}
