import { Flags } from '@oclif/core';
import { addPermission, type PermissionStatement } from '../../actions/permissions.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument, qualifierFlag, revisionFlag } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class PermissionAdd extends BaseCommand {
  static override summary = 'Let a service, an account or everybody use a function.';
  static override examples = [
    '<%= config.bin %> permission add hello --principal s3 --source-arn arn:aws:s3:::bucket',
    '<%= config.bin %> permission add hello --principal 123456789012 --id partner',
  ];
  static override args = { ...functionArgument };
  static override flags = {
    ...qualifierFlag,
    id: Flags.string({
      description: 'Name of the statement; by default made of principal and source.',
      helpValue: 'ID',
    }),
    principal: Flags.string({
      description: 'Service (s3, events.amazonaws.com), account, role ARN, or *.',
      required: true,
      helpValue: 'PRINCIPAL',
    }),
    action: Flags.string({ description: 'What is allowed.', default: 'lambda:InvokeFunction', helpValue: 'ACTION' }),
    'source-arn': Flags.string({ description: 'Only for this resource.', helpValue: 'ARN' }),
    'source-account': Flags.string({ description: 'Only for resources of this account.', helpValue: 'ACCOUNT' }),
    'principal-org-id': Flags.string({ description: 'Only for principals of this organization.', helpValue: 'ID' }),
    'url-auth-type': Flags.option({
      description: 'Only through a function URL of this kind (with --action lambda:InvokeFunctionUrl).',
      options: ['NONE', 'AWS_IAM'] as const,
    })(),
    'invoked-via-url': Flags.boolean({
      description: 'Only through the function URL (with --action lambda:InvokeFunction).',
    }),
    ...revisionFlag,
    'event-source-token': Flags.string({ description: 'Token of an Alexa skill.', helpValue: 'TOKEN' }),
  };

  async run(): Promise<PermissionStatement> {
    const { args, flags } = await this.parse(PermissionAdd);
    const request = {
      target: args.function,
      qualifier: flags.qualifier,
      statementId: flags.id,
      principal: flags.principal,
      action: flags.action,
      sourceArn: flags['source-arn'],
      sourceAccount: flags['source-account'],
      principalOrgId: flags['principal-org-id'],
      functionUrlAuthType: flags['url-auth-type'],
      eventSourceToken: flags['event-source-token'],
      invokedViaFunctionUrl: flags['invoked-via-url'],
      revisionId: flags['revision-id'],
    };
    return this.perform(flags, async (session) => {
      const result = await addPermission(request, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
