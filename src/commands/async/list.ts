import { listAsyncSettings } from '../../actions/async-settings.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument } from '../../cli/flag-groups.js';
import { memberColumn } from '../../cli/render/member-column.js';
import { renderTable } from '../../cli/render/table.js';

type Settings = Readonly<Record<string, unknown>>;

export default class AsyncList extends BaseCommand {
  static override summary = 'List what is set for asynchronous invocations of a function, its versions and aliases.';
  static override examples = ['<%= config.bin %> async list hello'];
  static override args = { ...functionArgument };

  async run(): Promise<{ readonly configs: readonly Settings[] }> {
    const { args, flags } = await this.parse(AsyncList);
    return this.perform(flags, async (session) => {
      const configs = await listAsyncSettings(args.function, session);
      const destination = (end: 'onSuccess' | 'onFailure') => (row: Settings) =>
        (row.destinationConfig as Record<string, { readonly destination?: string }> | undefined)?.[end]?.destination;
      const columns = [
        memberColumn('FUNCTION', 'functionArn'),
        memberColumn('RETRIES', 'maximumRetryAttempts'),
        memberColumn('MAX AGE', 'maximumEventAgeInSeconds'),
        { head: 'ON SUCCESS', cell: destination('onSuccess') },
        { head: 'ON FAILURE', cell: destination('onFailure') },
      ];
      return { result: { configs }, show: (style) => renderTable(configs, columns, 'Nothing is set.', style) };
    });
  }
}
