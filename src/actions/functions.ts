import type { FunctionConfiguration } from '../aws/lambda-calls.js';
import { unlessNotFound } from '../aws/not-found.js';
import { isLambdakitError } from '../errors/lambdakit-error.js';
import type { ActionContext, Neighbours } from './action-context.js';
import { type AliasSummary, summaryOf } from './alias.js';
import { allPages } from './all-pages.js';
import { resolveFunctionTarget } from './function-target.js';
import { openQualifiedFunction } from './qualified-function.js';

/** A function as a list shows it. */
export interface FunctionSummary {
  readonly functionName: string;
  readonly functionArn: string;
  readonly runtime: string;
  readonly memorySize: number;
  readonly timeout: number;
  readonly codeSize: number;
  readonly lastModified: string;
}

/** All functions of the region, by name. */
export async function listFunctions(context: ActionContext): Promise<readonly FunctionSummary[]> {
  const calls = await context.lambda();
  const functions = await allPages(
    (marker) => calls.listFunctions(marker),
    ({ Functions, NextMarker }) => ({ items: Functions, next: NextMarker }),
  );
  return functions.map(functionSummary).sort((a, b) => (a.functionName < b.functionName ? -1 : 1));
}

function functionSummary(configuration: FunctionConfiguration): FunctionSummary {
  return {
    functionName: configuration.FunctionName ?? '',
    functionArn: configuration.FunctionArn ?? '',
    runtime: configuration.Runtime ?? (configuration.PackageType === 'Image' ? 'image' : ''),
    memorySize: configuration.MemorySize ?? 0,
    timeout: configuration.Timeout ?? 0,
    codeSize: configuration.CodeSize ?? 0,
    lastModified: configuration.LastModified ?? '',
  };
}

/** All that there is to know of a deployed function. Values of environment variables are left out. */
export interface FunctionStatus extends FunctionSummary {
  readonly state: string;
  readonly stateReason?: string;
  readonly lastUpdateStatus: string;
  readonly lastUpdateStatusReason?: string;
  readonly version: string;
  readonly handler: string;
  readonly role: string;
  readonly architectures: readonly string[];
  readonly codeSha256: string;
  readonly layers: readonly string[];
  readonly environmentVariableNames: readonly string[];
  readonly aliases: readonly AliasSummary[];
  readonly tags: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number;
  readonly url?: string;
}

/** Reads a function with its aliases and its URL. */
export async function describeFunction(
  target: string,
  qualifier: string | undefined,
  context: ActionContext,
): Promise<FunctionStatus> {
  const { calls, key } = await openQualifiedFunction({ target, qualifier }, context);
  const { FunctionName } = key;
  const [found, aliases, url] = await Promise.all([
    calls.getFunction(key),
    allPages(
      (marker) => calls.listAliases({ FunctionName, ...marker }),
      ({ Aliases, NextMarker }) => ({ items: Aliases, next: NextMarker }),
    ),
    unlessNotFound(calls.getFunctionUrlConfig({ FunctionName })),
  ]);
  const configuration = found.Configuration ?? {};
  const reserved = found.Concurrency?.ReservedConcurrentExecutions;
  return {
    ...functionSummary(configuration),
    state: configuration.State ?? '',
    ...(configuration.StateReason !== undefined && { stateReason: configuration.StateReason }),
    lastUpdateStatus: configuration.LastUpdateStatus ?? '',
    ...(configuration.LastUpdateStatusReason !== undefined && {
      lastUpdateStatusReason: configuration.LastUpdateStatusReason,
    }),
    version: configuration.Version ?? '',
    handler: configuration.Handler ?? '',
    role: configuration.Role ?? '',
    architectures: configuration.Architectures ?? [],
    codeSha256: configuration.CodeSha256 ?? '',
    layers: configuration.Layers?.map(({ Arn }) => Arn ?? '') ?? [],
    environmentVariableNames: Object.keys(configuration.Environment?.Variables ?? {}).sort(),
    aliases: aliases.map(summaryOf),
    tags: found.Tags ?? {},
    ...(reserved !== undefined && { reservedConcurrency: reserved }),
    ...(url?.FunctionUrl !== undefined && { url: url.FunctionUrl }),
  };
}

/** What deleting a function has taken away. */
export interface DeleteFunctionResult {
  readonly functionName: string;
  /** The role that was made for this function alone. */
  readonly deletedRole?: string;
  /** The rules of EventBridge that a deployment has made to invoke it. */
  readonly deletedRules?: readonly string[];
}

/** Deletes a function with all its versions and aliases, and the role and the schedules that a deployment has made for it. */
export async function deleteFunction(target: string, context: ActionContext): Promise<DeleteFunctionResult> {
  const { functionName } = await resolveFunctionTarget(target, context);
  const [calls, { iam, events }] = await Promise.all([context.lambda(), context.neighbours()]);
  if (iam === undefined) {
    await calls.deleteFunction({ FunctionName: functionName });
    return { functionName };
  }
  const { Role = '', FunctionArn = '' } = await orNothing(
    calls.getFunctionConfiguration({ FunctionName: functionName }),
  );
  await calls.deleteFunction({ FunctionName: functionName });
  const name = FunctionArn.split(':')[6] ?? '';
  const deletedRules = events === undefined || name === '' ? [] : await deleteSchedules(events, name, context);
  const deleted = { functionName, ...(deletedRules.length > 0 && { deletedRules }) };
  const { deleteRole, isOwnRole } = await import('../aws/iam-role.js');
  const region = FunctionArn.split(':')[3] ?? '';
  if (!isOwnRole(Role, name, region)) return deleted;
  const roleName = Role.slice(Role.lastIndexOf('/') + 1);
  if ((await deleteRole(iam, roleName)) === 'deleted') return { ...deleted, deletedRole: roleName };
  context.progress({
    kind: 'warning',
    subject: functionName,
    text: `the role ${roleName} has policies of others and stays`,
  });
  return deleted;
}

/** Whoever may delete a function may know nothing of rules; then those that there may be are named by a warning. */
async function deleteSchedules(
  events: NonNullable<Neighbours['events']>,
  functionName: string,
  { progress }: ActionContext,
): Promise<readonly string[]> {
  const { deleteRule, readRules } = await import('../aws/event-rules.js');
  try {
    const own = (await readRules(events, functionName)).filter(({ target }) => target !== undefined);
    for (const rule of own) await deleteRule(events, rule);
    return own.map(({ ruleName }) => ruleName);
  } catch (error) {
    if (!isLambdakitError(error) || error.kind !== 'remote') throw error;
    // Another Lambda API need not have rules beside it.
    const kind = error.code === 'access-denied' ? 'warning' : 'detail';
    progress({ kind, subject: functionName, text: `its schedules, if it has any, stay: ${error.message}` });
    return [];
  }
}

/** Whoever may delete a function may not always read it; then its role is not ours to look for. */
async function orNothing(answer: Promise<FunctionConfiguration>): Promise<FunctionConfiguration> {
  try {
    return await answer;
  } catch (error) {
    if (isLambdakitError(error) && error.code === 'access-denied') return {};
    throw error;
  }
}
