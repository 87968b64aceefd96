import { readRules } from '../../aws/event-rules.js';
import type { AliasConfiguration, GetFunctionResponse } from '../../aws/lambda-calls.js';
import { isLambdakitError, LambdakitError } from '../../errors/lambdakit-error.js';
import type { ActionContext } from '../action-context.js';
import { allPages } from '../all-pages.js';
import { type CurrentCompanions, readCurrentCompanions } from '../deploy/current-companions.js';
import type { DesiredCompanions } from '../deploy/desired-companions.js';
import { isSameRelease } from '../deploy/plan-release.js';
import type { DeployedFunction } from './config-of-deployed.js';
import type { Unmapped } from './imported-project.js';

export interface ReadDeployed extends DeployedFunction {
  readonly code: GetFunctionResponse['Code'];
  readonly unmapped: readonly Unmapped[];
}

/** Everything that can stand beside a function. */
const ALL: DesiredCompanions = {
  provisionedConcurrency: 1,
  eventInvokeConfig: {},
  url: { AuthType: 'NONE' },
  permissions: [],
  eventSources: [],
  runtimeManagement: {},
  recursiveLoop: 'Terminate',
  codeSigningConfigArn: '',
};

/**
 * Reads a function with all that belongs to it. A project has one alias: the one that is named, or the only one
 * when its version is what is deployed as $LATEST. The others are told as not taken over.
 * @throws LambdakitError `not-found`
 */
export async function readDeployed(
  functionName: string,
  wantedAlias: string | undefined,
  context: ActionContext,
): Promise<ReadDeployed> {
  const [calls, { events, logs }] = await Promise.all([context.lambda(), context.neighbours()]);
  const found = await calls.getFunction({ FunctionName: functionName });
  const configuration = found.Configuration ?? {};
  const name = configuration.FunctionName ?? functionName;
  const aliases = await allPages(
    (marker) => calls.listAliases({ FunctionName: name, ...marker }),
    ({ Aliases, NextMarker }) => ({ items: Aliases, next: NextMarker }),
  );
  const { alias, unmapped } = await chooseAlias(aliases, wantedAlias, async (qualifier) =>
    isSameRelease(await calls.getFunctionConfiguration({ FunctionName: name, Qualifier: qualifier }), configuration),
  );
  const readAt = (qualifier: string | undefined) =>
    readCurrentCompanions({ calls, events: undefined, functionName: name, qualifier, desired: ALL });
  const others = [undefined, ...aliases.map(({ Name }) => Name)].filter((qualifier) => qualifier !== alias);
  const [companions, ...elsewhere] = await Promise.all([readAt(alias), ...others.map(readAt)]);
  const rules = events === undefined ? [] : await orNothing(readRules(events, name));
  return {
    configuration,
    code: found.Code,
    tags: found.Tags ?? {},
    reservedConcurrency: found.Concurrency?.ReservedConcurrentExecutions,
    companions: { ...(companions as CurrentCompanions), rules },
    alias,
    logRetentionDays: await retentionOf(configuration.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`, logs),
    unmapped: [
      ...unmapped,
      ...elsewhere.flatMap((beside, index) => besideOther(beside, others[index] ?? '$LATEST', companions)),
    ],
  };
}

async function chooseAlias(
  aliases: readonly AliasConfiguration[],
  wanted: string | undefined,
  isLatest: (alias: string) => Promise<boolean>,
): Promise<{ readonly alias: string | undefined; readonly unmapped: readonly Unmapped[] }> {
  const chosen =
    wanted === undefined && aliases.length === 1 ? aliases[0] : aliases.find(({ Name }) => Name === wanted);
  if (wanted !== undefined && chosen === undefined) {
    throw new LambdakitError('not-found', `The function has no alias ${wanted}.`, {
      hint: `It has ${aliases.map(({ Name }) => Name).join(', ') || 'none'}.`,
    });
  }
  const others = aliases
    .filter((alias) => alias !== chosen)
    .map(({ Name = '', FunctionVersion }) => ({
      path: `aliases.${Name}`,
      reason: `a project has one alias for each function; this one stays at version ${FunctionVersion ?? ''} (--alias chooses)`,
    }));
  const name = chosen?.Name;
  if (chosen === undefined || name === undefined) return { alias: undefined, unmapped: others };
  const weights = Object.keys(chosen.RoutingConfig?.AdditionalVersionWeights ?? {});
  const shifting = weights.map((version) => ({
    path: `aliases.${name}.routingConfig`,
    reason: `version ${version} has a part of its traffic; weights are set by \`alias shift\``,
  }));
  if (await isLatest(name)) return { alias: name, unmapped: [...others, ...shifting] };
  const reason = `it is at version ${chosen.FunctionVersion ?? ''}, which is not what $LATEST is: write "alias": "${name}" to release with the next deployment`;
  return { alias: undefined, unmapped: [...others, { path: `aliases.${name}`, reason }] };
}

/** What belongs to another qualifier than the one that the project deploys to. */
function besideOther(
  beside: CurrentCompanions,
  qualifier: string,
  taken: CurrentCompanions | undefined,
): readonly Unmapped[] {
  const known = new Set(taken?.eventSources.map(({ UUID }) => UUID));
  const found = {
    url: beside.url === undefined ? 0 : 1,
    eventInvokeConfig: beside.eventInvokeConfig === undefined ? 0 : 1,
    'concurrency.provisioned': beside.provisioned === undefined ? 0 : 1,
    permissions: beside.statements.length,
    // Without a qualifier all event sources of the function are listed.
    eventSources: beside.eventSources.filter(({ UUID }) => !known.has(UUID)).length,
  };
  return Object.entries(found)
    .filter(([, count]) => count > 0)
    .map(([what]) => ({ path: `${qualifier}.${what}`, reason: `it belongs to ${qualifier} and stays as it is` }));
}

async function retentionOf(
  logGroup: string,
  logs: Awaited<ReturnType<ActionContext['neighbours']>>['logs'],
): Promise<number | undefined> {
  if (logs === undefined) return undefined;
  const found = await orNothing(logs.describeLogGroups({ logGroupNamePrefix: logGroup }));
  return found?.logGroups?.find(({ logGroupName }) => logGroupName === logGroup)?.retentionInDays;
}

/** Whoever may read a function may know nothing of log groups and rules, and another Lambda API need not have them. */
async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isLambdakitError(error) && error.kind === 'remote') return undefined;
    throw error;
  }
}
