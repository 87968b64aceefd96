import { Args, Flags } from '@oclif/core';
import { type SetAliasResult, setAlias } from '../../actions/alias.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument, revisionFlag } from '../../cli/flag-groups.js';
import { parseWeight } from '../../cli/parse-weight.js';
import { renderWeights } from '../../cli/render/alias.js';

export default class AliasSet extends BaseCommand {
  static override summary = 'Point an alias to a version; it is created when it does not exist.';
  static override examples = [
    '<%= config.bin %> alias set hello live 3',
    '<%= config.bin %> alias set hello live latest',
    '<%= config.bin %> alias set hello live 3 --weight 4=10%',
  ];
  static override args = {
    ...functionArgument,
    alias: Args.string({ description: 'Name of the alias.', required: true }),
    version: Args.string({ description: 'Version number, or "latest" for the newest published one.' }),
  };
  static override flags = {
    to: Flags.string({ description: 'The version, instead of the third argument.', helpValue: 'VERSION' }),
    description: Flags.string({ description: 'Description of the alias.', helpValue: 'TEXT' }),
    ...revisionFlag,
    weight: Flags.string({
      description: 'Send a share of the traffic to a second version.',
      helpValue: 'VERSION=SHARE',
    }),
  };

  async run(): Promise<SetAliasResult> {
    const { args, flags } = await this.parse(AliasSet);
    const { description } = flags;
    const version = flags.to ?? args.version ?? 'latest';
    const weight = flags.weight === undefined ? undefined : parseWeight(flags.weight);
    const request = {
      target: args.function,
      alias: args.alias,
      version,
      description,
      weight,
      revisionId: flags['revision-id'],
    };
    return this.perform(flags, async (session) => {
      const result = await setAlias(request, session);
      const also = renderWeights(result.weights);
      const show = () =>
        `Alias ${result.name} ${result.outcome}: version ${result.functionVersion}${also === '' ? '' : `, ${also}`}.`;
      return { result, show };
    });
  }
}
