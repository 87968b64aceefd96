import { Args } from '@oclif/core';
import { createEventSource } from '../../actions/event-sources/manage-event-sources.js';
import { BaseCommand } from '../../cli/base-command.js';
import { eventSourceFlags, newEventSourceFlags, newEventSourceSettings } from '../../cli/event-source-flags.js';
import { functionArgument } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class EventSourceCreate extends BaseCommand {
  static override summary = 'Let a queue or stream invoke a function.';
  static override description =
    'A queue is looked at first: it must hide a message for at least as long as the function may run, and should for six times that.';
  static override examples = [
    '<%= config.bin %> event-source create hello arn:aws:sqs:eu-west-1:123456789012:orders --batch-size 10',
    `<%= config.bin %> event-source create hello arn:aws:sqs:eu-west-1:123456789012:orders --filter '{"body":{"kind":["order"]}}'`,
    '<%= config.bin %> event-source create hello arn:aws:kinesis:eu-west-1:123456789012:stream/clicks --starting-position LATEST',
    '<%= config.bin %> event-source create hello --bootstrap-server kafka.example.org:9092 --topic orders --starting-position LATEST',
  ];
  static override args = {
    ...functionArgument,
    source: Args.string({ description: 'ARN of the queue or stream; not for a Kafka cluster of your own.' }),
  };
  static override flags = { ...eventSourceFlags, ...newEventSourceFlags };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(EventSourceCreate);
    const settings = newEventSourceSettings(args.source, flags);
    return this.perform(flags, async (session) => {
      const result = await createEventSource(args.function, settings, session);
      // The warnings are on stderr already.
      const { warnings: _, ...mapping } = result;
      return { result, show: (style) => renderRecord(mapping, style) };
    });
  }
}
