import { Args, Flags } from '@oclif/core';
import { putSharedEvent, type SharedEvent } from '../../actions/events/remote-events.js';
import { BaseCommand } from '../../cli/base-command.js';
import { eventFlags, eventValueFlag, namedEventFlag } from '../../cli/event-flags.js';
import { functionArgument } from '../../cli/flag-groups.js';
import { invokePayload } from '../../cli/payload-source.js';

export default class EventPut extends BaseCommand {
  static override summary = 'Share a test event of a function in AWS: the Lambda console shows it, too.';
  static override description =
    'Kept as the console keeps its shareable events, in the registry lambda-testevent-schemas of EventBridge, which is made when it is missing.';
  static override examples = [
    '<%= config.bin %> event put hello first-order --payload-file events/first-order.json',
    `<%= config.bin %> event put hello empty --payload '{}' --force`,
    '<%= config.bin %> event put hello queue --event sqs --set Records[0].body=hi',
  ];
  static override args = {
    ...functionArgument,
    name: Args.string({ description: 'Name of the event.', required: true }),
  };
  static override flags = {
    ...eventFlags(),
    ...namedEventFlag(),
    ...eventValueFlag,
    force: Flags.boolean({ description: 'Replace an event of that name.', default: false }),
  };

  async run(): Promise<SharedEvent> {
    const { args, flags } = await this.parse(EventPut);
    const { event, set: assignments = [], payload: text, force: isForced } = flags;
    const written = { argument: undefined, text, file: flags['payload-file'] };
    const payload = invokePayload({ ...written, event, assignments, replay: undefined });
    return this.perform(flags, async (session) => {
      const result = await putSharedEvent({ target: args.function, name: args.name, payload, isForced }, session);
      const verb = result.isNew ? 'Shared' : 'Replaced';
      return { result, show: () => `${verb} the event ${result.name} of ${result.functionName}.` };
    });
  }
}
