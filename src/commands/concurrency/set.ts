import { Flags } from '@oclif/core';
import { setConcurrency } from '../../actions/concurrency.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument, qualifierFlag } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class ConcurrencySet extends BaseCommand {
  static override summary = 'Reserve executions for a function, or keep environments ready.';
  static override examples = [
    '<%= config.bin %> concurrency set hello --reserved 10',
    '<%= config.bin %> concurrency set hello --provisioned 5 --qualifier live',
  ];
  static override args = { ...functionArgument };
  static override flags = {
    ...qualifierFlag,
    reserved: Flags.integer({
      description: 'Executions that are kept for the function, and at most these.',
      min: 0,
      helpValue: 'N',
    }),
    provisioned: Flags.integer({
      description: 'Environments to keep ready for the qualifier.',
      min: 1,
      helpValue: 'N',
    }),
    wait: Flags.boolean({ description: 'Wait until they are ready.', dependsOn: ['provisioned'] }),
  };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(ConcurrencySet);
    const { qualifier, reserved, provisioned, wait: waits } = flags;
    const request = { target: args.function, qualifier, reserved, provisioned, waits };
    return this.perform(flags, async (session) => {
      const result = await setConcurrency(request, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
