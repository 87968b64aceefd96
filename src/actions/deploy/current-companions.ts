import { type CurrentRule, type RuleCalls, readRules } from '../../aws/event-rules.js';
import type { LambdaCalls } from '../../aws/lambda-calls.js';
import { unlessNotFound } from '../../aws/not-found.js';
import { allPages } from '../all-pages.js';
import type { DesiredCompanions } from './desired-companions.js';
import { type PermissionStatement, readPolicyStatements } from './policy-statement.js';

/** What stands beside a function now; only what was asked for. */
export interface CurrentCompanions {
  readonly reservedConcurrency?: number | undefined;
  readonly provisioned?: { readonly requested: number | undefined; readonly status: string | undefined } | undefined;
  readonly eventInvokeConfig?: object | undefined;
  readonly url?: { readonly FunctionUrl?: string | undefined } | undefined;
  readonly statements: readonly PermissionStatement[];
  readonly eventSources: readonly CurrentEventSource[];
  /** Rules of EventBridge with names as the function's own have. */
  readonly rules?: readonly CurrentRule[] | undefined;
  readonly runtimeManagement?: object | undefined;
  readonly recursiveLoop?: string | undefined;
  readonly codeSigningConfigArn?: string | undefined;
}

export type CurrentEventSource = Readonly<Record<string, unknown>> & { readonly UUID: string };

export const NO_COMPANIONS: CurrentCompanions = { statements: [], eventSources: [] };

export type CurrentCompanionsCalls = Pick<
  LambdaCalls,
  | 'getProvisionedConcurrencyConfig'
  | 'getFunctionEventInvokeConfig'
  | 'getFunctionUrlConfig'
  | 'getPolicy'
  | 'listEventSourceMappings'
  | 'getRuntimeManagementConfig'
  | 'getFunctionRecursionConfig'
  | 'getFunctionCodeSigningConfig'
>;

export interface ReadCompanionsOptions {
  readonly calls: CurrentCompanionsCalls;
  readonly events: RuleCalls | undefined;
  readonly functionName: string;
  readonly qualifier: string | undefined;
  readonly desired: DesiredCompanions;
}

/** Reads what the project has something to say about, side by side: one call for each companion. */
export async function readCurrentCompanions(options: ReadCompanionsOptions): Promise<CurrentCompanions> {
  const { calls, events, functionName, qualifier, desired } = options;
  const FunctionName = functionName;
  const target = { FunctionName, ...(qualifier !== undefined && { Qualifier: qualifier }) };
  const ask = async <T>(isWanted: boolean, call: () => Promise<T>): Promise<T | undefined> =>
    isWanted ? unlessNotFound(call()) : undefined;
  const [provisioned, eventInvokeConfig, url, policy, eventSources, runtime, recursion, signing, rules] =
    await Promise.all([
      ask(desired.provisionedConcurrency !== undefined && qualifier !== undefined, () =>
        calls.getProvisionedConcurrencyConfig({ FunctionName, Qualifier: qualifier }),
      ),
      ask(desired.eventInvokeConfig !== undefined, () => calls.getFunctionEventInvokeConfig(target)),
      ask(desired.url !== undefined, () => calls.getFunctionUrlConfig(target)),
      ask(desired.permissions !== undefined || desired.schedules !== undefined, () => calls.getPolicy(target)),
      ask(desired.eventSources !== undefined, () => readEventSources(calls, functionName, qualifier)),
      ask(desired.runtimeManagement !== undefined, () => calls.getRuntimeManagementConfig({ FunctionName })),
      ask(desired.recursiveLoop !== undefined, () => calls.getFunctionRecursionConfig({ FunctionName })),
      ask(desired.codeSigningConfigArn !== undefined, () => calls.getFunctionCodeSigningConfig({ FunctionName })),
      readSchedules(events, functionName, desired),
    ]);
  return {
    ...(provisioned !== undefined && {
      provisioned: {
        requested: provisioned.RequestedProvisionedConcurrentExecutions,
        status: provisioned.Status,
      },
    }),
    eventInvokeConfig,
    url,
    statements: readPolicyStatements(policy?.Policy),
    eventSources: eventSources ?? [],
    runtimeManagement: runtime,
    recursiveLoop: recursion?.RecursiveLoop,
    codeSigningConfigArn: signing?.CodeSigningConfigArn,
    rules,
  };
}

/** The rules that a function has, where the project speaks of schedules. */
export async function readSchedules(
  events: RuleCalls | undefined,
  functionName: string,
  { schedules }: DesiredCompanions,
): Promise<readonly CurrentRule[] | undefined> {
  return schedules === undefined || events === undefined ? undefined : readRules(events, functionName);
}

async function readEventSources(
  calls: Pick<LambdaCalls, 'listEventSourceMappings'>,
  functionName: string,
  qualifier: string | undefined,
): Promise<readonly CurrentEventSource[]> {
  const name = qualifier === undefined ? functionName : `${functionName}:${qualifier}`;
  const found = await allPages(
    (marker) => calls.listEventSourceMappings({ FunctionName: name, ...marker }),
    ({ EventSourceMappings, NextMarker }) => ({ items: EventSourceMappings, next: NextMarker }),
  );
  return found
    .filter(({ State }) => State !== 'Deleting')
    .map((mapping) => ({
      ...mapping,
      UUID: mapping.UUID ?? '',
      Enabled: mapping.State !== 'Disabled' && mapping.State !== 'Disabling',
    }));
}
