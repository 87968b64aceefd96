import { Args } from '@oclif/core';
import { deleteEventSource } from '../../actions/event-sources/manage-event-sources.js';
import { BaseCommand } from '../../cli/base-command.js';
import { renderRecord } from '../../cli/render/record.js';

export default class EventSourceDelete extends BaseCommand {
  static override summary = 'Delete an event source mapping; queue and function stay.';
  static override examples = ['<%= config.bin %> event-source delete 5f1c0a3e-0000-4000-8000-000000000000'];
  static override args = { uuid: Args.string({ description: 'Id of the mapping.', required: true }) };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(EventSourceDelete);
    return this.perform(flags, async (session) => {
      const result = await deleteEventSource(args.uuid, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
