import { Args } from '@oclif/core';
import { setCodeSigning } from '../../actions/code-signing.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class CodeSigningSet extends BaseCommand {
  static override summary = 'Bind a function to a code signing configuration.';
  static override examples = [
    '<%= config.bin %> code-signing set hello arn:aws:lambda:eu-west-1:123456789012:code-signing-config:csc-0123456789abcdef0',
  ];
  static override args = {
    ...functionArgument,
    config: Args.string({ description: 'ARN of the configuration.', required: true }),
  };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(CodeSigningSet);
    return this.perform(flags, async (session) => {
      const result = await setCodeSigning(args.function, args.config, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
