import { Flags } from '@oclif/core';
import { publishVersion, type VersionSummary } from '../../actions/versions.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument } from '../../cli/flag-groups.js';

export default class VersionPublish extends BaseCommand {
  static override summary = 'Publish a version of $LATEST.';
  static override examples = ['<%= config.bin %> version publish hello --description "1.4.0"'];
  static override args = { ...functionArgument };
  static override flags = {
    description: Flags.string({ description: 'Description of the version.', helpValue: 'TEXT' }),
  };

  async run(): Promise<VersionSummary & { readonly isNew: boolean }> {
    const { args, flags } = await this.parse(VersionPublish);
    return this.perform(flags, async (session) => {
      const result = await publishVersion(args.function, flags.description, session);
      const show = () =>
        result.isNew ? `Version ${result.version} published.` : `Nothing changed since version ${result.version}.`;
      return { result, show };
    });
  }
}
