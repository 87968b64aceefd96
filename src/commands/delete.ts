import { Flags } from '@oclif/core';
import { type DeleteFunctionResult, deleteFunction } from '../actions/functions.js';
import { BaseCommand } from '../cli/base-command.js';
import { confirm } from '../cli/confirm.js';
import { functionArgument } from '../cli/flag-groups.js';

export default class Delete extends BaseCommand {
  static override summary = 'Delete a function with all its versions and aliases.';
  static override description =
    'What a deployment has made for the function alone goes with it: its role, and the rules of its schedules.';
  static override examples = ['<%= config.bin %> delete hello', '<%= config.bin %> delete hello --yes'];
  static override args = { ...functionArgument };
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }) };

  async run(): Promise<DeleteFunctionResult> {
    const { args, flags } = await this.parse(Delete);
    return this.perform(flags, async (session) => {
      await confirm(`Delete ${args.function} with all its versions and aliases?`, {
        isAgreed: flags.yes,
        signal: session.signal,
      });
      const result = await deleteFunction(args.function, session);
      const { functionName, deletedRules = [], deletedRole } = result;
      const others = [
        ...deletedRules.map((rule) => `rule ${rule}`),
        ...(deletedRole === undefined ? [] : [`role ${deletedRole}`]),
      ];
      return { result, show: () => `${[functionName, ...others].join(', ')} deleted.` };
    });
  }
}
