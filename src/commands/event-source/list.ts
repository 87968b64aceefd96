import { Args, Flags } from '@oclif/core';
import { type EventSource, listEventSources } from '../../actions/event-sources/manage-event-sources.js';
import { BaseCommand } from '../../cli/base-command.js';
import { renderEventSources } from '../../cli/render/event-sources.js';

export default class EventSourceList extends BaseCommand {
  static override summary = 'List the event source mappings of a function, or of all.';
  static override description =
    'LAG is what waits in a queue, or how old the records of a stream are when they are read; - where nobody tells. The age of the oldest message and of records comes from CloudWatch.';
  static override examples = ['<%= config.bin %> event-source list', '<%= config.bin %> event-source list hello'];
  static override args = {
    function: Args.string({ description: 'Key of the project file, or a function name or ARN.' }),
  };
  static override flags = {
    source: Flags.string({ description: 'Only those that read this queue or stream.', helpValue: 'ARN' }),
    lag: Flags.boolean({ description: 'Ask the sources how much is waiting.', allowNo: true, default: true }),
  };

  async run(): Promise<{ readonly eventSources: readonly EventSource[] }> {
    const { args, flags } = await this.parse(EventSourceList);
    const request = { target: args.function, eventSourceArn: flags.source, withLag: flags.lag };
    return this.perform(flags, async (session) => {
      const eventSources = await listEventSources(request, session);
      return { result: { eventSources }, show: (style) => renderEventSources(eventSources, style) };
    });
  }
}
