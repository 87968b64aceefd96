import { Args, Flags } from '@oclif/core';
import { shift } from '../../actions/traffic/shift.js';
import type { ShiftResult } from '../../actions/traffic/shift-alias.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument } from '../../cli/flag-groups.js';
import { shiftFlags, shiftOptions } from '../../cli/shift-flags.js';

export default class AliasShift extends BaseCommand {
  static override summary = 'Move the traffic of an alias to another version step by step, and back when a gate fails.';
  static override description =
    'After each step the gates must hold: probes, a check, alarms, the error rate. One that does not hold, any other failure and Ctrl-C move all traffic back. A job that was killed leaves the alias where it was; --resume goes on from there.';
  static override examples = [
    '<%= config.bin %> alias shift hello live --to 4 --canary 10% --wait 5m',
    '<%= config.bin %> alias shift hello live --to latest --linear 10% --every 1m --check "npm run smoke"',
    '<%= config.bin %> alias shift hello live --to latest --canary Canary10Percent5Minutes --probe events/order.json --probes 5',
    '<%= config.bin %> alias shift hello live --resume --canary 10%',
  ];
  static override args = {
    ...functionArgument,
    alias: Args.string({ description: 'Name of the alias.', required: true }),
  };
  static override flags = {
    to: Flags.string({
      description: 'Version number, or "latest" for the newest published one.',
      helpValue: 'VERSION',
    }),
    resume: Flags.boolean({ description: 'Go on with a shift that was killed on its way.' }),
    ...shiftFlags,
  };

  async run(): Promise<ShiftResult> {
    const { args, flags } = await this.parse(AliasShift);
    const request = {
      target: args.function,
      alias: args.alias,
      version: flags.to,
      options: shiftOptions(flags),
      resumes: flags.resume,
    };
    return this.perform(flags, async (session) => {
      const result = await shift(request, session);
      const show = (): string =>
        result.outcome === 'unchanged'
          ? `Alias ${result.alias} has all its traffic on version ${result.to}.`
          : `Alias ${result.alias} moved from version ${result.from} to ${result.to}.`;
      return { result, show };
    });
  }
}
