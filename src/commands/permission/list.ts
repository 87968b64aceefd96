import { listPermissions, type PermissionStatement } from '../../actions/permissions.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument, qualifierFlag } from '../../cli/flag-groups.js';
import { renderTable } from '../../cli/render/table.js';

export default class PermissionList extends BaseCommand {
  static override summary = 'List who may use a function.';
  static override examples = ['<%= config.bin %> permission list hello'];
  static override args = { ...functionArgument };
  static override flags = { ...qualifierFlag };

  async run(): Promise<{ readonly statements: readonly PermissionStatement[]; readonly revisionId?: string }> {
    const { args, flags } = await this.parse(PermissionList);
    return this.perform(flags, async (session) => {
      const result = await listPermissions({ target: args.function, qualifier: flags.qualifier }, session);
      const columns = [
        { head: 'STATEMENT', cell: ({ statementId }: PermissionStatement) => statementId },
        { head: 'PRINCIPAL', cell: ({ principal }: PermissionStatement) => principal },
        { head: 'ACTION', cell: ({ action }: PermissionStatement) => action },
        {
          head: 'CONDITION',
          cell: ({ condition }: PermissionStatement) =>
            condition === undefined ? undefined : JSON.stringify(condition),
        },
      ];
      return {
        result,
        show: (style) => renderTable(result.statements, columns, 'The function has no policy.', style),
      };
    });
  }
}
