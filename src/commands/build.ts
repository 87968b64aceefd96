import { type BuildSummary, buildFunctions } from '../actions/build-functions.js';
import { BaseCommand } from '../cli/base-command.js';
import { functionArguments } from '../cli/flag-groups.js';
import { renderBuilds } from '../cli/render/package.js';

export default class Build extends BaseCommand {
  static override summary = 'Build functions: source into the folder that is packaged.';
  static override examples = ['<%= config.bin %> build', '<%= config.bin %> build hello worker'];
  static override args = { ...functionArguments };

  async run(): Promise<{ readonly builds: readonly BuildSummary[] }> {
    const { args, flags } = await this.parse(Build);
    return this.perform(flags, async (session) => {
      const builds = await buildFunctions(args.functions ?? [], session);
      return { result: { builds }, show: (style) => renderBuilds(builds, style) };
    });
  }
}
