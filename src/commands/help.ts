import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { EXIT_CODES } from '../cli/exit-codes.js';
import { helpDocument } from '../cli/help-document.js';
import { exitCodeRows } from '../cli/root-help.js';

export default class HelpCommand extends BaseCommand {
  static override summary = 'Explain a command, or the exit codes.';
  static override examples = ['<%= config.bin %> help deploy', '<%= config.bin %> help exit-codes'];
  static override args = {
    topic: Args.string({ description: 'Command, or exit-codes.', multiple: true }),
  };

  async run(): Promise<object> {
    const { args } = await this.parse(HelpCommand);
    const words = [args.topic ?? []].flat();
    if (words.join(' ') === 'exit-codes') {
      await this.print({ result: { exitCodes: EXIT_CODES }, show: exitCodeRows });
      return { exitCodes: EXIT_CODES };
    }
    if (this.jsonEnabled()) return helpDocument(this.config, words);
    const { loadHelpClass } = await import('../cli/framework.js');
    const Help = await loadHelpClass(this.config);
    await new Help(this.config, this.config.pjson.oclif.helpOptions).showHelp(words);
    return {};
  }
}
