import { Flags } from '@oclif/core';
import { publishVersion, type VersionSummary } from '../../actions/versions.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument, revisionFlag } from '../../cli/flag-groups.js';

export default class VersionPublish extends BaseCommand {
  static override summary = 'Publish a version of $LATEST.';
  static override examples = ['<%= config.bin %> version publish hello --description "1.4.0"'];
  static override args = { ...functionArgument };
  static override flags = {
    description: Flags.string({ description: 'Description of the version.', helpValue: 'TEXT' }),
    'code-sha256': Flags.string({ description: 'Publish only when this is the code.', helpValue: 'BASE64' }),
    ...revisionFlag,
  };

  async run(): Promise<VersionSummary & { readonly isNew: boolean }> {
    const { args, flags } = await this.parse(VersionPublish);
    const request = {
      target: args.function,
      description: flags.description,
      codeSha256: flags['code-sha256'],
      revisionId: flags['revision-id'],
    };
    return this.perform(flags, async (session) => {
      const result = await publishVersion(request, session);
      const show = () =>
        result.isNew ? `Version ${result.version} published.` : `Nothing changed since version ${result.version}.`;
      return { result, show };
    });
  }
}
