import { ruleNameOf } from '../../aws/event-rules.js';
import type { FunctionConfiguration } from '../../aws/lambda-calls.js';
import { eventSourceSchema } from '../../config/companions-schema.js';
import type { CurrentCompanions, CurrentEventSource } from '../deploy/current-companions.js';
import { PUBLIC_URL_STATEMENTS } from '../deploy/desired-companions.js';
import { isSameStatement, isScheduleStatement } from '../deploy/policy-statement.js';
import { rememberedSigning, SIGNATURE_TAG } from '../deploy/remembered-signature.js';
import { configMembers, isNothing, type Unmapped, withoutNothing } from './imported-project.js';

/** A function as it is deployed, with what stands beside it or its alias. */
export interface DeployedFunction {
  readonly configuration: FunctionConfiguration;
  readonly tags: Readonly<Record<string, string>>;
  readonly reservedConcurrency: number | undefined;
  readonly companions: CurrentCompanions;
  readonly alias: string | undefined;
  readonly logRetentionDays: number | undefined;
}

export interface ImportedConfig {
  readonly config: Readonly<Record<string, unknown>>;
  readonly unmapped: readonly Unmapped[];
}

/** The project's words for a deployed function, without its code. What the service takes for granted is left out. */
export function configOfDeployed(deployed: DeployedFunction): ImportedConfig {
  const { configuration, companions, alias, tags, reservedConcurrency } = deployed;
  const eventSources = companions.eventSources.map(eventSourceOf);
  const schedules = schedulesOf(deployed);
  const own = Object.entries(tags).filter(([name]) => !name.startsWith('aws:') && name !== SIGNATURE_TAG);
  const config = withoutNothing({
    ...settingsOf(deployed),
    tags: Object.fromEntries(own),
    alias,
    concurrency: { reserved: reservedConcurrency, provisioned: companions.provisioned?.requested },
    url: pick(companions.url, ['AuthType', 'InvokeMode', 'Cors']),
    eventInvokeConfig: pick(companions.eventInvokeConfig, [
      'MaximumRetryAttempts',
      'MaximumEventAgeInSeconds',
      'DestinationConfig',
    ]),
    permissions: permissionsOf(companions),
    eventSources: eventSources.map(({ config: source }) => source),
    schedules: schedules.map(({ schedule }) => schedule).filter((schedule) => schedule !== undefined),
    runtimeManagement: runtimeManagementOf(companions.runtimeManagement),
    recursiveLoop: companions.recursiveLoop === 'Allow' ? 'Allow' : undefined,
    codeSigningConfigArn: companions.codeSigningConfigArn,
    signing: rememberedSigning(tags, configuration.CodeSha256),
  });
  return {
    config: { ...config, ...(reservedConcurrency === 0 && { concurrency: { reserved: 0 } }) },
    unmapped: [
      ...unknownSettings(configuration),
      ...eventSources.flatMap(({ unmapped }) => unmapped),
      ...schedules.flatMap(({ unmapped }) => unmapped),
    ],
  };
}

function settingsOf({ configuration, logRetentionDays }: DeployedFunction): Readonly<Record<string, unknown>> {
  const { PackageType, EphemeralStorage, Environment, Layers, VpcConfig, TracingConfig, SnapStart } = configuration;
  const size = EphemeralStorage?.Size;
  return {
    description: configuration.Description,
    packageType: PackageType === 'Image' ? 'Image' : undefined,
    runtime: configuration.Runtime,
    handler: configuration.Handler,
    role: configuration.Role,
    architectures: configuration.Architectures,
    timeout: configuration.Timeout,
    memorySize: configuration.MemorySize,
    ephemeralStorage: size === 512 ? undefined : size,
    // Names of variables are the user's own and keep their letters.
    environment: Environment?.Variables,
    layers: Layers?.map(({ Arn }) => Arn),
    vpcConfig:
      (VpcConfig?.SubnetIds ?? []).length === 0
        ? undefined
        : pick(VpcConfig, ['SubnetIds', 'SecurityGroupIds', 'Ipv6AllowedForDualStack']),
    fileSystemConfigs: configMembers(configuration.FileSystemConfigs),
    tracingConfig: TracingConfig?.Mode === 'Active' ? { mode: 'Active' } : undefined,
    loggingConfig: loggingOf(configuration, logRetentionDays),
    snapStart: SnapStart?.ApplyOn === 'PublishedVersions' ? { applyOn: 'PublishedVersions' } : undefined,
    imageConfig: configMembers(configuration.ImageConfigResponse?.ImageConfig),
    kmsKeyArn: configuration.KMSKeyArn,
    deadLetterConfig: configMembers(configuration.DeadLetterConfig),
  };
}

function loggingOf({ FunctionName, LoggingConfig = {} }: FunctionConfiguration, logRetentionDays: number | undefined) {
  const { LogFormat, LogGroup, ApplicationLogLevel, SystemLogLevel } = LoggingConfig;
  return {
    logFormat: LogFormat === 'Text' ? undefined : LogFormat,
    applicationLogLevel: ApplicationLogLevel,
    systemLogLevel: SystemLogLevel,
    logGroup: LogGroup === `/aws/lambda/${FunctionName}` ? undefined : LogGroup,
    logRetentionDays,
  };
}

