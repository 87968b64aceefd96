import type { FunctionConfig } from '../../config/function-schema.js';
import type { ResolvedFunction, ResolvedLayer } from '../../config/resolve-function.js';
import { apiMembers } from '../deploy/api-members.js';
import { ownStatements } from '../deploy/desired-role.js';
import { desiredSettings } from '../deploy/desired-settings.js';
import { isImage, isImageSource, isImageUri } from '../image-uri.js';
import { besideFunction } from './template-beside.js';

/** Something of the project that a template does not have. */
export interface Unexported {
  readonly path: string;
  readonly reason: string;
}

export interface TemplateOptions {
  readonly region: string | undefined;
  readonly description: string | undefined;
  /** A path of the project as the template writes it. */
  readonly pathOf: (place: string) => string;
}

export interface ExportedTemplate {
  readonly template: { readonly Resources: Readonly<Record<string, object>> };
  readonly unmapped: readonly Unexported[];
}

/** A SAM template of settled functions (SAM developer guide, "AWS SAM template anatomy"). Pure. */
export function templateOf(
  functions: readonly ResolvedFunction[],
  layers: readonly ResolvedLayer[],
  options: TemplateOptions,
): ExportedTemplate {
  const unmapped: Unexported[] = [];
  const layerIds = new Map(layers.map(({ key }) => [key, logicalId(key, 'Layer')]));
  const resources = functions.flatMap((resolved): readonly (readonly [string, object])[] => {
    const id = logicalId(resolved.key, 'Function');
    unmapped.push(...notExported(resolved));
    const properties = propertiesOf(resolved, { ...options, id, layerIds });
    return [
      [id, { Type: 'AWS::Serverless::Function', Properties: properties }],
      ...Object.entries(besideFunction(id, resolved)),
    ];
  });
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Transform: 'AWS::Serverless-2016-10-31',
    ...(options.description !== undefined && { Description: options.description }),
    Resources: {
      ...Object.fromEntries(layers.map((layer) => [layerIds.get(layer.key) ?? '', layerOf(layer, options)])),
      ...Object.fromEntries(resources),
    },
  };
  return { template, unmapped };
}

/** CloudFormation takes letters and digits. */
export function logicalId(key: string, kind: string): string {
  const words = key.split(/[^a-zA-Z0-9]+/).filter((word) => word !== '');
  return `${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}${kind}`;
}

interface PropertiesOptions extends TemplateOptions {
  readonly id: string;
  readonly layerIds: ReadonlyMap<string, string>;
}

function propertiesOf(resolved: ResolvedFunction, { region, pathOf, layerIds }: PropertiesOptions): object {
  const { config, functionName } = resolved;
  const { Role: _, KMSKeyArn, TracingConfig, DeadLetterConfig, Layers, ...settings } = desiredSettings(resolved);
  const { concurrency, url, eventInvokeConfig, runtimeManagement, deployment } = config;
  return {
    FunctionName: functionName,
    ...codeOf(resolved, pathOf),
    ...settings,
    ...roleOf(resolved, region),
    ...(config.architectures !== undefined && { Architectures: config.architectures }),
    ...(KMSKeyArn !== undefined && { KmsKeyArn: KMSKeyArn }),
    ...(TracingConfig !== undefined && { Tracing: TracingConfig.Mode }),
    ...(DeadLetterConfig !== undefined && { DeadLetterQueue: deadLetterOf(DeadLetterConfig.TargetArn ?? '') }),
    ...(Layers !== undefined && { Layers: Layers.map((layer) => refOrArn(layer, layerIds)) }),
    ...(config.tags !== undefined && { Tags: config.tags }),
    ...(config.codeSigningConfigArn !== undefined && { CodeSigningConfigArn: config.codeSigningConfigArn }),
    ...(config.recursiveLoop !== undefined && { RecursiveLoop: config.recursiveLoop }),
    ...(runtimeManagement !== undefined && { RuntimeManagementConfig: apiMembers(runtimeManagement) }),
    ...(config.alias !== undefined && { AutoPublishAlias: config.alias }),
    ...(concurrency?.reserved !== undefined && { ReservedConcurrentExecutions: concurrency.reserved }),
    ...(concurrency?.provisioned !== undefined && {
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: concurrency.provisioned },
    }),
    ...(url !== undefined && { FunctionUrlConfig: apiMembers(url) }),
    ...(eventInvokeConfig !== undefined && { EventInvokeConfig: eventInvokeOf(eventInvokeConfig) }),
    ...(deployment !== undefined && config.alias !== undefined && preferenceOf(deployment)),
    ...((config.schedules ?? []).length > 0 && { Events: scheduleEvents(config, functionName) }),
  };
}

