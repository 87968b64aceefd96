import { showConcurrency } from '../../actions/concurrency.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument } from '../../cli/flag-groups.js';
import { renderConcurrency } from '../../cli/render/concurrency.js';

export default class ConcurrencyShow extends BaseCommand {
  static override summary = 'Show the reserved and provisioned concurrency of a function.';
  static override examples = ['<%= config.bin %> concurrency show hello'];
  static override args = { ...functionArgument };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(ConcurrencyShow);
    return this.perform(flags, async (session) => {
      const result = await showConcurrency(args.function, session);
      return { result, show: (style) => renderConcurrency(result, style) };
    });
  }
}
