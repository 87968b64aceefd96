import { examine } from '../actions/doctor/examine.js';
import type { Finding } from '../actions/doctor/finding.js';
import { BaseCommand } from '../cli/base-command.js';
import { renderFindings } from '../cli/render/findings.js';
import { LambdakitError } from '../errors/lambdakit-error.js';

export default class Doctor extends BaseCommand {
  static override summary =
    'Look for what would make commands fail: credentials, region, clock, toolchains, isolation.';
  static override description = 'Changes nothing. Ends with exit code 1 when there is a problem; warnings are none.';
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --local',
    `<%= config.bin %> doctor --json | jq '.findings[] | select(.status == "problem")'`,
  ];

  async run(): Promise<{ readonly findings: readonly Finding[] }> {
    const { flags } = await this.parse(Doctor);
    return this.perform(flags, async (session) => {
      const findings = await examine({ isLocal: flags.local, endpointUrl: flags['endpoint-url'] }, session);
      const problems = findings.filter(({ status }) => status === 'problem');
      const failure =
        problems.length === 0
          ? undefined
          : new LambdakitError(
              'check-failed',
              `There is a problem with ${problems.map(({ subject }) => subject).join(', ')}.`,
            );
      return { result: { findings }, show: (style) => renderFindings(findings, style), failure };
    });
  }
}
