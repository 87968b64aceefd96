import { Flags } from '@oclif/core';
import { type CheckedFunction, checkFunctions } from '../actions/check/check-functions.js';
import { BaseCommand } from '../cli/base-command.js';
import { functionArguments } from '../cli/flag-groups.js';
import { renderChecked } from '../cli/render/checked.js';
import { LambdakitError } from '../errors/lambdakit-error.js';

export default class Check extends BaseCommand {
  static override summary = "Hold functions and their packages against the platform's rules.";
  static override description =
    'Deprecated runtimes, secrets in variables, lost events, waste. Ends with exit code 1 when there is a problem; with --strict when there is a warning.';
  static override examples = [
    '<%= config.bin %> check',
    '<%= config.bin %> check hello --no-package --strict',
    '<%= config.bin %> check --json | jq .functions[].lints[].rule',
  ];
  static override args = { ...functionArguments };
  static override flags = {
    'no-package': Flags.boolean({ description: 'Look at the settings alone; build nothing.' }),
    strict: Flags.boolean({ description: 'Fail on warnings too.' }),
  };

  async run(): Promise<{ readonly functions: readonly CheckedFunction[] }> {
    const { args, flags } = await this.parse(Check);
    const today = new Date().toISOString().slice(0, 10);
    const request = { names: args.functions ?? [], isWithoutPackage: flags['no-package'], today };
    return this.perform(flags, async (session) => {
      const functions = await checkFunctions(request, session);
      const grave = functions.flatMap(({ key, lints }) =>
        lints
          .filter(({ severity }) => severity === 'problem' || (flags.strict && severity === 'warning'))
          .map(({ rule }) => `${key} (${rule})`),
      );
      const failure =
        grave.length === 0 ? undefined : new LambdakitError('check-failed', `Not in order: ${grave.join(', ')}.`);
      return { result: { functions }, show: (style) => renderChecked(functions, style), failure };
    });
  }
}
