import { Args, Flags } from '@oclif/core';
import { updateEventSource } from '../../actions/event-sources/manage-event-sources.js';
import { BaseCommand } from '../../cli/base-command.js';
import { eventSourceFlags, eventSourceSettings } from '../../cli/event-source-flags.js';
import { renderRecord } from '../../cli/render/record.js';

export default class EventSourceSet extends BaseCommand {
  static override summary = 'Change an event source mapping, or switch it on and off.';
  static override examples = [
    '<%= config.bin %> event-source set 5f1c0a3e-0000-4000-8000-000000000000 --no-enabled',
    '<%= config.bin %> event-source set 5f1c0a3e-0000-4000-8000-000000000000 --function hello:live',
  ];
  static override args = { uuid: Args.string({ description: 'Id of the mapping.', required: true }) };
  static override flags = {
    ...eventSourceFlags,
    function: Flags.string({
      description: 'Invoke another function, version or alias from now on.',
      helpValue: 'FUNCTION',
    }),
  };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(EventSourceSet);
    const request = { uuid: args.uuid, target: flags.function, settings: eventSourceSettings(flags) };
    return this.perform(flags, async (session) => {
      const result = await updateEventSource(request, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
