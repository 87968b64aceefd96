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
};

/** The parsed flags. */
export interface EventSourceFlagValues {
  readonly 'batch-size'?: number | undefined;
  readonly 'batch-window'?: number | undefined;
  readonly retries?: number | undefined;
  readonly 'report-failures'?: boolean | undefined;
  readonly filter?: readonly string[] | undefined;
  readonly enabled?: boolean | undefined;
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
  };
}
