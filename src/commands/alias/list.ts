import { Flags } from '@oclif/core';
import { type AliasSummary, listAliases } from '../../actions/alias.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument } from '../../cli/flag-groups.js';
import { renderAliases } from '../../cli/render/alias.js';

export default class AliasList extends BaseCommand {
  static override summary = 'List the aliases of a function.';
  static override examples = ['<%= config.bin %> alias list hello', '<%= config.bin %> alias list hello --json'];
  static override args = { ...functionArgument };
  static override flags = {
    version: Flags.string({ description: 'Only those that send traffic to this version.', helpValue: 'VERSION' }),
  };

  async run(): Promise<{ readonly aliases: readonly AliasSummary[] }> {
    const { args, flags } = await this.parse(AliasList);
    return this.perform(flags, async (session) => {
      const aliases = await listAliases({ target: args.function, version: flags.version }, session);
      return { result: { aliases }, show: (style) => renderAliases(aliases, style) };
    });
  }
}
