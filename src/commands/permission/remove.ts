import { Args } from '@oclif/core';
import { removePermission } from '../../actions/permissions.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument, qualifierFlag, revisionFlag } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class PermissionRemove extends BaseCommand {
  static override summary = 'Take a statement out of the policy of a function.';
  static override examples = ['<%= config.bin %> permission remove hello from-bucket'];
  static override args = {
    ...functionArgument,
    id: Args.string({ description: 'Name of the statement.', required: true }),
  };
  static override flags = { ...qualifierFlag, ...revisionFlag };

  async run(): Promise<{ readonly statementId: string }> {
    const { args, flags } = await this.parse(PermissionRemove);
    return this.perform(flags, async (session) => {
      const place = { target: args.function, qualifier: flags.qualifier, revisionId: flags['revision-id'] };
      const result = await removePermission(place, args.id, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
