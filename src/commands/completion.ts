import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { completionScript, SHELLS, type Shell } from '../cli/completion/shell-scripts.js';

export default class Completion extends BaseCommand {
  static override summary = 'Print the script that completes commands, flags and names in a shell.';
  static override description =
    'Functions, layers, aliases and stages come from the project file; nothing asks the network.';
  static override examples = [
    'source <(<%= config.bin %> completion bash)',
    '<%= config.bin %> completion zsh > ~/.zfunc/_<%= config.bin %>',
    '<%= config.bin %> completion fish > ~/.config/fish/completions/<%= config.bin %>.fish',
  ];
  static override args = {
    shell: Args.string({ description: 'The shell.', required: true, options: [...SHELLS] }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Completion);
    const script = completionScript(args.shell as Shell, this.config.bin);
    return this.perform(flags, async () => ({ result: { shell: args.shell, script }, show: () => script }));
  }
}
