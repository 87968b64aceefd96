import { additionsOf, type Change, changesOf } from './change.js';
import type { CompanionStep } from './companion-step.js';
import type { CurrentCompanions } from './current-companions.js';
import { type DesiredCompanions, type DesiredEventSource, PUBLIC_URL_STATEMENTS } from './desired-companions.js';
import { isSameStatement, isScheduleStatement, type PermissionStatement } from './policy-statement.js';

export interface PlanCompanionsOptions {
  readonly functionName: string;
  /** The alias that permissions, URL, event sources and asynchronous settings belong to; undefined: the function itself. */
  readonly qualifier: string | undefined;
  readonly desired: DesiredCompanions;
  readonly current: CurrentCompanions;
}

/** What a plan does beside the function. */
export interface CompanionPlan {
  /** On the function itself; independent of versions. */
  readonly ofFunction: readonly CompanionStep[];
  /** On the alias, after it exists. */
  readonly ofAlias: readonly CompanionStep[];
  /** What was found and is left as it is. */
  readonly notes: readonly string[];
}

/** Compares what stands beside the function with what is wanted. Pure. */
export function planCompanions(options: PlanCompanionsOptions): CompanionPlan {
  const permissions = planPermissions(options);
  const eventSources = planEventSources(options);
  return {
    ofFunction: [...planConcurrency(options), ...planRuntime(options)],
    ofAlias: [
      ...planEventInvokeConfig(options),
      ...permissions.steps,
      ...planUrl(options),
      ...planProvisioned(options),
      ...eventSources.steps,
    ],
    notes: [...permissions.notes, ...eventSources.notes],
  };
}

function planConcurrency({ functionName, desired, current }: PlanCompanionsOptions): readonly CompanionStep[] {
  const { reservedConcurrency: to } = desired;
  const from = current.reservedConcurrency;
  if (to === undefined || to === from) return [];
  return [
    {
      step: 'companion',
      subject: 'reserved concurrency',
      changes: [{ setting: 'ReservedConcurrentExecutions', from, to }],
      call: 'putFunctionConcurrency',
      request: { FunctionName: functionName, ReservedConcurrentExecutions: to },
    },
  ];
}

function planRuntime({ functionName, desired, current }: PlanCompanionsOptions): readonly CompanionStep[] {
  const { codeSigningConfigArn, runtimeManagement, recursiveLoop } = desired;
  const FunctionName = functionName;
  const steps: CompanionStep[] = [];
  const add = (subject: string, changes: readonly Change[], call: CompanionStep['call'], request: object): void => {
    if (changes.length > 0) steps.push({ step: 'companion', subject, changes, call, request });
  };
  if (codeSigningConfigArn !== undefined) {
    const wanted = { CodeSigningConfigArn: codeSigningConfigArn };
    const changes = changesOf(wanted, { CodeSigningConfigArn: current.codeSigningConfigArn });
    add('code signing', changes, 'putFunctionCodeSigningConfig', { FunctionName, ...wanted });
  }
  if (runtimeManagement !== undefined) {
    const changes = changesOf(runtimeManagement, current.runtimeManagement);
    add('runtime management', changes, 'putRuntimeManagementConfig', { FunctionName, ...runtimeManagement });
  }
  if (recursiveLoop !== undefined) {
    const wanted = { RecursiveLoop: recursiveLoop };
    const changes = changesOf(wanted, { RecursiveLoop: current.recursiveLoop });
    add('recursive loop', changes, 'putFunctionRecursionConfig', { FunctionName, ...wanted });
  }
  return steps;
}

function planEventInvokeConfig(options: PlanCompanionsOptions): readonly CompanionStep[] {
  const { desired, current } = options;
  const { eventInvokeConfig } = desired;
  if (eventInvokeConfig === undefined) return [];
  const changes = changesOf(eventInvokeConfig, current.eventInvokeConfig);
  // An empty block makes nothing: the service refuses a configuration without content.
  if (changes.length === 0) return [];
  const isNew = current.eventInvokeConfig === undefined;
  return [
    {
      step: 'companion',
      subject: 'asynchronous invocation',
      changes,
      call: isNew ? 'putFunctionEventInvokeConfig' : 'updateFunctionEventInvokeConfig',
      request: { ...target(options), ...eventInvokeConfig },
    },
  ];
}

function planUrl(options: PlanCompanionsOptions): readonly CompanionStep[] {
  const { desired, current } = options;
  if (desired.url === undefined) return [];
  const changes = changesOf(desired.url, current.url);
  if (changes.length === 0) return [];
  return [
    {
      step: 'companion',
      subject: 'function URL',
      changes,
      call: current.url === undefined ? 'createFunctionUrlConfig' : 'updateFunctionUrlConfig',
      request: { ...target(options), ...desired.url },
    },
  ];
}

function planProvisioned(options: PlanCompanionsOptions): readonly CompanionStep[] {
  const { desired, current } = options;
  const to = desired.provisionedConcurrency;
  const from = current.provisioned?.requested;
  if (to === undefined || (to === from && current.provisioned?.status !== 'FAILED')) return [];
  return [
    {
      step: 'companion',
      subject: 'provisioned concurrency',
      changes: [{ setting: 'ProvisionedConcurrentExecutions', from, to }],
      call: 'putProvisionedConcurrencyConfig',
      request: { ...target(options), ProvisionedConcurrentExecutions: to },
    },
  ];
}