/** What a configuration tells and no project file has to say. */
const TOLD: ReadonlySet<string> = new Set([
  '$metadata',
  'FunctionName',
  'FunctionArn',
  'CodeSize',
  'CodeSha256',
  'LastModified',
  'Version',
  'RevisionId',
  'MasterArn',
  'State',
  'StateReason',
  'StateReasonCode',
  'LastUpdateStatus',
  'LastUpdateStatusReason',
  'LastUpdateStatusReasonCode',
  'SigningProfileVersionArn',
  'SigningJobArn',
  'RuntimeVersionConfig',
  'ConfigSha256',
]);

const MAPPED: ReadonlySet<string> = new Set([
  'Description',
  'PackageType',
  'Runtime',
  'Handler',
  'Role',
  'Architectures',
  'Timeout',
  'MemorySize',
  'EphemeralStorage',
  'Environment',
  'Layers',
  'VpcConfig',
  'FileSystemConfigs',
  'TracingConfig',
  'LoggingConfig',
  'SnapStart',
  'ImageConfigResponse',
  'KMSKeyArn',
  'DeadLetterConfig',
]);

function unknownSettings(configuration: FunctionConfiguration): readonly Unmapped[] {
  const unknown = Object.entries(configuration).filter(
    ([name, value]) => !TOLD.has(name) && !MAPPED.has(name) && !isNothing(value),
  );
  return [
    ...unknown.map(([name]) => ({ path: name, reason: 'the project file has no word for it; a deployment leaves it' })),
    ...(configuration.Environment?.Error === undefined
      ? []
      : [{ path: 'Environment', reason: `Lambda did not show it: ${configuration.Environment.Error.Message ?? ''}` }]),
  ];
}

function permissionsOf({ statements, url }: CurrentCompanions): unknown {
  // Those that a public URL needs, and those of schedules, come with them.
  const isImplied = (url as { readonly AuthType?: string } | undefined)?.AuthType === 'NONE';
  return statements
    .filter((statement) => !isScheduleStatement(statement))
    .filter(
      (statement) =>
        !(
          isImplied &&
          PUBLIC_URL_STATEMENTS.some(
            (open) => open.StatementId === statement.StatementId && isSameStatement(open, statement),
          )
        ),
    )
    .map(configMembers);
}

const EVENT_SOURCE_FACTS: ReadonlySet<string> = new Set([
  'uuid',
  'lastModified',
  'lastProcessingResult',
  'state',
  'stateTransitionReason',
  'functionArn',
  'eventSourceMappingArn',
]);

function eventSourceOf(source: CurrentEventSource): ImportedConfig {
  const { UUID, Enabled, ...others } = source as CurrentEventSource & { readonly Enabled?: boolean };
  const members = configMembers(others) as Readonly<Record<string, unknown>>;
  const known = Object.entries(members).filter(([name]) => name in eventSourceSchema.shape);
  const unknown = Object.keys(members).filter(
    (name) => !(name in eventSourceSchema.shape) && !EVENT_SOURCE_FACTS.has(name),
  );
  return {
    config: { ...Object.fromEntries(known), ...(Enabled === false && { enabled: false }) },
    unmapped: unknown.map((name) => ({
      path: `event source ${UUID}: ${name}`,
      reason: 'the project file has no word for it; a deployment leaves it',
    })),
  };
}

function schedulesOf({ configuration: { FunctionName = '' }, companions }: DeployedFunction) {
  const own = (companions.rules ?? []).filter(({ target }) => target !== undefined);
  return own.map(({ ruleName, scheduleExpression, state, target }) => {
    const name = ruleName.slice(FunctionName.length + 1);
    if (ruleNameOf(FunctionName, name) !== ruleName) {
      const reason = 'the name of its schedule cannot be read from the name of the rule';
      return { schedule: undefined, unmapped: [{ path: `rule ${ruleName}`, reason }] };
    }
    const input = target?.input === undefined ? undefined : (JSON.parse(target.input) as unknown);
    const schedule = {
      name,
      scheduleExpression,
      ...(state === 'DISABLED' && { enabled: false }),
      ...(input !== undefined && { input }),
    };
    return { schedule, unmapped: [] };
  });
}

function runtimeManagementOf(found: object | undefined): unknown {
  const { UpdateRuntimeOn } = (found ?? {}) as { readonly UpdateRuntimeOn?: string };
  if (UpdateRuntimeOn === undefined || UpdateRuntimeOn === 'Auto') return undefined;
  return pick(found, ['UpdateRuntimeOn', 'RuntimeVersionArn']);
}

function pick(from: object | undefined, names: readonly string[]): unknown {
  if (from === undefined) return undefined;
  return configMembers(Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name))));
}
