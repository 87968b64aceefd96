import { Args, Flags } from '@oclif/core';
import { createEventSource } from '../../actions/event-sources.js';
import { BaseCommand } from '../../cli/base-command.js';
import { eventSourceFlags, eventSourceSettings } from '../../cli/event-source-flags.js';
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
    ...eventSourceFlags,
    'starting-position': Flags.option({
      description: 'Where reading a stream begins.',
      options: ['TRIM_HORIZON', 'LATEST'] as const,
    })(),
  };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(EventSourceCreate);
    const settings = { ...eventSourceSettings(flags), startingPosition: flags['starting-position'] };
    return this.perform(flags, async (session) => {
      const result = await createEventSource(args.function, args.source, settings, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
