import { Args } from '@oclif/core';
import { getSharedEvent } from '../../actions/events/remote-events.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument } from '../../cli/flag-groups.js';

export default class EventGet extends BaseCommand {
  static override summary = 'Print a test event of a function that was shared in AWS.';
  static override description = 'These are the shareable events of the Lambda console, in the registry of EventBridge.';
  static override examples = [
    '<%= config.bin %> event get hello first-order',
    '<%= config.bin %> event get hello first-order > events/first-order.json',
    '<%= config.bin %> event get hello first-order | <%= config.bin %> invoke hello --local',
  ];
  static override args = {
    ...functionArgument,
    name: Args.string({ description: 'Name of the event; see `event list --remote`.', required: true }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(EventGet);
    return this.perform(flags, async (session) => {
      const event = await getSharedEvent(args.function, args.name, session);
      return { result: event as object, show: () => JSON.stringify(event, null, 2) };
    });
  }
}
