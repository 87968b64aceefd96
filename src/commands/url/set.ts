import { Flags } from '@oclif/core';
import { setFunctionUrl } from '../../actions/function-url.js';
import { BaseCommand } from '../../cli/base-command.js';
import { corsFlags, corsRules } from '../../cli/cors-flags.js';
import { functionArgument, qualifierFlag } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class UrlSet extends BaseCommand {
  static override summary = 'Give a function a URL, or change the one it has.';
  static override description = 'With NONE the permission for everybody to call it is added, too.';
  static override examples = [
    '<%= config.bin %> url set hello --auth NONE',
    '<%= config.bin %> url set hello --auth AWS_IAM --invoke-mode RESPONSE_STREAM',
    '<%= config.bin %> url set hello --cors-origin https://example.org --cors-max-age 600',
    '<%= config.bin %> url set hello --no-cors',
  ];
  static override args = { ...functionArgument };
  static override flags = {
    ...qualifierFlag,
    auth: Flags.option({
      description: 'Who may call it: everybody, or signed requests; a new URL needs it.',
      options: ['NONE', 'AWS_IAM'] as const,
    })(),
    'invoke-mode': Flags.option({
      description: 'Whole responses, or streamed ones.',
      options: ['BUFFERED', 'RESPONSE_STREAM'] as const,
    })(),
    ...corsFlags,
  };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(UrlSet);
    const request = {
      target: args.function,
      qualifier: flags.qualifier,
      authType: flags.auth,
      invokeMode: flags['invoke-mode'],
      cors: corsRules(flags),
    };
    return this.perform(flags, async (session) => {
      const result = await setFunctionUrl(request, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
