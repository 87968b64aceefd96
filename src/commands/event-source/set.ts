import { Args, Flags } from '@oclif/core';
import { updateEventSource } from '../../actions/event-sources.js';
import { BaseCommand } from '../../cli/base-command.js';
import { renderRecord } from '../../cli/render/record.js';

export default class EventSourceSet extends BaseCommand {
  static override summary = 'Change an event source mapping, or switch it on and off.';
  static override examples = ['<%= config.bin %> event-source set 5f1c0a3e-0000-4000-8000-000000000000 --no-enabled'];
  static override args = { uuid: Args.string({ description: 'Id of the mapping.', required: true }) };
  static override flags = {
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

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(EventSourceSet);
    const settings = {
      batchSize: flags['batch-size'],
      maximumBatchingWindowInSeconds: flags['batch-window'],
      maximumRetryAttempts: flags.retries,
      reportsBatchItemFailures: flags['report-failures'],
      filters: flags.filter,
      enabled: flags.enabled,
    };
    return this.perform(flags, async (session) => {
      const result = await updateEventSource(args.uuid, settings, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
