import { describeFunction, type FunctionStatus } from '../actions/functions.js';
import { BaseCommand } from '../cli/base-command.js';
import { functionArgument, qualifierFlag } from '../cli/flag-groups.js';
import { renderStatus } from '../cli/render/functions.js';

export default class Status extends BaseCommand {
  static override summary = 'Show a deployed function: state, settings, aliases, URL.';
  static override examples = [
    '<%= config.bin %> status hello',
    '<%= config.bin %> status hello --qualifier live --json',
  ];
  static override args = { ...functionArgument };
  static override flags = { ...qualifierFlag };

  async run(): Promise<FunctionStatus> {
    const { args, flags } = await this.parse(Status);
    return this.perform(flags, async (session) => {
      const result = await describeFunction(args.function, flags.qualifier, session);
      return { result, show: (style) => renderStatus(result, style) };
    });
  }
}
