import { listVersions, type VersionSummary } from '../../actions/versions.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument } from '../../cli/flag-groups.js';
import { renderVersions } from '../../cli/render/functions.js';

export default class VersionList extends BaseCommand {
  static override summary = 'List the published versions of a function, newest first.';
  static override examples = ['<%= config.bin %> version list hello'];
  static override args = { ...functionArgument };

  async run(): Promise<{ readonly versions: readonly VersionSummary[] }> {
    const { args, flags } = await this.parse(VersionList);
    return this.perform(flags, async (session) => {
      const versions = await listVersions(args.function, session);
      return { result: { versions }, show: (style) => renderVersions(versions, style) };
    });
  }
}
