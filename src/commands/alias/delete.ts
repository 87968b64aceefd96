import { Args } from '@oclif/core';
import { deleteAlias } from '../../actions/alias.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument } from '../../cli/flag-groups.js';

export default class AliasDelete extends BaseCommand {
  static override summary = 'Delete an alias; its version stays.';
  static override examples = ['<%= config.bin %> alias delete hello preview'];
  static override args = {
    ...functionArgument,
    alias: Args.string({ description: 'Name of the alias.', required: true }),
  };

  async run(): Promise<{ readonly name: string; readonly wasThere: boolean }> {
    const { args, flags } = await this.parse(AliasDelete);
    return this.perform(flags, async (session) => {
      const result = await deleteAlias(args.function, args.alias, session);
      return {
        result,
        show: () => (result.wasThere ? `Alias ${result.name} deleted.` : `There was no alias ${result.name}.`),
      };
    });
  }
}
