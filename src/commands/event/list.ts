import { type EventSummary, listEvents } from '../../actions/events/sample-events.js';
import { BaseCommand } from '../../cli/base-command.js';
import { renderTable } from '../../cli/render/table.js';

export default class EventList extends BaseCommand {
  static override summary = 'List the sample events, and those in the folder events of the project.';
  static override examples = [
    '<%= config.bin %> event list',
    '<%= config.bin %> event list --json | jq -r .events[].name',
  ];

  async run(): Promise<{ readonly events: readonly EventSummary[] }> {
    const { flags } = await this.parse(EventList);
    return this.perform(flags, async (session) => {
      const events = await listEvents(session);
      const columns = [
        { head: 'EVENT', cell: ({ name }: EventSummary) => name },
        { head: 'WHAT', cell: ({ description }: EventSummary) => description },
      ];
      return { result: { events }, show: (style) => renderTable(events, columns, 'There are no events.', style) };
    });
  }
}
