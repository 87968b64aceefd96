import { eventSourceMappingArn, functionArn } from '../../../lambda/arn.js';
import { conflict, invalidParameter } from './api-error.js';
import type { Described } from './describe-function.js';
import type { EventSourceMappingRecord } from './records.js';

/** Members of the API as they were given; timestamps as epoch seconds. */
export type MappingMembers = Readonly<Record<string, unknown>>;

export type EventSourceFamily = 'sqs' | 'stream' | 'kafka' | 'mq' | 'docdb';

/** Defaults of the API reference, CreateEventSourceMapping. */
const DEFAULTS: Readonly<Record<EventSourceFamily, MappingMembers>> = {
  sqs: { BatchSize: 10, MaximumBatchingWindowInSeconds: 0, FunctionResponseTypes: [] },
  stream: {
    BatchSize: 100,
    MaximumBatchingWindowInSeconds: 0,
    ParallelizationFactor: 1,
    MaximumRecordAgeInSeconds: -1,
    BisectBatchOnFunctionError: false,
    MaximumRetryAttempts: -1,
    TumblingWindowInSeconds: 0,
    FunctionResponseTypes: [],
    DestinationConfig: { OnFailure: {} },
  },
  kafka: { BatchSize: 100 },
  mq: { BatchSize: 100, MaximumBatchingWindowInSeconds: 0 },
  docdb: { BatchSize: 100, MaximumBatchingWindowInSeconds: 0 },
};

const FAMILY_OF_SERVICE: Readonly<Record<string, EventSourceFamily>> = {
  sqs: 'sqs',
  kinesis: 'stream',
  dynamodb: 'stream',
  kafka: 'kafka',
  mq: 'mq',
  rds: 'docdb',
};

/** Which kind of source the members name. @throws ApiError when it is none that Lambda polls */
export function familyOf(members: MappingMembers): EventSourceFamily {
  if (members.SelfManagedEventSource !== undefined) return 'kafka';
  const service = String(members.EventSourceArn ?? '').split(':')[2] ?? '';
  const family = FAMILY_OF_SERVICE[service];
  if (family === undefined) throw invalidParameter('Unrecognized event source.');
  return family;
}

/** The settings of a new mapping, with defaults. @throws ApiError */
export function initialMapping(members: MappingMembers): MappingMembers {
  const family = familyOf(members);
  checkStart(family, members);
  const settings = { ...DEFAULTS[family], ...members };
  checkMapping(family, settings);
  return settings;
}

/** The settings after an update: given members replace the old ones. @throws ApiError */
export function updatedMapping(current: MappingMembers, members: MappingMembers): MappingMembers {
  const settings = { ...current, ...members };
  checkMapping(familyOf(settings), settings);
  return settings;
}

/** Refuses a second mapping of the same source and function. @throws ApiError ResourceConflictException */
export function refuseDuplicate(
  existing: readonly EventSourceMappingRecord[],
  wanted: { readonly functionName: string; readonly qualifier: string | undefined; readonly settings: MappingMembers },
): void {
  const arn = wanted.settings.EventSourceArn;
  if (arn === undefined) return;
  const twin = existing.find(
    (record) =>
      record.settings.EventSourceArn === arn &&
      record.functionName === wanted.functionName &&
      record.qualifier === wanted.qualifier,
  );
  if (twin === undefined) return;
  const advice = `Please update or delete the existing mapping with UUID ${twin.uuid}`;
  throw conflict(
    familyOf(wanted.settings) === 'sqs'
      ? `An event source mapping with SQS arn (" ${arn} ") and function (" ${wanted.functionName} ") already exists. ${advice}`
      : `The event source arn (" ${arn} ") and function (" ${wanted.functionName} ") provided mapping already exists. ${advice}`,
  );
}

/** EventSourceMappingConfiguration; `state` is what the caller is to see. */
export function describeMapping(record: EventSourceMappingRecord, state: string, lastResult: string): Described {
  const { FilterCriteria, StartingPositionTimestamp, ...settings } = record.settings;
  const isStream = familyOf(record.settings) === 'stream';
  const filters = (FilterCriteria as { readonly Filters?: readonly unknown[] } | undefined)?.Filters ?? [];
  return {
    UUID: record.uuid,
    EventSourceMappingArn: eventSourceMappingArn(record, record.uuid),
    ...settings,
    ...(filters.length > 0 && { FilterCriteria }),
    ...(typeof StartingPositionTimestamp === 'number' && {
      StartingPositionTimestamp: StartingPositionTimestamp * 1000,
    }),
    FunctionArn: functionArn(record, record.functionName, record.qualifier),
    LastModified: record.LastModified,
    State: state,
    StateTransitionReason: isStream ? 'User action' : 'USER_INITIATED',
    ...(isStream && { LastProcessingResult: lastResult }),
  };
}

function checkStart(family: EventSourceFamily, members: MappingMembers): void {
  if (family !== 'stream') return;
  const position = members.StartingPosition;
  if (position === undefined) {
    throw invalidParameter(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    );
  }
  const arn = String(members.EventSourceArn);
  if (position === 'AT_TIMESTAMP' && arn.split(':')[2] === 'dynamodb') {
    throw invalidParameter(`Unsupported starting position for arn type: ${arn}`);
  }
}

function checkMapping(family: EventSourceFamily, settings: MappingMembers): void {
  const batchSize = Number(settings.BatchSize);
  const windowSeconds = Number(settings.MaximumBatchingWindowInSeconds ?? 0);
  if (family !== 'sqs') return;
  const isFifo = String(settings.EventSourceArn).endsWith('.fifo');
  if (isFifo && batchSize > 10) {
    throw invalidParameter('Maximum batch size for FIFO queues is 10.');
  }
  if (isFifo && windowSeconds > 0) {
    throw invalidParameter('Batching window is not supported for FIFO queues.');
  }
  if (batchSize > 10 && windowSeconds < 1) {
    throw invalidParameter(
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    );
  }
  if (settings.DestinationConfig !== undefined) {
    throw invalidParameter('Unsupported DestinationConfig parameter for given event source mapping type.');
  }
}
