import { findRoleArn, roleNameOf } from '../../aws/iam-role.js';
import type { ResolvedFunction } from '../../config/resolve-function.js';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import { partitionOf } from '../../lambda/arn.js';
import { roleStatements } from '../../lambda/execution-role.js';
import type { Neighbours } from '../action-context.js';
import type { DesiredRole } from './desired-function.js';

/** The account of the local service; its roles are names and nothing more. */
const LOCAL_ROLE_PREFIX = 'arn:aws:iam::000000000000:role/';

/** The execution role that a function is to have: an ARN, or one that we keep for it. */
export interface RoleChoice {
  readonly arn?: string;
  readonly own?: DesiredRole;
}

/**
 * Settles `role`: an ARN as it is, a name by looking it up, `auto` as the least that the function needs.
 * @throws LambdakitError `not-found`, `region-missing`
 */
export async function desiredRole(resolved: ResolvedFunction, neighbours: Neighbours): Promise<RoleChoice> {
  const { role } = resolved.config;
  if (role?.startsWith('arn:') === true) return { arn: role };
  const { iam, region } = neighbours;
  if (iam === undefined) {
    return { arn: `${LOCAL_ROLE_PREFIX}${role === undefined || role === 'auto' ? 'lambdakit-local' : role}` };
  }
  if (role === undefined) return {};
  if (role !== 'auto') return { arn: await findRoleArn(iam, role) };
  if (region === undefined) {
    throw new LambdakitError('region-missing', 'No AWS region is set, and the name of the role holds it.', {
      hint: 'Give --region, set AWS_REGION, or write "region" into lambdakit.json.',
    });
  }
  return { own: ownRole(resolved, region) };
}

function ownRole(resolved: ResolvedFunction, region: string): DesiredRole {
  return { roleName: roleNameOf(resolved.functionName, region), statements: ownStatements(resolved, region) };
}

/** What a role of the function's own allows. */
export function ownStatements(
  { config, functionName }: Pick<ResolvedFunction, 'config' | 'functionName'>,
  region: string,
): DesiredRole['statements'] {
  const { eventInvokeConfig, eventSources = [], deadLetterConfig, fileSystemConfigs = [] } = config;
  const { onSuccess, onFailure } = eventInvokeConfig?.destinationConfig ?? {};
  const destinations = [onSuccess, onFailure, ...eventSources.map((source) => source.destinationConfig?.onFailure)];
  const secrets = eventSources.flatMap((source) => source.sourceAccessConfigurations ?? []).map(({ uri }) => uri);
  return roleStatements({
    region,
    partition: partitionOf(region),
    logGroup: config.loggingConfig?.logGroup ?? `/aws/lambda/${functionName}`,
    hasVpc: (config.vpcConfig?.subnetIds.length ?? 0) > 0,
    hasTracing: config.tracingConfig?.mode === 'Active',
    deadLetterTargetArn: deadLetterConfig?.targetArn,
    destinationArns: destinations.flatMap((target) => (target === undefined ? [] : [target.destination])),
    eventSourceArns: eventSources.flatMap(({ eventSourceArn }) =>
      eventSourceArn === undefined ? [] : [eventSourceArn],
    ),
    secretArns: secrets.filter((uri) => /^arn:aws[a-zA-Z-]*:secretsmanager:/.test(uri)),
    kmsKeyArn: config.kmsKeyArn,
    accessPointArns: fileSystemConfigs.map(({ arn }) => arn),
  });
}
