import { Flags } from '@oclif/core';
import { deployFunctions } from '../actions/deploy/deploy-functions.js';
import { BaseCommand } from '../cli/base-command.js';
import { deployRequest, planFlags } from '../cli/deploy-flags.js';
import { type DeployDocument, documentOfDeploy, failureOfDeploy } from '../cli/deploy-outcome.js';
import { functionArguments } from '../cli/flag-groups.js';
import { reportDeployment } from '../cli/github/report-deployment.js';
import { renderDeploy } from '../cli/render/deploy.js';

export default class Diff extends BaseCommand {
  static override summary = 'Show what a deployment would change, and change nothing.';
  static override description =
    'The plan is the one that `deploy` with the same flags would apply. Values of environment variables, and whatever looks like a secret, are tokens that change with the value and do not show it.';
  static override examples = [
    '<%= config.bin %> diff',
    '<%= config.bin %> diff hello --stage prod',
    '<%= config.bin %> diff --all --exit-code',
  ];
  static override args = { ...functionArguments };
  static override flags = {
    'exit-code': Flags.boolean({ description: 'End with 7 when something would be changed.' }),
    ...planFlags,
  };

  async run(): Promise<DeployDocument> {
    const { args, flags } = await this.parse(Diff);
    const isAll = flags.all || (args.functions ?? []).length === 0;
    const request = { ...deployRequest(args.functions, flags, true), isAll };
    return this.perform(flags, async (session) => {
      const outcome = await deployFunctions(request, session);
      const failure = failureOfDeploy(outcome, flags['exit-code']);
      await reportDeployment(outcome, failure);
      return { result: documentOfDeploy(outcome), show: (style) => renderDeploy(outcome, style), failure };
    });
  }
}