function codeOf({ key, config }: ResolvedFunction, pathOf: (place: string) => string): object {
  const { code } = config;
  if (isImageUri(code)) return { PackageType: 'Image', ImageUri: code };
  if (isImageSource(code)) return { PackageType: 'Image' };
  const isPackage = code !== undefined && isArchive(code);
  // What `lambdakit package` makes: what SAM would build itself need not be the same.
  return { CodeUri: pathOf(isPackage ? code : `.lambdakit/packages/${key}.zip`) };
}

function isArchive(code: string): boolean {
  return /\.(zip|jar)$/.test(code);
}

function roleOf(resolved: ResolvedFunction, region: string | undefined): object {
  const { role } = resolved.config;
  if (role === undefined || role === 'auto') {
    const Statement = ownStatements(resolved, region ?? '*').map(({ Sid, Effect, Action, Resource }) => ({
      Sid,
      Effect,
      Action,
      Resource,
    }));
    return { Policies: [{ Version: '2012-10-17', Statement }] };
  }
  if (role.startsWith('arn:')) return { Role: role };
  // biome-ignore lint/suspicious/noTemplateCurlyInString: pseudo parameters of CloudFormation
  return { Role: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/'.concat(role) } };
}

function deadLetterOf(TargetArn: string): object {
  return { Type: serviceOf(TargetArn) === 'sns' ? 'SNS' : 'SQS', TargetArn };
}

function serviceOf(arn: string): string {
  return arn.split(':')[2] ?? '';
}

function refOrArn(layer: string, layerIds: ReadonlyMap<string, string>): unknown {
  const id = layerIds.get(layer);
  return id === undefined ? layer : { Ref: id };
}

const DESTINATION_TYPES: Readonly<Record<string, string>> = {
  sqs: 'SQS',
  sns: 'SNS',
  lambda: 'Lambda',
  events: 'EventBridge',
  s3: 'S3Bucket',
};

function eventInvokeOf(config: NonNullable<FunctionConfig['eventInvokeConfig']>): object {
  const { destinationConfig, ...members } = config;
  const destinations = Object.entries(destinationConfig ?? {}).flatMap(([when, target]) =>
    target === undefined
      ? []
      : [
          [
            when === 'onSuccess' ? 'OnSuccess' : 'OnFailure',
            { Type: DESTINATION_TYPES[serviceOf(target.destination)] ?? 'SQS', Destination: target.destination },
          ] as const,
        ],
  );
  return {
    ...(apiMembers(members) as object),
    ...(destinations.length > 0 && { DestinationConfig: Object.fromEntries(destinations) }),
  };
}

type Deployment = NonNullable<FunctionConfig['deployment']>;

/** The presets of CodeDeploy (developer guide, "Deployment configurations on an AWS Lambda compute platform"). */
function presetOf({ type, percentage = 10, wait }: Deployment): string | undefined {
  if (type === 'all-at-once') return 'AllAtOnce';
  const [, amount = '5', unit = 'm'] = /^(\d+)([smh])$/.exec(wait ?? '5m') ?? [];
  const minutes = Number(amount) * (unit === 'h' ? 60 : unit === 's' ? 1 / 60 : 1);
  if (percentage !== 10) return undefined;
  if (type === 'canary') return [5, 10, 15, 30].includes(minutes) ? `Canary10Percent${minutes}Minutes` : undefined;
  if (![1, 2, 3, 10].includes(minutes)) return undefined;
  return `Linear10PercentEvery${minutes}Minute${minutes === 1 ? '' : 's'}`;
}

function preferenceOf(deployment: Deployment): object {
  const Type = presetOf(deployment);
  if (Type === undefined) return {};
  const { alarms } = deployment;
  return { DeploymentPreference: { Type, ...(alarms !== undefined && { Alarms: alarms }) } };
}

function scheduleEvents({ schedules = [] }: FunctionConfig, functionName: string): object {
  return Object.fromEntries(
    schedules.map(({ name, scheduleExpression, scheduleExpressionTimezone, input, enabled }, index) => {
      const Name = `${functionName}-${name ?? index + 1}`;
      const Input = input === undefined ? undefined : JSON.stringify(input);
      const State = enabled === false ? 'DISABLED' : 'ENABLED';
      const needsScheduler = scheduleExpressionTimezone !== undefined || scheduleExpression.startsWith('at(');
      const event = needsScheduler
        ? {
            Type: 'ScheduleV2',
            Properties: {
              Name,
              ScheduleExpression: scheduleExpression,
              ...(scheduleExpressionTimezone !== undefined && {
                ScheduleExpressionTimezone: scheduleExpressionTimezone,
              }),
              State,
              ...(Input !== undefined && { Input }),
            },
          }
        : {
            Type: 'Schedule',
            Properties: { Name, Schedule: scheduleExpression, State, ...(Input !== undefined && { Input }) },
          };
      return [logicalId(name ?? `schedule-${index + 1}`, ''), event];
    }),
  );
}

function layerOf({ layerName, config }: ResolvedLayer, { pathOf }: TemplateOptions): object {
  const { description, content, compatibleRuntimes, compatibleArchitectures, licenseInfo } = config;
  const Properties = {
    LayerName: layerName,
    ...(description !== undefined && { Description: description }),
    ContentUri: pathOf(content),
    ...(compatibleRuntimes !== undefined && { CompatibleRuntimes: compatibleRuntimes }),
    ...(compatibleArchitectures !== undefined && { CompatibleArchitectures: compatibleArchitectures }),
    ...(licenseInfo !== undefined && { LicenseInfo: licenseInfo }),
    RetentionPolicy: 'Retain',
  };
  return { Type: 'AWS::Serverless::LayerVersion', Properties };
}

function notExported({ key, config }: ResolvedFunction): readonly Unexported[] {
  const { deployment, alias, code, signing } = config;
  const place = `functions.${key}`;
  const note = (isSo: boolean, at: string, reason: string): readonly Unexported[] =>
    isSo ? [{ path: `${place}.${at}`, reason }] : [];
  const isSource = !isImage(code) && !(typeof code === 'string' && isArchive(code));
  return [
    ...note(isImageSource(code), 'code', 'write the address of the image as ImageUri'),
    ...note(isSource, 'code', 'the template names the package: run `lambdakit package` before `sam deploy`'),
    ...note(signing !== undefined, 'signing', 'give `sam deploy` the profile with --signing-profiles'),
    ...note(
      deployment !== undefined && (presetOf(deployment) === undefined || alias === undefined),
      'deployment',
      'CodeDeploy has presets only (10 %, and certain minutes), and needs an alias',
    ),
    ...note(deployment?.check !== undefined, 'deployment.check', 'CodeDeploy runs functions as hooks, not commands'),
    ...note(deployment?.probe !== undefined, 'deployment.probe', 'CodeDeploy runs functions as hooks, not events'),
  ];
}
