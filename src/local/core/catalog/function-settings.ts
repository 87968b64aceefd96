import { LIMITS } from '../../../lambda/limits.js';
import { RESERVED_VARIABLES } from '../../../lambda/reserved-variables.js';
import { BLOCKED_RUNTIMES, findRuntime, PRINTED_RUNTIMES } from '../../../lambda/runtimes.js';
import { ApiError, invalidParameter, validationFailed } from './api-error.js';
import { type LoggingRequest, mergeLogging } from './logging-config.js';
import { checkPackageMembers } from './package-type-rules.js';
import type { FunctionSettings, ImageConfig, LayerUse, VpcConfig } from './records.js';

/** The members that CreateFunction and UpdateFunctionConfiguration have in common; absent ones were not given. */
export interface SettingsRequest {
  readonly Description?: string | undefined;
  readonly Handler?: string | undefined;
  readonly Runtime?: string | undefined;
  readonly Role?: string | undefined;
  readonly Timeout?: number | undefined;
  readonly MemorySize?: number | undefined;
  readonly EphemeralStorage?: { readonly Size: number | undefined } | undefined;
  readonly TracingConfig?: { readonly Mode?: string | undefined } | undefined;
  readonly SnapStart?: { readonly ApplyOn?: string | undefined } | undefined;
  readonly LoggingConfig?: LoggingRequest | undefined;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> | undefined } | undefined;
  readonly VpcConfig?:
    | {
        readonly SubnetIds?: readonly string[] | undefined;
        readonly SecurityGroupIds?: readonly string[] | undefined;
        readonly Ipv6AllowedForDualStack?: boolean | undefined;
      }
    | undefined;
  readonly DeadLetterConfig?: { readonly TargetArn?: string | undefined } | undefined;
  readonly FileSystemConfigs?:
    | readonly { readonly Arn: string | undefined; readonly LocalMountPath: string | undefined }[]
    | undefined;
  readonly KMSKeyArn?: string | undefined;
  readonly ImageConfig?: { readonly [key in keyof ImageConfig]?: ImageConfig[key] | undefined } | undefined;
  readonly PackageType?: string | undefined;
  readonly Architectures?: readonly string[] | undefined;
  readonly TenancyConfig?: { readonly TenantIsolationMode: string | undefined } | undefined;
  readonly DurableConfig?: object | undefined;
}

/**
 * The settings of a new function: what was given, and AWS's defaults for the rest (Lambda API reference, CreateFunction).
 * @throws ApiError when a value is refused
 */
