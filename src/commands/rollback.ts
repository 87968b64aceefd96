import { Flags } from '@oclif/core';
import { type RollbackResult, rollback } from '../actions/rollback.js';
import { BaseCommand } from '../cli/base-command.js';
import { functionArgument } from '../cli/flag-groups.js';

export default class Rollback extends BaseCommand {
  static override summary = 'Move an alias back to the version before.';
  static override examples = [
    '<%= config.bin %> rollback hello',
    '<%= config.bin %> rollback hello --alias live --to 3',
  ];
  static override args = { ...functionArgument };
  static override flags = {
    alias: Flags.string({ description: 'The alias to move; the only one when none is named.', helpValue: 'NAME' }),
    to: Flags.string({ description: 'The version to move to, instead of the one before.', helpValue: 'VERSION' }),
  };

  async run(): Promise<RollbackResult> {
    const { args, flags } = await this.parse(Rollback);
    return this.perform(flags, async (session) => {
      const result = await rollback({ target: args.function, alias: flags.alias, version: flags.to }, session);
      return {
        result,
        show: () =>
          `Alias ${result.alias} of ${result.functionName} moved from version ${result.from} to ${result.to}.`,
      };
    });
  }
}
