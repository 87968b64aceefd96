import { showFunctionUrl } from '../../actions/function-url.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument, qualifierFlag } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class UrlShow extends BaseCommand {
  static override summary = 'Show the URL of a function.';
  static override examples = ['<%= config.bin %> url show hello', '<%= config.bin %> url show hello --qualifier live'];
  static override args = { ...functionArgument };
  static override flags = { ...qualifierFlag };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(UrlShow);
    return this.perform(flags, async (session) => {
      const result = await showFunctionUrl({ target: args.function, qualifier: flags.qualifier }, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
