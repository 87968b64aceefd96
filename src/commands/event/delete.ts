import { Args } from '@oclif/core';
import { deleteSharedEvent, type SharedEvent } from '../../actions/events/remote-events.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument } from '../../cli/flag-groups.js';

export default class EventDelete extends BaseCommand {
  static override summary = 'Delete a test event of a function that was shared in AWS.';
  static override examples = ['<%= config.bin %> event delete hello first-order'];
  static override args = {
    ...functionArgument,
    name: Args.string({ description: 'Name of the event; see `event list --remote`.', required: true }),
  };

  async run(): Promise<SharedEvent> {
    const { args, flags } = await this.parse(EventDelete);
    return this.perform(flags, async (session) => {
      const result = await deleteSharedEvent(args.function, args.name, session);
      return { result, show: () => `Deleted the shared event ${result.name} of ${result.functionName}.` };
    });
  }
}
