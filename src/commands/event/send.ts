import { Args, Flags } from '@oclif/core';
import { type SentEvents, sendEvents } from '../../actions/events/send-events.js';
import { BaseCommand } from '../../cli/base-command.js';

export default class EventSend extends BaseCommand {
  static override summary = 'Feed the lines of a file to a queue or stream of the local service.';
  static override description =
    'Its event source mappings then poll the records with their own batch size, window, filters and retries. A line is the message of a queue, the data of a Kinesis record, or a record of a DynamoDB stream as JSON.';
  static override examples = [
    '<%= config.bin %> event send sqs:orders --file orders.jsonl',
    '<%= config.bin %> event send kinesis:clicks --file clicks.jsonl',
    'generate-records | <%= config.bin %> event send dynamodb:users --file -',
  ];
  static override args = {
    source: Args.string({
      description: 'ARN of the source, or sqs:NAME, kinesis:NAME, dynamodb:TABLE.',
      required: true,
    }),
  };
  static override flags = {
    file: Flags.string({
      description: 'File with one record per line; - is stdin.',
      required: true,
      helpValue: 'FILE',
    }),
  };

  async run(): Promise<SentEvents> {
    const { args, flags } = await this.parse(EventSend);
    return this.perform(flags, async (session) => {
      const result = await sendEvents({ source: args.source, file: flags.file }, session);
      return { result, show: () => `${result.records} records sent to ${result.eventSourceArn}` };
    });
  }
}
