import { deleteConcurrency } from '../../actions/concurrency.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument, qualifierFlag } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class ConcurrencyDelete extends BaseCommand {
  static override summary = 'Give up the reservation, or the provisioned environments of a qualifier.';
  static override examples = [
    '<%= config.bin %> concurrency delete hello',
    '<%= config.bin %> concurrency delete hello --qualifier live',
  ];
  static override args = { ...functionArgument };
  static override flags = { ...qualifierFlag };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(ConcurrencyDelete);
    return this.perform(flags, async (session) => {
      const result = await deleteConcurrency({ target: args.function, qualifier: flags.qualifier }, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
