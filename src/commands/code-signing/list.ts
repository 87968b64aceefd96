import { listCodeSigningConfigs } from '../../actions/code-signing.js';
import { BaseCommand } from '../../cli/base-command.js';
import { renderTable } from '../../cli/render/table.js';

export default class CodeSigningList extends BaseCommand {
  static override summary = 'List the code signing configurations.';
  static override examples = ['<%= config.bin %> code-signing list'];

  async run(): Promise<{ readonly configs: readonly Readonly<Record<string, unknown>>[] }> {
    const { flags } = await this.parse(CodeSigningList);
    return this.perform(flags, async (session) => {
      const configs = await listCodeSigningConfigs(session);
      const column = (head: string, member: string) => ({
        head,
        cell: (row: Readonly<Record<string, unknown>>) => String(row[member] ?? ''),
      });
      const columns = [
        column('ID', 'codeSigningConfigId'),
        column('ARN', 'codeSigningConfigArn'),
        column('DESCRIPTION', 'description'),
      ];
      return {
        result: { configs },
        show: (style) => renderTable(configs, columns, 'There are no code signing configurations.', style),
      };
    });
  }
}
