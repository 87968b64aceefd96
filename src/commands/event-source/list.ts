import { Args } from '@oclif/core';
import { listEventSources } from '../../actions/event-sources.js';
import { BaseCommand } from '../../cli/base-command.js';
import { renderTable } from '../../cli/render/table.js';

export default class EventSourceList extends BaseCommand {
  static override summary = 'List the event source mappings of a function, or of all.';
  static override examples = ['<%= config.bin %> event-source list', '<%= config.bin %> event-source list hello'];
  static override args = {
    function: Args.string({ description: 'Key of the project file, or a function name or ARN.' }),
  };

  async run(): Promise<{ readonly eventSources: readonly Readonly<Record<string, unknown>>[] }> {
    const { args, flags } = await this.parse(EventSourceList);
    return this.perform(flags, async (session) => {
      const eventSources = await listEventSources(args.function, session);
      const column = (head: string, member: string) => ({
        head,
        cell: (row: Readonly<Record<string, unknown>>) => (row[member] === undefined ? undefined : String(row[member])),
      });
      const columns = [
        column('UUID', 'uuid'),
        column('STATE', 'state'),
        column('LAST RESULT', 'lastProcessingResult'),
        column('BATCH', 'batchSize'),
        column('SOURCE', 'eventSourceArn'),
        column('FUNCTION', 'functionArn'),
      ];
      return {
        result: { eventSources },
        show: (style) => renderTable(eventSources, columns, 'There are no event sources.', style),
      };
    });
  }
}
