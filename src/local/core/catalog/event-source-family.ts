import { invalidParameter } from './api-error.js';

/** Members of the API as they were given; timestamps as epoch seconds. */
export type MappingMembers = Readonly<Record<string, unknown>>;

export type EventSourceFamily = 'sqs' | 'stream' | 'kafka' | 'mq' | 'docdb';

/** Which kind of source the members name. @throws ApiError when it is none that Lambda polls */
export function familyOf(members: MappingMembers): EventSourceFamily {
  if (members.SelfManagedEventSource !== undefined) return 'kafka';
  const family = FAMILY_OF_SERVICE[serviceOf(members)];
  if (family === undefined) throw invalidParameter('Unrecognized event source.');
  return family;
}

/** The service of the source's ARN; empty for a self-managed cluster. */
export function serviceOf(members: MappingMembers): string {
  return String(members.EventSourceArn ?? '').split(':')[2] ?? '';
}

/** Defaults of the API reference, CreateEventSourceMapping. */
export const MAPPING_DEFAULTS: Readonly<Record<EventSourceFamily, MappingMembers>> = {
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

/** Members that not every source has: which have them (API reference, CreateEventSourceMapping). */
const FAMILIES_WITH: Readonly<Record<string, readonly EventSourceFamily[]>> = {
  AmazonManagedKafkaEventSourceConfig: ['kafka'],
  BisectBatchOnFunctionError: ['stream', 'kafka'],
  DestinationConfig: ['stream', 'kafka'],
  DocumentDBEventSourceConfig: ['docdb'],
  FunctionResponseTypes: ['sqs', 'stream', 'kafka'],
  MaximumRecordAgeInSeconds: ['stream', 'kafka'],
  MaximumRetryAttempts: ['stream', 'kafka'],
  ParallelizationFactor: ['stream'],
  ProvisionedPollerConfig: ['sqs', 'kafka'],
  Queues: ['mq'],
  ScalingConfig: ['sqs'],
  SelfManagedKafkaEventSourceConfig: ['kafka'],
  SourceAccessConfigurations: ['kafka', 'mq', 'docdb'],
  StartingPositionTimestamp: ['stream', 'kafka', 'docdb'],
  Topics: ['kafka'],
  TumblingWindowInSeconds: ['stream'],
};

/** Refuses members that the source has no use for. @throws ApiError InvalidParameterValueException */
export function refuseForeignMembers(family: EventSourceFamily, members: MappingMembers): void {
  for (const [name, families] of Object.entries(FAMILIES_WITH)) {
    if (members[name] !== undefined && !families.includes(family)) throw unsupported(name);
  }
  const destinations = members.DestinationConfig as { readonly OnSuccess?: unknown } | undefined;
  if (destinations?.OnSuccess !== undefined) throw unsupported('DestinationConfig');
}

/** Refuses a new mapping without what its source needs. @throws ApiError InvalidParameterValueException */
export function requireMembers(family: EventSourceFamily, members: MappingMembers): void {
  checkStart(family, members);
  if (family === 'kafka') {
    requireMember(members, 'Topics');
    if (members.SelfManagedEventSource !== undefined) requireMember(members, 'SourceAccessConfigurations');
  }
  if (family === 'mq' || family === 'docdb') requireMember(members, 'SourceAccessConfigurations');
  if (family === 'mq') requireMember(members, 'Queues');
  if (family === 'docdb') requireMember(members, 'DocumentDBEventSourceConfig');
}

function checkStart(family: EventSourceFamily, members: MappingMembers): void {
  const position = members.StartingPosition;
  if (family === 'sqs' || family === 'mq') {
    if (position !== undefined) {
      throw invalidParameter(`StartingPosition is not valid for ${family.toUpperCase()} event sources.`);
    }
    return;
  }
  if (position === undefined) {
    throw invalidParameter(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    );
  }
  if (position !== 'AT_TIMESTAMP') return;
  if (serviceOf(members) === 'dynamodb') {
    throw invalidParameter(`Unsupported starting position for arn type: ${String(members.EventSourceArn)}`);
  }
  if (members.StartingPositionTimestamp === undefined) throw invalidParameter('Need to specify a timestamp');
}

function requireMember(members: MappingMembers, name: string): void {
  if (members[name] !== undefined) return;
  throw invalidParameter(`Required '${name.charAt(0).toLowerCase()}${name.slice(1)}' parameter is missing.`);
}

function unsupported(name: string) {
  return invalidParameter(`Unsupported ${name} parameter for given event source mapping type.`);
}
