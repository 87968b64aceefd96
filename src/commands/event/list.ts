import { Flags } from '@oclif/core';
import { listSharedEvents, type SharedEvent } from '../../actions/events/remote-events.js';
import { type EventSummary, listEvents } from '../../actions/events/sample-events.js';
import { BaseCommand } from '../../cli/base-command.js';
import { renderTable } from '../../cli/render/table.js';

export default class EventList extends BaseCommand {
  static override summary = 'List the sample events and those of the project, or the shared ones of a function.';
  static override examples = [
    '<%= config.bin %> event list',
    '<%= config.bin %> event list --json | jq -r .events[].name',
    '<%= config.bin %> event list --remote hello',
  ];
  static override flags = {
    remote: Flags.string({
      description: 'The test events of this function that were shared in AWS, as with the Lambda console.',
      helpValue: 'FUNCTION',
    }),
  };

  async run(): Promise<{ readonly events: readonly (EventSummary | SharedEvent)[] }> {
    const { flags } = await this.parse(EventList);
    const { remote } = flags;
    if (remote !== undefined) {
      return this.perform(flags, async (session) => {
        const result = await listSharedEvents(remote, session);
        const columns = [{ head: 'EVENT', cell: ({ name }: SharedEvent) => name }];
        const empty = `Nobody has shared a test event of ${result.functionName}.`;
        return { result, show: (style) => renderTable(result.events, columns, empty, style) };
      });
    }
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
