import { createHash } from 'node:crypto';
import { isLambdakitError } from '../errors/lambdakit-error.js';
import { type RoleStatement, TRUST_POLICY } from '../lambda/execution-role.js';
import type { IamCalls } from './neighbour-calls.js';
import { unlessNotFound } from './not-found.js';

export type RoleCalls = Pick<
  IamCalls,
  'getRole' | 'createRole' | 'deleteRole' | 'getRolePolicy' | 'putRolePolicy' | 'deleteRolePolicy'
>;

/** Roles of ours are told from others by their path, which is part of their ARN. */
export const ROLE_PATH = '/lambdakit/';
const POLICY_NAME = 'lambdakit';
/** IAM quotas: a role name has at most 64 characters. */
const MAX_NAME = 64;

/** The name of the role that belongs to a function; roles have no region, so it is in the name. */
export function roleNameOf(functionName: string, region: string): string {
  const name = `${functionName}-${region}`;
  if (name.length <= MAX_NAME) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, MAX_NAME - 9)}-${digest}`;
}

/** True for the ARN of the role that we made for this function. */
export function isOwnRole(roleArn: string, functionName: string, region: string): boolean {
  return roleArn.endsWith(`:role${ROLE_PATH}${roleNameOf(functionName, region)}`);
}

/** A role as it is now. */
export interface CurrentRole {
  readonly arn: string | undefined;
  readonly statements: readonly RoleStatement[] | undefined;
}

/** Reads a role of ours and its policy. Where the ARN is known already (from the function), it costs one call. */
export async function readRole(calls: RoleCalls, roleName: string, knownArn: string | undefined): Promise<CurrentRole> {
  const [role, policy] = await Promise.all([
    knownArn === undefined ? unlessNotFound(calls.getRole({ RoleName: roleName })) : undefined,
    unlessNotFound(calls.getRolePolicy({ RoleName: roleName, PolicyName: POLICY_NAME })),
  ]);
  return { arn: knownArn ?? role?.Role?.Arn, statements: readStatements(policy?.PolicyDocument) };
}

/** The ARN of a role that somebody else has made. @throws LambdakitError `not-found` */
export async function findRoleArn(calls: Pick<IamCalls, 'getRole'>, roleName: string): Promise<string> {
  const { Role } = await calls.getRole({ RoleName: roleName });
  return Role?.Arn ?? '';
}

/** Makes the role of a function, or takes the one that an earlier attempt has made. */
export async function createRole(
  calls: RoleCalls,
  { roleName, functionName, statements }: CreateRoleOptions,
): Promise<string> {
  const arn = await createOrFind(calls, roleName, functionName);
  await putRolePolicy(calls, roleName, statements);
  return arn;
}

export interface CreateRoleOptions {
  readonly roleName: string;
  readonly functionName: string;
  readonly statements: readonly RoleStatement[];
}

export async function putRolePolicy(
  calls: Pick<IamCalls, 'putRolePolicy'>,
  roleName: string,
  statements: readonly RoleStatement[],
): Promise<void> {
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  await calls.putRolePolicy({ RoleName: roleName, PolicyName: POLICY_NAME, PolicyDocument });
}

/** Removes a role of ours; one that is gone already, or that somebody has added policies to, is left. */
export async function deleteRole(calls: RoleCalls, roleName: string): Promise<'deleted' | 'kept'> {
  await unlessNotFound(calls.deleteRolePolicy({ RoleName: roleName, PolicyName: POLICY_NAME }));
  try {
    await unlessNotFound(calls.deleteRole({ RoleName: roleName }));
    return 'deleted';
  } catch (error) {
    if (isLambdakitError(error) && /^DeleteConflict/.test(String(error.details?.awsCode))) return 'kept';
    throw error;
  }
}

async function createOrFind(calls: RoleCalls, roleName: string, functionName: string): Promise<string> {
  try {
    const { Role } = await calls.createRole({
      RoleName: roleName,
      Path: ROLE_PATH,
      AssumeRolePolicyDocument: JSON.stringify(TRUST_POLICY),
      Description: `Execution role of the Lambda function ${functionName}`,
      Tags: [{ Key: 'lambdakit:function', Value: functionName }],
    });
    return Role?.Arn ?? '';
  } catch (error) {
    const exists = isLambdakitError(error) && /^EntityAlreadyExists/.test(String(error.details?.awsCode));
    if (!exists) throw error;
    return findRoleArn(calls, roleName);
  }
}

/** IAM answers policy documents percent-encoded (IAM API reference, GetRolePolicy). */
function readStatements(document: string | undefined): readonly RoleStatement[] | undefined {
  if (document === undefined) return undefined;
  const text = document.trimStart().startsWith('{') ? document : decodeURIComponent(document);
  const { Statement } = JSON.parse(text) as { readonly Statement?: readonly RoleStatement[] };
  return Statement;
}
