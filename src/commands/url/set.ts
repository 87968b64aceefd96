import { Flags } from '@oclif/core';
import { setFunctionUrl } from '../../actions/function-url.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument, qualifierFlag } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class UrlSet extends BaseCommand {
  static override summary = 'Give a function a URL, or change the one it has.';
  static override description = 'With NONE the permission for everybody to call it is added, too.';
  static override examples = [
    '<%= config.bin %> url set hello --auth NONE',
    '<%= config.bin %> url set hello --auth AWS_IAM --invoke-mode RESPONSE_STREAM',
    '<%= config.bin %> url set hello --auth NONE --cors-origin https://example.org',
  ];
  static override args = { ...functionArgument };
  static override flags = {
    ...qualifierFlag,
    auth: Flags.option({
      description: 'Who may call it: everybody, or signed requests.',
      options: ['NONE', 'AWS_IAM'] as const,
      required: true,
    })(),
    'invoke-mode': Flags.option({
      description: 'Whole responses, or streamed ones.',
      options: ['BUFFERED', 'RESPONSE_STREAM'] as const,
    })(),
    'cors-origin': Flags.string({
      description: 'Origin that browsers may call from; may be repeated.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'ORIGIN',
    }),
    'cors-method': Flags.string({
      description: 'Method that browsers may use; may be repeated.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'METHOD',
    }),
    'cors-header': Flags.string({
      description: 'Header that browsers may send; may be repeated.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'HEADER',
    }),
  };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(UrlSet);
    const request = {
      target: args.function,
      qualifier: flags.qualifier,
      authType: flags.auth,
      invokeMode: flags['invoke-mode'],
      allowOrigins: flags['cors-origin'],
      allowMethods: flags['cors-method'],
      allowHeaders: flags['cors-header'],
    };
    return this.perform(flags, async (session) => {
      const result = await setFunctionUrl(request, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
