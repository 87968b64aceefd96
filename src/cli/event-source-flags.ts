import { Flags } from '@oclif/core';
import type { EventSourceConfig } from '../config/companions-schema.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { parseAssignment } from './function-overrides.js';

/** How a queue or stream is read; the same for a new event source and for a change. */
export const eventSourceFlags = {
  'batch-size': Flags.integer({
    description: 'Records of one invocation at most.',
    min: 1,
    max: 10_000,
    helpValue: 'N',
  }),
  'batch-window': Flags.integer({
    description: 'How long a batch is gathered, in seconds.',
    min: 0,
    max: 300,
    helpValue: 'SECONDS',
  }),
  retries: Flags.integer({
    description: 'Retries of a failed batch (streams).',
    min: -1,
    max: 10_000,
    helpValue: 'N',
  }),
  'report-failures': Flags.boolean({ description: 'The function names the records that failed.', allowNo: true }),
  filter: Flags.string({
    description: 'Pattern that a record must match; may be repeated.',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'JSON',
  }),
  enabled: Flags.boolean({ description: 'Whether it is read.', allowNo: true }),
  'max-concurrency': Flags.integer({
    description: 'Functions that read a queue at the same time, at most.',
    min: 2,
    max: 1_000,
    helpValue: 'N',
  }),
  'on-failure': Flags.string({
    description: 'Queue, topic or bucket for batches that are given up (streams).',
    helpValue: 'ARN',
  }),
  parallelization: Flags.integer({
    description: 'Batches of one shard at the same time (streams).',
    min: 1,
    max: 10,
    helpValue: 'N',
  }),
  bisect: Flags.boolean({ description: 'Split a failed batch in two (streams).', allowNo: true }),
  'max-record-age': Flags.integer({
    description: 'Oldest record that is still tried, in seconds; -1 for any (streams).',
    min: -1,
    max: 604_800,
    helpValue: 'SECONDS',
  }),
  'tumbling-window': Flags.integer({
    description: 'Length of the windows over which state is kept, in seconds (streams).',
    min: 0,
    max: 900,
    helpValue: 'SECONDS',
  }),
  'kms-key': Flags.string({ description: 'Key that encrypts the filters.', helpValue: 'ARN' }),
  metric: Flags.string({
    description: 'Group of metrics that is written; may be repeated.',
    options: ['EventCount', 'ErrorCount', 'KafkaMetrics'],
    multiple: true,
    multipleNonGreedy: true,
  }),
  'log-level': Flags.string({
    description: 'What is logged of reading (Kafka).',
    options: ['DEBUG', 'INFO', 'WARN'],
  }),
  access: Flags.string({
    description: 'Secret, subnet or security group to reach a broker with; may be repeated (Kafka, MQ).',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'TYPE=URI',
  }),
  'min-pollers': Flags.integer({ description: 'Pollers that are always ready.', min: 1, max: 200, helpValue: 'N' }),
  'max-pollers': Flags.integer({ description: 'Pollers at most.', min: 1, max: 10_000, helpValue: 'N' }),
  'poller-group': Flags.string({ description: 'Group that shares its pollers (Kafka).', helpValue: 'NAME' }),
  database: Flags.string({ description: 'Database (DocumentDB).', helpValue: 'NAME' }),
  collection: Flags.string({ description: 'Collection; all of them by default (DocumentDB).', helpValue: 'NAME' }),
  settings: Flags.string({
    description:
      'Further settings in the words of eventSources of the project file, for example of a Kafka consumer group. Flags are stronger.',
    helpValue: 'JSON',
  }),
};

/** What is decided once, when an event source is made. */
export const newEventSourceFlags = {
  'starting-position': Flags.string({
    description: 'Where reading a stream begins.',
    options: ['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP'],
  }),
  'starting-timestamp': Flags.string({
    description: 'The moment of AT_TIMESTAMP, as ISO 8601.',
    helpValue: 'TIME',
    dependsOn: ['starting-position'],
  }),
  topic: Flags.string({ description: 'Topic (Kafka).', helpValue: 'NAME' }),
  queue: Flags.string({ description: 'Queue of the broker (MQ).', helpValue: 'NAME' }),
  'bootstrap-server': Flags.string({
    description: 'Server of a Kafka cluster of your own, instead of the ARN; may be repeated.',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'HOST:PORT',
  }),
  tag: Flags.string({
    description: 'Tag of the mapping; may be repeated.',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'KEY=VALUE',
  }),
};

