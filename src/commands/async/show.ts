import { showAsyncSettings } from '../../actions/async-settings.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument, qualifierFlag } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class AsyncShow extends BaseCommand {
  static override summary = 'Show how asynchronous invocations of a function are retried and where they end.';
  static override examples = ['<%= config.bin %> async show hello'];
  static override args = { ...functionArgument };
  static override flags = { ...qualifierFlag };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(AsyncShow);
    return this.perform(flags, async (session) => {
      const result = await showAsyncSettings({ target: args.function, qualifier: flags.qualifier }, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
