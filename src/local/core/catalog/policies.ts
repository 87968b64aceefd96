import { functionArn, layerVersionArn } from '../../../lambda/arn.js';
import { LIMITS } from '../../../lambda/limits.js';
import { qualifierKind } from '../../../lambda/qualifier.js';
import { ApiError, conflict, invalidParameter, notFound, stalePrecondition } from './api-error.js';
import { functionNotFound } from './function-address.js';
import { lookup } from './lookup.js';
import { without } from './publish-version.js';
import type {
  FunctionRecord,
  LayerRecord,
  LayerVersionRecord,
  PolicyRecord,
  PolicyStatement,
  RuleContext,
} from './records.js';

export interface PermissionRule {
  readonly statementId: string;
  readonly action: string;
  readonly principal: string;
  readonly sourceArn?: string | undefined;
  readonly sourceAccount?: string | undefined;
  readonly principalOrgId?: string | undefined;
  readonly eventSourceToken?: string | undefined;
  readonly functionUrlAuthType?: string | undefined;
  readonly invokedViaFunctionUrl?: boolean | undefined;
  readonly revisionId?: string | undefined;
}

/** Lets a principal use a function, version or alias. The resource's revision id changes. @throws ApiError */
export function addPermission(
  record: FunctionRecord,
  qualifier: string | undefined,
  rule: PermissionRule,
  context: RuleContext,
): { readonly record: FunctionRecord; readonly statement: PolicyStatement } {
  if (qualifier === '$LATEST') throw invalidParameter('We currently do not support adding policies for $LATEST.');
  requireQualified(record, qualifier);
  checkUrlConditions(rule);
  const statement: PolicyStatement = {
    Sid: rule.statementId,
    Effect: 'Allow',
    Principal: functionPrincipal(rule.principal),
    Action: rule.action,
    Resource: functionArn(record, record.functionName, qualifier),
    ...conditionOf(rule),
  };
  checkRevision(policyRevision(record, qualifier), rule.revisionId, 'GetPolicy');
  const key = qualifier ?? '$LATEST';
  const statements = addStatement(lookup(record.policies, key)?.statements ?? [], statement);
  return { record: withPolicy(record, qualifier, statements, context), statement };
}

/** Conditions on function URLs go with the one action that they are about. @throws ApiError */
function checkUrlConditions({ action, functionUrlAuthType, invokedViaFunctionUrl }: PermissionRule): void {
  if (functionUrlAuthType !== undefined && action !== 'lambda:InvokeFunctionUrl') {
    throw invalidParameter('FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action');
  }
  if (invokedViaFunctionUrl === true && action !== 'lambda:InvokeFunction') {
    throw invalidParameter('InvokedViaFunctionUrl is only supported for lambda:InvokeFunction action');
  }
}

/** Takes a statement back. @throws ApiError when there is none, or the revision id is stale */
export function removePermission(
  record: FunctionRecord,
  qualifier: string | undefined,
  rule: { readonly statementId: string; readonly revisionId?: string | undefined },
  context: RuleContext,
): FunctionRecord {
  const policy = policyOf(record, qualifier);
  if (policy === undefined) throw notFound('No policy is associated with the given resource.');
  checkRevision(policyRevision(record, qualifier), rule.revisionId, 'GetPolicy');
  return withPolicy(record, qualifier, removeStatement(policy.statements, rule.statementId), context);
}

/** The policy document and revision id of a function, version or alias; undefined where no statement was added. */
export function describePolicy(
  record: FunctionRecord,
  qualifier: string | undefined,
): { readonly Policy: string; readonly RevisionId: string } | undefined {
  const policy = policyOf(record, qualifier);
  if (policy === undefined) return undefined;
  return { Policy: policyDocument(policy.statements), RevisionId: policyRevision(record, qualifier) };
}

/** Lets others use a layer version. @throws ApiError */
export function addLayerPermission(
  record: LayerRecord,
  version: LayerVersionRecord,
  rule: PermissionRule,
  context: RuleContext,
): { readonly version: LayerVersionRecord; readonly statement: PolicyStatement } {
  const statement: PolicyStatement = {
    Sid: rule.statementId,
    Effect: 'Allow',
    Principal: layerPrincipal(rule.principal),
    Action: rule.action,
    Resource: layerVersionArn(record, record.layerName, version.Version),
    ...conditionOf(rule),
  };
  checkLayerRevision(version.policy, rule.revisionId);
  const statements = addStatement(version.policy?.statements ?? [], statement);
  return { version: { ...version, policy: { RevisionId: context.newId(), statements } }, statement };
}

/** @throws ApiError */
export function removeLayerPermission(
  version: LayerVersionRecord,
  rule: { readonly statementId: string; readonly revisionId?: string | undefined },
  context: RuleContext,
): LayerVersionRecord {
  const { policy, ...rest } = version;
  if (policy === undefined) throw notFound(`Statement ${rule.statementId} is not found in resource policy.`);
  checkLayerRevision(policy, rule.revisionId);
  const statements = removeStatement(policy.statements, rule.statementId);
  return statements.length === 0 ? rest : { ...rest, policy: { RevisionId: context.newId(), statements } };
}

