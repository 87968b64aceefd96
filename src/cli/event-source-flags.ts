import { Flags } from '@oclif/core';
import type { EventSourceSettings } from '../actions/event-sources.js';

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
  'report-failures': Flags.boolean({ description: 'The function names the records that failed.' }),
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
}

/** The flags in the words of the action. */
export function eventSourceSettings(flags: EventSourceFlagValues): EventSourceSettings {
  return {
    batchSize: flags['batch-size'],
    maximumBatchingWindowInSeconds: flags['batch-window'],
    maximumRetryAttempts: flags.retries,
    reportsBatchItemFailures: flags['report-failures'],
    filters: flags.filter,
    enabled: flags.enabled,
    maximumConcurrency: flags['max-concurrency'],
    onFailure: flags['on-failure'],
    parallelizationFactor: flags.parallelization,
    bisectBatchOnFunctionError: flags.bisect,
    maximumRecordAgeInSeconds: flags['max-record-age'],
    tumblingWindowInSeconds: flags['tumbling-window'],
  };
}