/** The parsed flags. */
export interface EventSourceFlagValues {
  readonly 'batch-size'?: number | undefined;
  readonly 'batch-window'?: number | undefined;
  readonly retries?: number | undefined;
  readonly 'report-failures'?: boolean | undefined;
  readonly filter?: readonly string[] | undefined;
  readonly enabled?: boolean | undefined;
  readonly 'max-concurrency'?: number | undefined;
  readonly 'on-failure'?: string | undefined;
  readonly parallelization?: number | undefined;
  readonly bisect?: boolean | undefined;
  readonly 'max-record-age'?: number | undefined;
  readonly 'tumbling-window'?: number | undefined;
  readonly 'kms-key'?: string | undefined;
  readonly metric?: readonly string[] | undefined;
  readonly 'log-level'?: string | undefined;
  readonly access?: readonly string[] | undefined;
  readonly 'min-pollers'?: number | undefined;
  readonly 'max-pollers'?: number | undefined;
  readonly 'poller-group'?: string | undefined;
  readonly database?: string | undefined;
  readonly collection?: string | undefined;
  readonly settings?: string | undefined;
}

export interface NewEventSourceFlagValues extends EventSourceFlagValues {
  readonly 'starting-position'?: string | undefined;
  readonly 'starting-timestamp'?: string | undefined;
  readonly topic?: string | undefined;
  readonly queue?: string | undefined;
  readonly 'bootstrap-server'?: readonly string[] | undefined;
  readonly tag?: readonly string[] | undefined;
}

/** The flags in the words of the project file; what they say is checked with it. */
export function eventSourceSettings(flags: EventSourceFlagValues): EventSourceConfig {
  const given = {
    enabled: flags.enabled,
    batchSize: flags['batch-size'],
    maximumBatchingWindowInSeconds: flags['batch-window'],
    maximumRetryAttempts: flags.retries,
    // Without failures to report the list is empty; that switches it off again.
    functionResponseTypes: listWhen(flags['report-failures'], 'ReportBatchItemFailures'),
    filterCriteria: whenGiven(flags.filter, (filters) => ({ filters: filters.map((pattern) => ({ pattern })) })),
    destinationConfig: whenGiven(flags['on-failure'], (destination) => ({ onFailure: { destination } })),
    scalingConfig: whenGiven(flags['max-concurrency'], (maximumConcurrency) => ({ maximumConcurrency })),
    parallelizationFactor: flags.parallelization,
    bisectBatchOnFunctionError: flags.bisect,
    maximumRecordAgeInSeconds: flags['max-record-age'],
    tumblingWindowInSeconds: flags['tumbling-window'],
    kmsKeyArn: flags['kms-key'],
    metricsConfig: whenGiven(flags.metric, (metrics) => ({ metrics })),
    loggingConfig: whenGiven(flags['log-level'], (systemLogLevel) => ({ systemLogLevel })),
    sourceAccessConfigurations: whenGiven(flags.access, (pairs) =>
      pairs.map(parseAssignment).map(([type, uri]) => ({ type, uri })),
    ),
    provisionedPollerConfig: group({
      minimumPollers: flags['min-pollers'],
      maximumPollers: flags['max-pollers'],
      pollerGroupName: flags['poller-group'],
    }),
    documentDBEventSourceConfig: group({ databaseName: flags.database, collectionName: flags.collection }),
  };
  return { ...parseSettings(flags.settings), ...group(given) } as EventSourceConfig;
}

/** The same for a new event source, whose source is an ARN or the servers of a Kafka cluster. */
export function newEventSourceSettings(
  eventSourceArn: string | undefined,
  flags: NewEventSourceFlagValues,
): EventSourceConfig {
  const servers = flags['bootstrap-server'];
  const given = {
    eventSourceArn,
    startingPosition: flags['starting-position'],
    startingPositionTimestamp: flags['starting-timestamp'],
    topics: whenGiven(flags.topic, (topic) => [topic]),
    queues: whenGiven(flags.queue, (queue) => [queue]),
    selfManagedEventSource: whenGiven(servers, (list) => ({ endpoints: { KAFKA_BOOTSTRAP_SERVERS: list } })),
    tags: whenGiven(flags.tag, (pairs) => Object.fromEntries(pairs.map(parseAssignment))),
  };
  return { ...eventSourceSettings(flags), ...group(given) } as EventSourceConfig;
}

function listWhen(isWanted: boolean | undefined, entry: string): readonly string[] | undefined {
  if (isWanted === undefined) return undefined;
  return isWanted ? [entry] : [];
}

function whenGiven<T, R>(value: T | undefined, make: (value: T) => R): R | undefined {
  return value === undefined ? undefined : make(value);
}

/** The members that are given; undefined when none is. */
function group(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined {
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

function parseSettings(text: string | undefined): object {
  if (text === undefined) return {};
  try {
    const settings: unknown = JSON.parse(text);
    if (typeof settings === 'object' && settings !== null && !Array.isArray(settings)) return settings;
  } catch (error) {
    throw new LambdakitError('usage', `--settings is not JSON: ${(error as Error).message}`, {
      hint: `For example --settings '{"amazonManagedKafkaEventSourceConfig":{"consumerGroupId":"orders"}}'`,
      cause: error,
    });
  }
  throw new LambdakitError('usage', '--settings is no JSON object.', {
    hint: `For example --settings '{"amazonManagedKafkaEventSourceConfig":{"consumerGroupId":"orders"}}'`,
  });
}