/** The JSON text of a policy with these statements. */
export function policyDocument(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements });
}

/** @throws ApiError when the version or alias does not exist */
function requireQualified(record: FunctionRecord, qualifier: string | undefined): void {
  const kind = qualifierKind(qualifier);
  if (qualifier === undefined || kind === 'latest') return;
  if (kind === 'version' || qualifier.includes('$')) {
    if (lookup(record.versions, qualifier) === undefined)
      throw functionNotFound(record, record.functionName, qualifier);
  } else if (lookup(record.aliases, qualifier) === undefined) {
    throw notFound(`Cannot find alias arn: ${functionArn(record, record.functionName, qualifier)}`);
  }
}

/** `$LATEST` by its name can have no policy: what is kept under it belongs to the unqualified function. */
function policyOf(record: FunctionRecord, qualifier: string | undefined): PolicyRecord | undefined {
  return qualifier === '$LATEST' ? undefined : lookup(record.policies, qualifier ?? '$LATEST');
}

/** The policy has no revision of its own: it shares that of the function, version or alias. */
function policyRevision(record: FunctionRecord, qualifier: string | undefined): string {
  if (qualifier === undefined) return record.latest.RevisionId;
  return (
    lookup(record.aliases, qualifier)?.RevisionId ??
    lookup(record.versions, qualifier)?.RevisionId ??
    record.latest.RevisionId
  );
}

function withPolicy(
  record: FunctionRecord,
  qualifier: string | undefined,
  statements: readonly PolicyStatement[],
  context: RuleContext,
): FunctionRecord {
  const key = qualifier ?? '$LATEST';
  const RevisionId = context.newId();
  const policies =
    statements.length === 0 ? without(record.policies, key) : { ...record.policies, [key]: { RevisionId, statements } };
  return touchRevision({ ...record, policies }, qualifier, RevisionId);
}

/** The function with a new revision id on what the qualifier names. */
export function touchRevision(
  record: FunctionRecord,
  qualifier: string | undefined,
  RevisionId: string,
): FunctionRecord {
  const alias = lookup(record.aliases, qualifier ?? '');
  const version = lookup(record.versions, qualifier ?? '');
  if (alias !== undefined) return { ...record, aliases: { ...record.aliases, [alias.Name]: { ...alias, RevisionId } } };
  if (version !== undefined) {
    return { ...record, versions: { ...record.versions, [version.Version]: { ...version, RevisionId } } };
  }
  return { ...record, latest: { ...record.latest, RevisionId } };
}

function addStatement(current: readonly PolicyStatement[], statement: PolicyStatement): readonly PolicyStatement[] {
  if (current.some(({ Sid }) => Sid === statement.Sid)) {
    throw conflict(
      `The statement id (${statement.Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
    );
  }
  const statements = [...current, statement];
  const size = Buffer.byteLength(policyDocument(statements));
  if (size > LIMITS.policyBytes) {
    throw new ApiError(
      'PolicyLengthExceededException',
      400,
      `The final policy size (${size}) is bigger than the limit (${LIMITS.policyBytes}).`,
    );
  }
  return statements;
}

function removeStatement(current: readonly PolicyStatement[], statementId: string): readonly PolicyStatement[] {
  const kept = current.filter(({ Sid }) => Sid !== statementId);
  if (kept.length === current.length) throw notFound(`Statement ${statementId} is not found in resource policy.`);
  return kept;
}

function checkRevision(current: string, given: string | undefined, operation: string): void {
  if (given !== undefined && given !== current) throw stalePrecondition(operation);
}

function checkLayerRevision(policy: PolicyRecord | undefined, given: string | undefined): void {
  checkRevision(policy?.RevisionId ?? '', given, 'GetLayerPolicy');
}

function functionPrincipal(principal: string): PolicyStatement['Principal'] {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (/^arn:aws[a-zA-Z-]*:iam::/.test(principal)) return { AWS: principal };
  if (/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(principal)) return { Service: principal };
  throw invalidParameter('The provided principal was invalid. Please check the principal and try again.');
}

function layerPrincipal(principal: string): PolicyStatement['Principal'] {
  if (principal === '*') return '*';
  return { AWS: /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal };
}

function conditionOf(rule: PermissionRule): Pick<PolicyStatement, 'Condition'> {
  const equals = {
    ...(rule.functionUrlAuthType !== undefined && { 'lambda:FunctionUrlAuthType': rule.functionUrlAuthType }),
    ...(rule.sourceAccount !== undefined && { 'AWS:SourceAccount': rule.sourceAccount }),
    ...(rule.principalOrgId !== undefined && { 'aws:PrincipalOrgID': rule.principalOrgId }),
    ...(rule.eventSourceToken !== undefined && { 'lambda:EventSourceToken': rule.eventSourceToken }),
  };
  const condition = {
    ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
    ...(rule.sourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': rule.sourceArn } }),
    ...(rule.invokedViaFunctionUrl === true && { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } }),
  };
  return Object.keys(condition).length === 0 ? {} : { Condition: condition };
}
