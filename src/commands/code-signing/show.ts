import { Args } from '@oclif/core';
import { showCodeSigning } from '../../actions/code-signing.js';
import { BaseCommand } from '../../cli/base-command.js';
import { renderRecord } from '../../cli/render/record.js';
import type { Style } from '../../cli/style.js';

export default class CodeSigningShow extends BaseCommand {
  static override summary =
    'Show the code signing configuration of a function, or one by its ARN with the functions that are bound to it.';
  static override examples = [
    '<%= config.bin %> code-signing show hello',
    '<%= config.bin %> code-signing show arn:aws:lambda:eu-west-1:123456789012:code-signing-config:csc-0123456789abcdef0',
  ];
  static override args = {
    function: Args.string({
      description: 'Key of the project file, a function name or ARN, or the ARN of a configuration.',
      required: true,
    }),
  };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(CodeSigningShow);
    return this.perform(flags, async (session) => {
      const result = await showCodeSigning(args.function, session);
      const isBound = result.codeSigningConfigArn !== undefined;
      const show = (style: Style) =>
        isBound ? renderRecord(result, style) : `${args.function} is bound to no code signing configuration.`;
      return { result, show };
    });
  }
}
