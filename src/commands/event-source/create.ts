import { Args, Flags } from '@oclif/core';
import { createEventSource } from '../../actions/event-sources.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class EventSourceCreate extends BaseCommand {
  static override summary = 'Let a queue or stream invoke a function.';
  static override examples = [
    '<%= config.bin %> event-source create hello arn:aws:sqs:eu-west-1:123456789012:orders --batch-size 10',
    `<%= config.bin %> event-source create hello arn:aws:sqs:eu-west-1:123456789012:orders --filter '{"body":{"kind":["order"]}}'`,
  ];
  static override args = {
    ...functionArgument,
    source: Args.string({ description: 'ARN of the queue or stream.', required: true }),
  };
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
    'starting-position': Flags.option({
      description: 'Where reading a stream begins.',
      options: ['TRIM_HORIZON', 'LATEST'] as const,
    })(),
  };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(EventSourceCreate);
    const settings = {
      batchSize: flags['batch-size'],
      maximumBatchingWindowInSeconds: flags['batch-window'],
      maximumRetryAttempts: flags.retries,
      reportsBatchItemFailures: flags['report-failures'],
      filters: flags.filter,
      enabled: flags.enabled,
      startingPosition: flags['starting-position'],
    };
    return this.perform(flags, async (session) => {
      const result = await createEventSource(args.function, args.source, settings, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
