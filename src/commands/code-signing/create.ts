import { Flags } from '@oclif/core';
import { createCodeSigningConfig } from '../../actions/code-signing.js';
import { BaseCommand } from '../../cli/base-command.js';
import { parseAssignment } from '../../cli/function-overrides.js';
import { renderRecord } from '../../cli/render/record.js';

export default class CodeSigningCreate extends BaseCommand {
  static override summary = 'Make a code signing configuration.';
  static override examples = [
    '<%= config.bin %> code-signing create --signing-profile arn:aws:signer:eu-west-1:123456789012:/signing-profiles/team/a1b2c3 --enforce',
  ];
  static override flags = {
    'signing-profile': Flags.string({
      description: 'ARN of a signing profile version; may be repeated.',
      multiple: true,
      multipleNonGreedy: true,
      required: true,
      helpValue: 'ARN',
    }),
    enforce: Flags.boolean({ description: 'Refuse packages that nobody of these has signed, instead of warning.' }),
    description: Flags.string({ description: 'Description.', helpValue: 'TEXT' }),
    tag: Flags.string({
      description: 'Tag of the configuration; may be repeated.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'KEY=VALUE',
    }),
  };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { flags } = await this.parse(CodeSigningCreate);
    const { 'signing-profile': profiles, enforce: enforces, description, tag } = flags;
    const tags = tag === undefined ? undefined : Object.fromEntries(tag.map(parseAssignment));
    const request = { profiles, enforces, description, tags };
    return this.perform(flags, async (session) => {
      const result = await createCodeSigningConfig(request, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
