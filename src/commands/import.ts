import { Args, Flags } from '@oclif/core';
import { type ImportResult, importProject } from '../actions/import/import-project.js';
import { BaseCommand } from '../cli/base-command.js';
import { renderImport } from '../cli/render/import.js';

export default class Import extends BaseCommand {
  static override summary = 'Make a project of a deployed function, or of a SAM, Serverless or .NET tools file.';
  static override description =
    'From a deployed function it takes code, settings, tags, alias, URL, concurrency, permissions, event sources and schedules, so that `diff` finds no difference afterwards. What a project file cannot say is listed on stderr with its path. Files are not written over without --force.';
  static override examples = [
    '<%= config.bin %> import orders',
    '<%= config.bin %> import arn:aws:lambda:eu-west-1:123456789012:function:orders services/orders --alias live',
    '<%= config.bin %> import template.yaml',
    '<%= config.bin %> import old/serverless.yml new --json',
  ];
  static override args = {
    source: Args.string({
      description:
        'Function name or ARN, or a SAM template.yaml, a serverless.yml or an aws-lambda-tools-defaults.json.',
      required: true,
    }),
    folder: Args.string({
      description: 'Where the project goes. Default: a folder named after the function; for a file, its own folder.',
    }),
  };
  static override flags = {
    alias: Flags.string({
      description: 'Alias of the function that the project is to deploy to. Default: its only one.',
      helpValue: 'NAME',
    }),
    force: Flags.boolean({ char: 'f', description: 'Write over files of the same name.' }),
  };

  async run(): Promise<ImportResult> {
    const { args, flags } = await this.parse(Import);
    return this.perform(flags, async (session) => {
      const { workingFolder } = session;
      const { source, folder } = args;
      const result = await importProject(
        { source, folder, workingFolder, alias: flags.alias, isForced: flags.force },
        session,
      );
      for (const { path, reason } of result.unmapped) {
        session.progress({ kind: 'warning', subject: path, text: reason });
      }
      return { result, show: (style) => renderImport(result, style) };
    });
  }
}
