import { Flags } from '@oclif/core';
import { exportTemplate } from '../actions/export/export-template.js';
import { BaseCommand } from '../cli/base-command.js';
import { functionArguments } from '../cli/flag-groups.js';

export default class Export extends BaseCommand {
  static override summary = 'Write the functions of a project as a SAM template.';
  static override description =
    'All values are settled for the stage that is chosen, those of environment variables included. What a template cannot say is listed on stderr with its path. The code is the package that `package` makes.';
  static override examples = [
    '<%= config.bin %> export',
    '<%= config.bin %> export orders --stage prod --out template.yaml',
    '<%= config.bin %> export --format json | jq .Resources',
  ];
  static override args = { ...functionArguments };
  static override flags = {
    out: Flags.string({ char: 'o', description: 'Write to this file instead of stdout.', helpValue: 'FILE' }),
    format: Flags.option({
      description: 'Default: yaml, or what the name of the file says.',
      options: ['yaml', 'json'] as const,
    })(),
    force: Flags.boolean({ char: 'f', description: 'Write over the file.' }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Export);
    return this.perform(flags, async (session) => {
      const { template, text, file, unmapped } = await exportTemplate(
        {
          names: args.functions ?? [],
          out: flags.out,
          format: flags.format,
          workingFolder: session.workingFolder,
          isForced: flags.force,
        },
        session,
      );
      for (const { path, reason } of unmapped) session.progress({ kind: 'warning', subject: path, text: reason });
      const result = { template, unmapped, ...(file !== undefined && { file }) };
      return { result, show: () => (file === undefined ? text : `Written: ${file}`) };
    });
  }
}
