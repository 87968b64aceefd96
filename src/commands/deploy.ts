import { Flags } from '@oclif/core';
import { deployFunctions } from '../actions/deploy/deploy-functions.js';
import { BaseCommand } from '../cli/base-command.js';
import { deployRequest, planFlags } from '../cli/deploy-flags.js';
import { type DeployDocument, documentOfDeploy, failureOfDeploy } from '../cli/deploy-outcome.js';
import { functionArguments } from '../cli/flag-groups.js';
import { reportDeployment } from '../cli/github/report-deployment.js';
import { renderDeploy } from '../cli/render/deploy.js';

export default class Deploy extends BaseCommand {
  static override summary = 'Build, package and deploy functions; what has not changed is left alone.';
  static override description =
    'Reads what is deployed, plans the difference and applies it step by step, waiting for each. With --dry-run the same plan is only printed.';
  static override examples = [
    '<%= config.bin %> deploy',
    '<%= config.bin %> deploy hello --alias live',
    '<%= config.bin %> deploy hello --alias live --canary 10% --wait 5m --probe events/order.json',
    '<%= config.bin %> deploy --all --dry-run',
    '<%= config.bin %> deploy hello --local --env GREETING=Welcome',
    '<%= config.bin %> deploy hello --artifact build/hello.zip --code-only',
  ];
  static override args = { ...functionArguments };
  static override flags = {
    'dry-run': Flags.boolean({ description: 'Print the plan and change nothing.' }),
    'detailed-exit-code': Flags.boolean({ description: 'End with 7 when something was (or would be) changed.' }),
    ...planFlags,
  };

  async run(): Promise<DeployDocument> {
    const { args, flags } = await this.parse(Deploy);
    const request = deployRequest(args.functions, flags, flags['dry-run']);
    return this.perform(flags, async (session) => {
      const outcome = await deployFunctions(request, session);
      const failure = failureOfDeploy(outcome, flags['detailed-exit-code']);
      await reportDeployment(outcome, failure);
      return { result: documentOfDeploy(outcome), show: (style) => renderDeploy(outcome, style), failure };
    });
  }
}
