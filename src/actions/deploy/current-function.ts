import type { RuleCalls } from '../../aws/event-rules.js';
import { type CurrentRole, type RoleCalls, readRole } from '../../aws/iam-role.js';
import type { FunctionConfiguration, LambdaCalls } from '../../aws/lambda-calls.js';
import type { LogsCalls } from '../../aws/neighbour-calls.js';
import { unlessNotFound } from '../../aws/not-found.js';
import {
  type CurrentCompanions,
  type CurrentCompanionsCalls,
  NO_COMPANIONS,
  readCurrentCompanions,
  readSchedules,
} from './current-companions.js';
import type { DesiredFunction } from './desired-function.js';

/** What is deployed now. */
export interface CurrentFunction {
  /** Undefined when there is no such function, and only things beside it were found. */
  readonly configuration: FunctionConfiguration | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** For a function that runs an image: its address as it was given, and by digest. */
  readonly imageUris?: readonly string[] | undefined;
  readonly companions: CurrentCompanions;
  /** The version that the alias points to, with its settings; undefined when there is no such alias. */
  readonly aliasVersion?: FunctionConfiguration | undefined;
  /** The newest published version; read only when a version is wanted without an alias. */
  readonly newestVersion?: FunctionConfiguration | undefined;
  /** The role that we keep for this function. */
  readonly role?: CurrentRole | undefined;
  /** `unmanaged` where the service keeps no log groups. */
  readonly logGroup?: CurrentLogGroup | 'unmanaged' | undefined;
}

export interface CurrentLogGroup {
  readonly retentionDays: number | undefined;
}

export type CurrentFunctionCalls = CurrentCompanionsCalls &
  Pick<LambdaCalls, 'getFunction' | 'getFunctionConfiguration' | 'listVersionsByFunction'>;

export interface ReadCurrentOptions {
  readonly calls: CurrentFunctionCalls;
  readonly iam: RoleCalls | undefined;
  readonly logs: Pick<LogsCalls, 'describeLogGroups'> | undefined;
  readonly events: RuleCalls | undefined;
}

/**
 * Reads the deployed function: one call, and then side by side one more for the alias or the versions
 * and for each companion that the project speaks of.
 */
export async function readCurrentFunction(
  { calls, iam, logs, events }: ReadCurrentOptions,
  desired: DesiredFunction,
): Promise<CurrentFunction> {
  const { functionName, alias, publish, companions } = desired;
  const found = await unlessNotFound(calls.getFunction({ FunctionName: functionName }));
  const configuration = found?.Configuration;
  const [role, logGroup] = [readOwnRole(iam, desired, configuration), readLogGroup(logs, desired)];
  if (configuration === undefined) {
    return {
      configuration,
      tags: {},
      companions: { ...NO_COMPANIONS, rules: await readSchedules(events, functionName, companions) },
      role: await role,
      logGroup: await logGroup,
    };
  }
  const [read, aliasVersion, newestVersion] = await Promise.all([
    readCurrentCompanions({ calls, events, functionName, qualifier: alias, desired: companions }),
    alias === undefined
      ? undefined
      : unlessNotFound(calls.getFunctionConfiguration({ FunctionName: functionName, Qualifier: alias })),
    alias === undefined && publish ? readNewestVersion(calls, functionName) : undefined,
  ]);
  return {
    configuration,
    tags: found?.Tags ?? {},
    imageUris: [found?.Code?.ImageUri, found?.Code?.ResolvedImageUri].filter((uri) => uri !== undefined),
    companions: { ...read, reservedConcurrency: found?.Concurrency?.ReservedConcurrentExecutions },
    aliasVersion,
    newestVersion,
    role: await role,
    logGroup: await logGroup,
  };
}

async function readOwnRole(
  iam: RoleCalls | undefined,
  { role }: DesiredFunction,
  configuration: FunctionConfiguration | undefined,
): Promise<CurrentRole | undefined> {
  if (role === undefined || iam === undefined) return undefined;
  const deployed = configuration?.Role;
  return readRole(iam, role.roleName, deployed?.endsWith(`/${role.roleName}`) === true ? deployed : undefined);
}

async function readLogGroup(
  logs: ReadCurrentOptions['logs'],
  { companions: { logRetention } }: DesiredFunction,
): Promise<CurrentFunction['logGroup']> {
  if (logRetention === undefined) return undefined;
  if (logs === undefined) return 'unmanaged';
  const { logGroups } = await logs.describeLogGroups({ logGroupNamePrefix: logRetention.logGroup });
  const group = logGroups?.find(({ logGroupName }) => logGroupName === logRetention.logGroup);
  return group === undefined ? undefined : { retentionDays: group.retentionInDays };
}

async function readNewestVersion(
  calls: CurrentFunctionCalls,
  functionName: string,
): Promise<FunctionConfiguration | undefined> {
  let newest: FunctionConfiguration | undefined;
  let marker: string | undefined;
  do {
    const page = await calls.listVersionsByFunction({
      FunctionName: functionName,
      ...(marker !== undefined && { Marker: marker }),
    });
    newest = page.Versions?.at(-1) ?? newest;
    marker = page.NextMarker || undefined;
  } while (marker !== undefined);
  return newest?.Version === '$LATEST' ? undefined : newest;
}
