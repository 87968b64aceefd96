import { deleteAsyncSettings } from '../../actions/async-settings.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument, qualifierFlag } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class AsyncDelete extends BaseCommand {
  static override summary = 'Go back to the defaults: two retries, six hours, no destinations.';
  static override examples = ['<%= config.bin %> async delete hello'];
  static override args = { ...functionArgument };
  static override flags = { ...qualifierFlag };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(AsyncDelete);
    return this.perform(flags, async (session) => {
      const result = await deleteAsyncSettings({ target: args.function, qualifier: flags.qualifier }, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
