import { Args, Flags } from '@oclif/core';
import { updateCodeSigningConfig } from '../../actions/code-signing.js';
import { BaseCommand } from '../../cli/base-command.js';
import { renderRecord } from '../../cli/render/record.js';

export default class CodeSigningUpdate extends BaseCommand {
  static override summary = 'Change a code signing configuration.';
  static override examples = [
    '<%= config.bin %> code-signing update arn:aws:lambda:eu-west-1:123456789012:code-signing-config:csc-0123456789abcdef0 --enforce',
  ];
  static override args = { config: Args.string({ description: 'ARN of the configuration.', required: true }) };
  static override flags = {
    'signing-profile': Flags.string({
      description: 'ARN of a signing profile version, instead of the present ones; may be repeated.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'ARN',
    }),
    enforce: Flags.boolean({
      description: 'Refuse packages that nobody of these has signed; --no-enforce only warns.',
      allowNo: true,
    }),
    description: Flags.string({ description: 'Description.', helpValue: 'TEXT' }),
  };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(CodeSigningUpdate);
    const { 'signing-profile': profiles, enforce: enforces, description } = flags;
    const request = { configArn: args.config, profiles, enforces, description };
    return this.perform(flags, async (session) => {
      const result = await updateCodeSigningConfig(request, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
