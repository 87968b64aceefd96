import { Args } from '@oclif/core';
import { type EventSource, showEventSource } from '../../actions/event-sources/manage-event-sources.js';
import { BaseCommand } from '../../cli/base-command.js';
import { renderEventSource } from '../../cli/render/event-sources.js';

export default class EventSourceShow extends BaseCommand {
  static override summary = 'Show an event source mapping, and how far the function is behind.';
  static override examples = ['<%= config.bin %> event-source show 5f1c0a3e-0000-4000-8000-000000000000'];
  static override args = { uuid: Args.string({ description: 'Id of the mapping.', required: true }) };

  async run(): Promise<EventSource> {
    const { args, flags } = await this.parse(EventSourceShow);
    return this.perform(flags, async (session) => {
      const result = await showEventSource(args.uuid, session);
      return { result, show: (style) => renderEventSource(result, style) };
    });
  }
}
