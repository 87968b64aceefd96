import { type FunctionSummary, listFunctions } from '../actions/functions.js';
import { BaseCommand } from '../cli/base-command.js';
import { renderFunctions } from '../cli/render/functions.js';

export default class List extends BaseCommand {
  static override summary = 'List the deployed functions.';
  static override examples = [
    '<%= config.bin %> list',
    '<%= config.bin %> list --local',
    '<%= config.bin %> list --region eu-west-1 --json',
  ];

  async run(): Promise<{ readonly functions: readonly FunctionSummary[] }> {
    const { flags } = await this.parse(List);
    return this.perform(flags, async (session) => {
      const functions = await listFunctions(session);
      return { result: { functions }, show: (style) => renderFunctions(functions, style) };
    });
  }
}
