import { Args, Flags } from '@oclif/core';
import { deleteCodeSigningConfig } from '../../actions/code-signing.js';
import { BaseCommand } from '../../cli/base-command.js';
import { confirm } from '../../cli/confirm.js';
import { renderRecord } from '../../cli/render/record.js';

export default class CodeSigningDelete extends BaseCommand {
  static override summary = 'Delete a code signing configuration that no function is bound to.';
  static override examples = [
    '<%= config.bin %> code-signing delete arn:aws:lambda:eu-west-1:123456789012:code-signing-config:csc-0123456789abcdef0 --yes',
  ];
  static override args = { config: Args.string({ description: 'ARN of the configuration.', required: true }) };
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }) };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(CodeSigningDelete);
    return this.perform(flags, async (session) => {
      await confirm(`Delete ${args.config}?`, { isAgreed: flags.yes, signal: session.signal });
      const result = await deleteCodeSigningConfig(args.config, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
