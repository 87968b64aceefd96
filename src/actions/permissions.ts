import { createHash } from 'node:crypto';
import { unlessNotFound } from '../aws/not-found.js';
import { isLambdakitError } from '../errors/lambdakit-error.js';
import type { ActionContext } from './action-context.js';
import { openQualifiedFunction, type QualifiedFunction } from './qualified-function.js';

/** One statement of a resource-based policy. */
export interface PermissionStatement {
  readonly statementId: string;
  readonly effect: string;
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly condition?: unknown;
}

/** Who may do what with the function; empty when it has no policy. */
export async function listPermissions(
  place: QualifiedFunction,
  context: ActionContext,
): Promise<{ readonly statements: readonly PermissionStatement[]; readonly revisionId?: string }> {
  const { calls, key } = await openQualifiedFunction(place, context);
  const found = await unlessNotFound(calls.getPolicy(key));
  if (found?.Policy === undefined) return { statements: [] };
  const { Statement = [] } = JSON.parse(found.Policy) as { readonly Statement?: readonly RawStatement[] };
  return {
    statements: Statement.map(statementOf),
    ...(found.RevisionId !== undefined && { revisionId: found.RevisionId }),
  };
}

export interface AddPermissionOptions extends QualifiedFunction {
  /** Default: made of the principal and the source, so that the same permission is not given twice. */
  readonly statementId?: string | undefined;
  /** As the API takes it, or a service by its first name (`s3`). */
  readonly principal: string;
  readonly action: string;
  readonly sourceArn?: string | undefined;
  readonly sourceAccount?: string | undefined;
  readonly principalOrgId?: string | undefined;
  readonly functionUrlAuthType?: 'NONE' | 'AWS_IAM' | undefined;
  readonly eventSourceToken?: string | undefined;
  /** Only through a function URL, for `lambda:InvokeFunction`. */
  readonly invokedViaFunctionUrl?: boolean | undefined;
  /** Only while the policy is still this one. */
  readonly revisionId?: string | undefined;
}

/** Lets somebody use the function. */
export async function addPermission(
  options: AddPermissionOptions,
  context: ActionContext,
): Promise<PermissionStatement> {
  const { calls, key } = await openQualifiedFunction(options, context);
  const { action, sourceArn, sourceAccount, principalOrgId, functionUrlAuthType, eventSourceToken } = options;
  const principal = principalOf(options.principal);
  const StatementId = options.statementId ?? statementIdOf(principal, options);
  const adding = calls.addPermission({
    ...key,
    StatementId,
    Principal: principal,
    Action: action,
    ...(sourceArn !== undefined && { SourceArn: sourceArn }),
    ...(sourceAccount !== undefined && { SourceAccount: sourceAccount }),
    ...(principalOrgId !== undefined && { PrincipalOrgID: principalOrgId }),
    ...(functionUrlAuthType !== undefined && { FunctionUrlAuthType: functionUrlAuthType }),
    ...(eventSourceToken !== undefined && { EventSourceToken: eventSourceToken }),
    ...(options.invokedViaFunctionUrl === true && { InvokedViaFunctionUrl: true }),
    ...(options.revisionId !== undefined && { RevisionId: options.revisionId }),
  });
  try {
    return statementOf(JSON.parse((await adding).Statement ?? '{}') as RawStatement);
  } catch (error) {
    // A name that is made of the permission stands for the same permission.
    const isThere = isLambdakitError(error) && error.details?.awsCode === 'ResourceConflictException';
    if (!isThere || options.statementId !== undefined) throw error;
    const { statements } = await listPermissions(options, context);
    const present = statements.find(({ statementId }) => statementId === StatementId);
    if (present === undefined) throw error;
    context.progress({ kind: 'skipped', subject: key.FunctionName, text: `${StatementId} is there already` });
    return present;
  }
}

/** `s3` is the service s3.amazonaws.com; accounts, ARNs, `*` and whole names stay as they are. */
function principalOf(principal: string): string {
  return /^[a-z][a-z0-9-]*$/.test(principal) ? `${principal}.amazonaws.com` : principal;
}

function statementIdOf(principal: string, options: AddPermissionOptions): string {
  const { action, sourceArn = '', sourceAccount = '' } = options;
  const { principalOrgId, functionUrlAuthType, eventSourceToken, invokedViaFunctionUrl } = options;
  const others = [principalOrgId, functionUrlAuthType, eventSourceToken, invokedViaFunctionUrl].filter(
    (condition) => condition !== undefined && condition !== false,
  );
  const who = /^[a-z0-9-]+/.exec(principal)?.[0] ?? 'everybody';
  const what = createHash('sha256')
    .update([principal, action, sourceArn, sourceAccount, ...others].join('\n'))
    .digest('hex');
  return `allow-${who}-${what.slice(0, 8)}`;
}

/** Takes a statement out of the policy. */
export async function removePermission(
  { revisionId, ...place }: QualifiedFunction & { readonly revisionId?: string | undefined },
  statementId: string,
  context: ActionContext,
): Promise<{ readonly statementId: string }> {
  const { calls, key } = await openQualifiedFunction(place, context);
  await calls.removePermission({
    ...key,
    StatementId: statementId,
    ...(revisionId !== undefined && { RevisionId: revisionId }),
  });
  return { statementId };
}

interface RawStatement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Principal?: string | Readonly<Record<string, string>>;
  readonly Action?: string;
  readonly Resource?: string;
  readonly Condition?: unknown;
}

function statementOf({
  Sid = '',
  Effect = '',
  Principal = '',
  Action = '',
  Resource = '',
  Condition,
}: RawStatement): PermissionStatement {
  const principal = typeof Principal === 'string' ? Principal : Object.values(Principal).join(', ');
  return {
    statementId: Sid,
    effect: Effect,
    principal,
    action: Action,
    resource: Resource,
    ...(Condition !== undefined && { condition: Condition }),
  };
}
