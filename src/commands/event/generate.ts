import { Args, Flags } from '@oclif/core';
import { generateEvent } from '../../actions/events/sample-events.js';
import { BaseCommand } from '../../cli/base-command.js';

export default class EventGenerate extends BaseCommand {
  static override summary = 'Print a sample event as JSON.';
  static override description =
    'Time and ids are fresh with each call. Save it as events/NAME.json, and `invoke --event NAME` uses yours.';
  static override examples = [
    '<%= config.bin %> event generate sqs --content \'{"orderId":7}\'',
    '<%= config.bin %> event generate s3-put --set Records[0].s3.object.key=photo.jpg > events/photo.json',
    '<%= config.bin %> event generate api-gateway-v2 --set requestContext.http.method=GET | <%= config.bin %> invoke hello',
  ];
  static override args = { name: Args.string({ description: 'Name of the event; see `event list`.', required: true }) };
  static override flags = {
    set: Flags.string({
      description: 'Set a value in the event; may be repeated.',
      helpValue: 'PATH=VALUE',
      multiple: true,
      multipleNonGreedy: true,
      default: [],
    }),
    content: Flags.string({
      description: 'Body, message or data that a sender has put in; encoded as the service does.',
      helpValue: 'TEXT',
    }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(EventGenerate);
    const request = { name: args.name, assignments: flags.set, content: flags.content };
    return this.perform(flags, async (session) => {
      const event = await generateEvent(request, session);
      return { result: event as object, show: () => JSON.stringify(event, null, 2) };
    });
  }
}
