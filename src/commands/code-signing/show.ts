import { showCodeSigning } from '../../actions/code-signing.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class CodeSigningShow extends BaseCommand {
  static override summary = 'Show the code signing configuration of a function.';
  static override examples = ['<%= config.bin %> code-signing show hello'];
  static override args = { ...functionArgument };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(CodeSigningShow);
    return this.perform(flags, async (session) => {
      const result = await showCodeSigning(args.function, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
