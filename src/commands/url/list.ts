import { listFunctionUrls } from '../../actions/function-url.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument } from '../../cli/flag-groups.js';
import { memberColumn } from '../../cli/render/member-column.js';
import { renderTable } from '../../cli/render/table.js';

type Url = Readonly<Record<string, unknown>>;

export default class UrlList extends BaseCommand {
  static override summary = 'List the URLs of a function and its aliases.';
  static override examples = ['<%= config.bin %> url list hello'];
  static override args = { ...functionArgument };

  async run(): Promise<{ readonly urls: readonly Url[] }> {
    const { args, flags } = await this.parse(UrlList);
    return this.perform(flags, async (session) => {
      const urls = await listFunctionUrls(args.function, session);
      const columns = [
        memberColumn('URL', 'functionUrl'),
        memberColumn('AUTH', 'authType'),
        memberColumn('MODE', 'invokeMode'),
        memberColumn('FUNCTION', 'functionArn'),
      ];
      return { result: { urls }, show: (style) => renderTable(urls, columns, 'The function has no URL.', style) };
    });
  }
}