export function initialSettings(
  functionName: string,
  request: SettingsRequest,
  layers: readonly LayerUse[],
): FunctionSettings {
  const packageType = request.PackageType === 'Image' ? 'Image' : 'Zip';
  return changedSettings(
    {
      Description: '',
      Role: request.Role ?? '',
      Timeout: LIMITS.timeoutSeconds.default,
      MemorySize: LIMITS.memorySizeMb.default,
      PackageType: packageType,
      Architectures: architectures(request.Architectures) ?? ['x86_64'],
      EphemeralStorage: { Size: LIMITS.ephemeralStorageMb.default },
      TracingConfig: { Mode: 'PassThrough' },
      SnapStart: { ApplyOn: 'None' },
      LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${functionName}` },
    },
    request,
    layers.length > 0 ? layers : undefined,
  );
}

/**
 * The settings after an update: only given members change, each as a whole; logging is merged.
 * `layers` is undefined when the request does not speak of them. @throws ApiError when a value is refused
 */
export function changedSettings(
  current: FunctionSettings,
  request: SettingsRequest,
  layers: readonly LayerUse[] | undefined,
): FunctionSettings {
  if (request.Runtime !== undefined) checkRuntime(request.Runtime);
  checkPackageMembers(current.PackageType, { ...request, Layers: layers });
  checkDeadLetterTarget(request.DeadLetterConfig?.TargetArn);
  const variables = request.Environment === undefined ? undefined : (request.Environment.Variables ?? {});
  if (variables !== undefined) checkVariables(variables);
  const changed: FunctionSettings = {
    ...current,
    ...given('Description', request.Description),
    ...given('Handler', request.Handler),
    ...given('Runtime', request.Runtime),
    ...given('Role', request.Role),
    ...given('Timeout', request.Timeout),
    ...given('MemorySize', request.MemorySize),
    ...given(
      'FileSystemConfigs',
      request.FileSystemConfigs?.map(({ Arn = '', LocalMountPath = '' }) => ({ Arn, LocalMountPath })),
    ),
    ...given('ImageConfig', request.ImageConfig === undefined ? undefined : imageConfig(request.ImageConfig)),
    ...given('KMSKeyArn', request.KMSKeyArn),
    ...(request.EphemeralStorage?.Size !== undefined && { EphemeralStorage: { Size: request.EphemeralStorage.Size } }),
    ...(request.TracingConfig?.Mode !== undefined && {
      TracingConfig: { Mode: tracingMode(request.TracingConfig.Mode) },
    }),
    ...(request.SnapStart?.ApplyOn !== undefined && { SnapStart: { ApplyOn: snapStart(request.SnapStart.ApplyOn) } }),
    ...(variables !== undefined && { Environment: { Variables: variables } }),
    ...(request.VpcConfig !== undefined && { VpcConfig: vpcConfig(request.VpcConfig) }),
    ...(request.DeadLetterConfig !== undefined && {
      DeadLetterConfig: { TargetArn: request.DeadLetterConfig.TargetArn ?? '' },
    }),
    ...(request.TenancyConfig?.TenantIsolationMode !== undefined && {
      TenancyConfig: { TenantIsolationMode: request.TenancyConfig.TenantIsolationMode },
    }),
    ...given('DurableConfig', request.DurableConfig === undefined ? undefined : { ...request.DurableConfig }),
    ...given('Layers', layers),
    LoggingConfig: mergeLogging(current.LoggingConfig, request.LoggingConfig),
  };
  const settings = withoutEmptied(changed);
  checkSnapStart(settings);
  return settings;
}

/** An empty target, key, list or object takes the member away. */
function withoutEmptied(changed: FunctionSettings): FunctionSettings {
  const { DeadLetterConfig, Layers, FileSystemConfigs, KMSKeyArn, ImageConfig, ...rest } = changed;
  return {
    ...rest,
    ...(DeadLetterConfig !== undefined && DeadLetterConfig.TargetArn !== '' && { DeadLetterConfig }),
    ...(Layers !== undefined && Layers.length > 0 && { Layers }),
    ...(FileSystemConfigs !== undefined && FileSystemConfigs.length > 0 && { FileSystemConfigs }),
    ...(KMSKeyArn !== undefined && KMSKeyArn !== '' && { KMSKeyArn }),
    ...(ImageConfig !== undefined && Object.keys(ImageConfig).length > 0 && { ImageConfig }),
  };
}

/** The architectures of a request in their own type; undefined when none were given. */
export function architectures(given: readonly string[] | undefined): FunctionSettings['Architectures'] | undefined {
  if (given === undefined || given.length === 0) return undefined;
  return given.map((name) => (name === 'arm64' ? 'arm64' : 'x86_64'));
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [key in Name]?: Value };
}

function checkRuntime(runtime: string): void {
  if (BLOCKED_RUNTIMES.has(runtime)) {
    throw invalidParameter(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
    );
  }
  if (findRuntime(runtime) !== undefined) return;
  throw invalidParameter(
    `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${PRINTED_RUNTIMES}] or be a valid ARN`,
  );
}

function checkVariables(variables: Readonly<Record<string, string>>): void {
  const names = Object.keys(variables);
  const badName = names.find((name) => !/^[a-zA-Z]([a-zA-Z0-9_])+$/.test(name) && !RESERVED_VARIABLES.has(name));
  if (badName !== undefined) {
    throw validationFailed([
      "Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]",
    ]);
  }
  const reserved = names.filter((name) => RESERVED_VARIABLES.has(name)).sort();
  if (reserved.length > 0) {
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  const text = JSON.stringify(variables);
  if (Buffer.byteLength(text) > LIMITS.environmentBytes) {
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${text}`,
    );
  }
}

/** Standard queues of SQS and standard topics of SNS (Lambda developer guide, "Dead-letter queues"); empty takes it away. */
function checkDeadLetterTarget(arn: string | undefined): void {
  if (arn === undefined || arn === '') return;
  // The names of FIFO queues and topics end with .fifo, and no other name has a dot.
  if (/^arn:aws[a-zA-Z-]*:(sqs|sns):[a-z0-9-]+:\d{12}:[a-zA-Z0-9-_]+$/.test(arn)) return;
  throw invalidParameter(
    `The dead-letter target ARN ${arn} is invalid. A dead-letter target is a standard SQS queue or a standard SNS topic.`,
  );
}

function imageConfig(request: NonNullable<SettingsRequest['ImageConfig']>): ImageConfig {
  return {
    ...given('EntryPoint', request.EntryPoint),
    ...given('Command', request.Command),
    ...given('WorkingDirectory', request.WorkingDirectory),
  };
}

function tracingMode(mode: string): 'Active' | 'PassThrough' {
  return mode === 'Active' ? 'Active' : 'PassThrough';
}

function snapStart(applyOn: string): 'PublishedVersions' | 'None' {
  return applyOn === 'PublishedVersions' ? 'PublishedVersions' : 'None';
}

function checkSnapStart(settings: FunctionSettings): void {
  if (settings.SnapStart.ApplyOn === 'None' || settings.Runtime === undefined) return;
  if (settings.TenancyConfig !== undefined) {
    throw invalidParameter('SnapStart is not supported for functions with tenancy configuration.');
  }
  if (findRuntime(settings.Runtime)?.hasSnapStart === true) return;
  throw new ApiError(
    'InvalidParameterValueException',
    400,
    `${settings.Runtime} is not supported for SnapStart enabled functions.`,
  );
}

function vpcConfig(request: NonNullable<SettingsRequest['VpcConfig']>): VpcConfig {
  const subnetIds = request.SubnetIds ?? [];
  return {
    SubnetIds: subnetIds,
    SecurityGroupIds: request.SecurityGroupIds ?? [],
    // No network is made locally; the id only says whether the function is attached to one.
    VpcId: subnetIds.length > 0 ? 'vpc-00000000' : '',
    Ipv6AllowedForDualStack: request.Ipv6AllowedForDualStack ?? false,
  };
}
