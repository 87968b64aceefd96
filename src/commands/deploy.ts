import { Flags } from '@oclif/core';
import { deployFunctions } from '../actions/deploy/deploy-functions.js';
import { BaseCommand } from '../cli/base-command.js';
import { type DeployDocument, documentOfDeploy, failureOfDeploy } from '../cli/deploy-outcome.js';
import { functionArguments, functionSettingFlags } from '../cli/flag-groups.js';
import { functionOverrides } from '../cli/function-overrides.js';
import { renderDeploy } from '../cli/render/deploy.js';

export default class Deploy extends BaseCommand {
  static override summary = 'Build, package and deploy functions; what has not changed is left alone.';
  static override description =
    'Reads what is deployed, plans the difference and applies it step by step, waiting for each. With --dry-run the same plan is only printed.';
  static override examples = [
    '<%= config.bin %> deploy',
    '<%= config.bin %> deploy hello --alias live',
    '<%= config.bin %> deploy --all --dry-run',
    '<%= config.bin %> deploy hello --local --env GREETING=Welcome',
    '<%= config.bin %> deploy hello --artifact build/hello.zip --code-only',
  ];
  static override args = { ...functionArguments };
  static override flags = {
    all: Flags.boolean({ description: 'All functions of the project.' }),
    'dry-run': Flags.boolean({ description: 'Print the plan and change nothing.' }),
    publish: Flags.boolean({ description: 'Publish a version.' }),
    alias: Flags.string({ description: 'Publish a version and point this alias to it.', helpValue: 'NAME' }),
    artifact: Flags.string({ description: 'Deploy this package instead of building one.', helpValue: 'FILE' }),
    'code-only': Flags.boolean({ description: 'Leave the settings as they are.', exclusive: ['config-only'] }),
    'config-only': Flags.boolean({ description: 'Leave the code as it is.', exclusive: ['artifact'] }),
    'env-merge': Flags.boolean({ description: 'Keep deployed variables that the project does not name.' }),
    concurrency: Flags.integer({
      description: 'How many functions at a time.',
      default: 4,
      min: 1,
      max: 64,
      helpValue: 'N',
    }),
    'detailed-exit-code': Flags.boolean({ description: 'End with 7 when something was (or would be) changed.' }),
    ...functionSettingFlags,
  };

  async run(): Promise<DeployDocument> {
    const { args, flags } = await this.parse(Deploy);
    const request = {
      names: args.functions ?? [],
      isAll: flags.all,
      isDryRun: flags['dry-run'],
      publish: flags.publish,
      alias: flags.alias,
      artifact: flags.artifact,
      scope: flags['code-only'] ? 'code' : flags['config-only'] ? 'settings' : 'all',
      mergesEnvironment: flags['env-merge'],
      overrides: functionOverrides(flags),
      concurrency: flags.concurrency,
    } as const;
    return this.perform(flags, async (session) => {
      const outcome = await deployFunctions(request, session);
      const failure = failureOfDeploy(outcome, flags['detailed-exit-code']);
      return { result: documentOfDeploy(outcome), show: (style) => renderDeploy(outcome, style), failure };
    });
  }
}
