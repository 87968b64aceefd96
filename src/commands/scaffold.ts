import { Args, Flags } from '@oclif/core';
import { scaffold, templates } from '../actions/scaffold.js';
import { askForScaffold } from '../cli/ask-for-scaffold.js';
import { BaseCommand } from '../cli/base-command.js';
import { renderScaffold, renderTemplates } from '../cli/render/scaffold.js';

export default class Scaffold extends BaseCommand {
  static override summary = 'Make a new project from a template.';
  static override aliases = ['init', 'new'];
  static override examples = [
    '<%= config.bin %> scaffold hello --template nodejs-typescript',
    '<%= config.bin %> scaffold --list',
    '<%= config.bin %> scaffold worker --runtime python3.14 --name order-worker',
  ];
  static override args = { dir: Args.string({ description: 'Folder to fill; it is made when missing.' }) };
  static override flags = {
    template: Flags.string({ description: 'Name of the template.', helpValue: 'NAME' }),
    runtime: Flags.string({ description: 'Runtime of the function.', helpValue: 'RUNTIME' }),
    name: Flags.string({ description: 'Name of the function; the name of the folder by default.', helpValue: 'NAME' }),
    list: Flags.boolean({ description: 'List the templates.' }),
    install: Flags.boolean({
      description: 'Install the dependencies of the new project.',
      default: true,
      allowNo: true,
    }),
    force: Flags.boolean({ description: 'Write into a folder that is not empty.' }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Scaffold);
    return this.perform<object>(flags, async ({ workingFolder, signal, progress }) => {
      if (flags.list) {
        const found = await templates();
        return { result: { templates: found }, show: (style) => renderTemplates(found, style) };
      }
      const { template, runtime, name } = flags;
      const answers = await askForScaffold({ folder: args.dir, template, runtime, isJson: flags.json, signal });
      const result = await scaffold({
        workingFolder,
        ...answers,
        runtime,
        name,
        isForced: flags.force,
        installs: flags.install,
        signal,
        progress,
      });
      return { result, show: (style) => renderScaffold(result, workingFolder, style) };
    });
  }
}
