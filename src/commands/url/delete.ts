import { deleteFunctionUrl } from '../../actions/function-url.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument, qualifierFlag } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class UrlDelete extends BaseCommand {
  static override summary = 'Take the URL of a function away.';
  static override examples = ['<%= config.bin %> url delete hello'];
  static override args = { ...functionArgument };
  static override flags = { ...qualifierFlag };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(UrlDelete);
    return this.perform(flags, async (session) => {
      const result = await deleteFunctionUrl({ target: args.function, qualifier: flags.qualifier }, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
