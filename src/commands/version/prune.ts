import { Flags } from '@oclif/core';
import { type PruneResult, pruneVersions } from '../../actions/versions.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument } from '../../cli/flag-groups.js';

export default class VersionPrune extends BaseCommand {
  static override summary = 'Delete old versions that no alias and no provisioned setting uses.';
  static override examples = [
    '<%= config.bin %> version prune hello --keep 5',
    '<%= config.bin %> version prune hello --dry-run',
  ];
  static override args = { ...functionArgument };
  static override flags = {
    keep: Flags.integer({
      description: 'How many of the newest stay in any case.',
      default: 3,
      min: 0,
      helpValue: 'N',
    }),
    'dry-run': Flags.boolean({ description: 'Only say what would be deleted.' }),
  };

  async run(): Promise<PruneResult> {
    const { args, flags } = await this.parse(VersionPrune);
    const request = { target: args.function, keep: flags.keep, isDryRun: flags['dry-run'] };
    return this.perform(flags, async (session) => {
      const result = await pruneVersions(request, session);
      const verb = result.isDryRun ? 'Would delete' : 'Deleted';
      const kept = result.kept.map(({ version, reason }) => `${version} (${reason})`).join(', ');
      const show = () =>
        `${result.deleted.length === 0 ? 'Nothing to delete' : `${verb} ${result.deleted.join(', ')}`}; kept ${kept || 'none'}.`;
      return { result, show };
    });
  }
}