interface StepsAndNotes {
  readonly steps: readonly CompanionStep[];
  readonly notes: readonly string[];
}

function planPermissions(options: PlanCompanionsOptions): StepsAndNotes {
  const { desired, current } = options;
  const wanted = desired.permissions;
  if (wanted === undefined) return { steps: [], notes: [] };
  const deployed = new Map(current.statements.map((statement) => [statement.StatementId, statement]));
  const steps = wanted.flatMap((statement): readonly CompanionStep[] => {
    const before = deployed.get(statement.StatementId);
    if (before === undefined) return [addition(options, statement)];
    return isSameStatement(statement, before) ? [] : [removal(options, before), addition(options, statement)];
  });
  const names = new Set(wanted.map(({ StatementId }) => StatementId));
  const others = current.statements.filter(
    (statement) => !names.has(statement.StatementId) && !isScheduleStatement(statement),
  );
  // A URL that now asks for a signature must not stay open by the statements that once made it public.
  const isObsolete = ({ StatementId }: PermissionStatement): boolean =>
    (desired.prunes === true && desired.listsPermissions === true) ||
    (desired.url?.AuthType === 'AWS_IAM' && PUBLIC_URL_STATEMENTS.some((open) => open.StatementId === StatementId));
  return {
    steps: [...steps, ...others.filter(isObsolete).map((statement) => removal(options, statement))],
    notes: others
      .filter((statement) => desired.listsPermissions === true && !isObsolete(statement))
      .map(({ StatementId }) => `permission ${StatementId} was set elsewhere and stays (--prune removes it)`),
  };
}

function addition(options: PlanCompanionsOptions, statement: PermissionStatement): CompanionStep {
  const { StatementId, ...members } = statement;
  return {
    step: 'companion',
    subject: `permission ${StatementId}`,
    changes: additionsOf(members),
    call: 'addPermission',
    request: { ...target(options), ...statement },
  };
}

function removal(options: PlanCompanionsOptions, { StatementId, ...members }: PermissionStatement): CompanionStep {
  return {
    step: 'companion',
    subject: `permission ${StatementId}`,
    changes: additionsOf(members).map(({ setting, to }) => ({ setting, from: to, to: undefined })),
    call: 'removePermission',
    request: { ...target(options), StatementId },
  };
}

/** Members that only count when a mapping is made, or that name its source. */
const FIXED: ReadonlySet<string> = new Set([
  'EventSourceArn',
  'StartingPosition',
  'StartingPositionTimestamp',
  'SelfManagedEventSource',
  'Topics',
  'Queues',
  'Tags',
]);

function planEventSources(options: PlanCompanionsOptions): StepsAndNotes {
  const { desired, current, functionName, qualifier } = options;
  const wanted = desired.eventSources;
  if (wanted === undefined) return { steps: [], notes: [] };
  const deployed = new Map(current.eventSources.map((source) => [sourceName(source), source]));
  const steps = wanted.flatMap((source): readonly CompanionStep[] => {
    const name = sourceName(source);
    const subject = `event source ${name}`;
    const before = deployed.get(name);
    if (before === undefined) {
      const request = { FunctionName: qualified(functionName, qualifier), ...source };
      return [{ step: 'companion', subject, changes: additionsOf(source), call: 'createEventSourceMapping', request }];
    }
    const changeable = Object.fromEntries(Object.entries(source).filter(([key]) => !FIXED.has(key)));
    const changes = changesOf(changeable, before);
    if (changes.length === 0) return [];
    const request = { UUID: before.UUID, ...changeable };
    return [{ step: 'companion', subject, changes, call: 'updateEventSourceMapping', request }];
  });
  const names = new Set(wanted.map(sourceName));
  const others = [...deployed].filter(([name]) => !names.has(name));
  if (desired.prunes !== true) {
    return {
      steps,
      notes: others.map(([name]) => `event source ${name} was set elsewhere and stays (--prune removes it)`),
    };
  }
  const removals = others.map(
    ([name, { UUID }]): CompanionStep => ({
      step: 'companion',
      subject: `event source ${name}`,
      changes: [{ setting: 'UUID', from: UUID, to: undefined }],
      call: 'deleteEventSourceMapping',
      request: { UUID },
    }),
  );
  return { steps: [...steps, ...removals], notes: [] };
}

/** What tells one event source of a function from another. */
function sourceName(source: DesiredEventSource): string {
  const { EventSourceArn, SelfManagedEventSource, Topics, Queues } = source as {
    readonly EventSourceArn?: string;
    readonly SelfManagedEventSource?: { readonly Endpoints?: Readonly<Record<string, readonly string[]>> };
    readonly Topics?: readonly string[];
    readonly Queues?: readonly string[];
  };
  const endpoints = Object.values(SelfManagedEventSource?.Endpoints ?? {}).flat();
  return [EventSourceArn ?? endpoints.join(','), ...(Topics ?? []), ...(Queues ?? [])].join(' ');
}

function target({ functionName, qualifier }: PlanCompanionsOptions): object {
  return { FunctionName: functionName, ...(qualifier !== undefined && { Qualifier: qualifier }) };
}

function qualified(functionName: string, qualifier: string | undefined): string {
  return qualifier === undefined ? functionName : `${functionName}:${qualifier}`;
}
