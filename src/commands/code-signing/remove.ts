import { removeCodeSigning } from '../../actions/code-signing.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class CodeSigningRemove extends BaseCommand {
  static override summary = 'Free a function from its code signing configuration.';
  static override examples = ['<%= config.bin %> code-signing remove hello'];
  static override args = { ...functionArgument };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(CodeSigningRemove);
    return this.perform(flags, async (session) => {
      const result = await removeCodeSigning(args.function, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
