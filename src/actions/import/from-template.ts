import { configMembers, type ImportedProject, withoutNothing } from './imported-project.js';
import { deploymentOf } from './template-deployment.js';
import { eventSourceMembers, readEvents } from './template-events.js';
import {
  createTemplateReader,
  type Mapping,
  referredResource,
  type Template,
  type TemplateReader,
} from './template-values.js';

/** Makes a project of the functions and layers of a SAM or CloudFormation template. */
export function fromTemplate(document: Mapping, codeRoot: string): ImportedProject {
  const template = document as unknown as Template;
  const reader = createTemplateReader(template);
  const functions: Record<string, Record<string, unknown>> = {};
  const layers: Record<string, Mapping> = {};
  const options = { codeRoot, reader };
  for (const [id, { Type, Properties = {}, Metadata }] of Object.entries(template.Resources)) {
    const path = `Resources.${id}.Properties`;
    if (Type === 'AWS::Serverless::Function' || Type === 'AWS::Lambda::Function') {
      functions[id] = {
        ...functionOf(Properties, path, options),
        ...buildOf(Metadata, `Resources.${id}.Metadata`, reader),
      };
      // Without a role SAM makes one.
      functions[id].role ??= template.Globals?.Function?.Role === undefined ? 'auto' : undefined;
    } else if (Type === 'AWS::Serverless::LayerVersion') layers[id] = layerOf(Properties, path, options);
  }
  for (const [id, { Type = '', Properties = {} }] of Object.entries(template.Resources)) {
    addBeside(functions, { id, type: Type, properties: Properties, reader });
  }
  const globals = template.Globals?.Function;
  const defaults = globals === undefined ? {} : functionOf(globals, 'Globals.Function', options);
  return {
    project: withoutNothing({
      defaults,
      functions: Object.fromEntries(Object.entries(functions).map(([id, config]) => [id, withoutNothing(config)])),
      layers,
    }),
    unmapped: reader.unmapped,
  };
}

interface ReadOptions {
  readonly codeRoot: string;
  readonly reader: TemplateReader;
}

/** Properties that the project has under the same name, and those that are called otherwise. */
const PLAIN: Readonly<Record<string, string>> = {
  FunctionName: 'functionName',
  Description: 'description',
  Handler: 'handler',
  Runtime: 'runtime',
  MemorySize: 'memorySize',
  Timeout: 'timeout',
  Role: 'role',
  Architectures: 'architectures',
  KmsKeyArn: 'kmsKeyArn',
  PackageType: 'packageType',
  SnapStart: 'snapStart',
  EphemeralStorage: 'ephemeralStorage',
  CodeSigningConfigArn: 'codeSigningConfigArn',
  RecursiveLoop: 'recursiveLoop',
  VpcConfig: 'vpcConfig',
  FileSystemConfigs: 'fileSystemConfigs',
  TracingConfig: 'tracingConfig',
  ImageConfig: 'imageConfig',
  LoggingConfig: 'loggingConfig',
  DeadLetterConfig: 'deadLetterConfig',
  AutoPublishAlias: 'alias',
  RuntimeManagementConfig: 'runtimeManagement',
};

const HANDLED: ReadonlySet<string> = new Set([
  ...['CodeUri', 'ImageUri', 'Code', 'InlineCode', 'Environment', 'Layers', 'Tracing', 'Tags', 'DeadLetterQueue'],
  ...['ProvisionedConcurrencyConfig', 'ReservedConcurrentExecutions', 'FunctionUrlConfig', 'EventInvokeConfig'],
  ...['DeploymentPreference', 'Events', 'Policies'],
]);

function functionOf(properties: Mapping, path: string, { codeRoot, reader }: ReadOptions): Record<string, unknown> {
  const read = (name: string): unknown => reader.read(properties[name], `${path}.${name}`);
  const member = (name: string, inner: string): unknown => (read(name) as Mapping | undefined)?.[inner];
  const plain = Object.entries(PLAIN).map(([name, key]) => [key, configMembers(read(name))] as const);
  for (const name of Object.keys(properties)) {
    if (!(name in PLAIN) && !HANDLED.has(name)) reader.note(`${path}.${name}`, 'the project file has no word for it');
  }
  if (properties.Policies !== undefined) {
    reader.note(
      `${path}.Policies`,
      '"role": "auto" allows logs, event sources and destinations only: name a role that allows these',
    );
  }
  const events = readEvents((properties.Events ?? {}) as Mapping, `${path}.Events`, reader);
  const url = configMembers(read('FunctionUrlConfig')) as Mapping | undefined;
  return withoutNothing({
    code: codeOf(properties, path, { codeRoot, reader }),
    ...Object.fromEntries(plain),
    environment: member('Environment', 'Variables'),
    layers: layersOf(properties.Layers, `${path}.Layers`, reader),
    ...(typeof read('Tracing') === 'string' && { tracingConfig: { mode: read('Tracing') } }),
    tags: tagsOf(read('Tags')),
    ...(properties.DeadLetterQueue !== undefined && {
      deadLetterConfig: withoutNothing({ targetArn: member('DeadLetterQueue', 'TargetArn') }),
    }),
    concurrency: withoutNothing({
      reserved: read('ReservedConcurrentExecutions'),
      provisioned: member('ProvisionedConcurrencyConfig', 'ProvisionedConcurrentExecutions'),
    }),
    url,
    eventInvokeConfig: eventInvokeConfigOf(read('EventInvokeConfig')),
    deployment: deploymentOf(read('DeploymentPreference'), `${path}.DeploymentPreference`, reader),
    ...events,
  });
}

function codeOf(properties: Mapping, path: string, { codeRoot, reader }: ReadOptions): unknown {
  const { CodeUri, ImageUri, InlineCode, Code } = properties;
  if (InlineCode !== undefined)
    reader.note(`${path}.InlineCode`, 'write the code into a file and name its folder in "code"');
  const { ImageUri: inner, ZipFile, S3Key } = (typeof Code === 'object' ? (Code ?? {}) : {}) as Mapping;
  const image = ImageUri ?? inner;
  if (image !== undefined) return reader.read(image, `${path}.ImageUri`);
  const uri = CodeUri ?? (typeof Code === 'string' ? Code : undefined);
  const isElsewhere = typeof uri === 'object' || ZipFile !== undefined || S3Key !== undefined;
  if (isElsewhere || (typeof uri === 'string' && uri.startsWith('s3://'))) {
    reader.note(`${path}.CodeUri`, 'the code is not beside the template: name its folder or package in "code"');
    return undefined;
  }
  return typeof uri === 'string' ? fromRoot(codeRoot, uri) : undefined;
}

function fromRoot(codeRoot: string, place: string): string {
  const parts = [...codeRoot.split(/[\\/]/), ...place.split('/')].filter((part) => part !== '' && part !== '.');
  return parts.join('/') || '.';
}

function layersOf(layers: unknown, path: string, reader: TemplateReader): readonly unknown[] {
  if (!Array.isArray(layers)) return [];
  return layers.flatMap((layer, index) => {
    const id = referredResource(layer);
    if (id !== undefined && reader.template.Resources[id]?.Type === 'AWS::Serverless::LayerVersion') return [id];
    const value = reader.read(layer, `${path}[${index}]`);
    return value === undefined ? [] : [value];
  });
}

/** SAM has a mapping, CloudFormation a list. */
function tagsOf(tags: unknown): unknown {
  if (!Array.isArray(tags)) return tags;
  return Object.fromEntries((tags as readonly Mapping[]).map(({ Key, Value }) => [String(Key), Value]));
}

function eventInvokeConfigOf(found: unknown): unknown {
  if (found === undefined) return undefined;
  const { MaximumEventAgeInSeconds, MaximumRetryAttempts, DestinationConfig = {} } = found as Mapping;
  const { OnSuccess, OnFailure } = DestinationConfig as Readonly<Record<string, Mapping | undefined>>;
  const to = (target: Mapping | undefined): unknown => target?.Destination && { destination: target.Destination };
  return withoutNothing({
    maximumEventAgeInSeconds: MaximumEventAgeInSeconds,
    maximumRetryAttempts: MaximumRetryAttempts,
    destinationConfig: withoutNothing({ onSuccess: to(OnSuccess), onFailure: to(OnFailure) }),
  });
}

function layerOf(properties: Mapping, path: string, { codeRoot, reader }: ReadOptions): Mapping {
  const { ContentUri, RetentionPolicy: _, ...others } = properties;
  if (typeof ContentUri !== 'string') reader.note(`${path}.ContentUri`, 'name the folder of its content in "content"');
  return {
    content: typeof ContentUri === 'string' ? fromRoot(codeRoot, ContentUri) : '.',
    ...(configMembers(reader.read(others, path)) as Mapping),
  };
}

function buildOf(metadata: Mapping | undefined, path: string, reader: TemplateReader): Mapping {
  const { BuildMethod, BuildProperties } = metadata ?? {};
  if (BuildMethod === 'esbuild') {
    const { Minify, Target, EntryPoints, External, Sourcemap } = (BuildProperties ?? {}) as Mapping;
    return {
      build: withoutNothing({
        builder: 'esbuild',
        minify: Minify,
        target: Target,
        entry: EntryPoints,
        external: External,
        sourcemap: Sourcemap === true ? 'linked' : undefined,
      }),
    };
  }
  if (BuildMethod === 'makefile') return { build: { builder: 'make' } };
  if (BuildMethod !== undefined && !FOUND_BY_ITSELF.test(String(BuildMethod))) {
    reader.note(`${path}.BuildMethod`, 'say in "build" how the code is built');
  }
  return {};
}

const FOUND_BY_ITSELF = /^(nodejs|python|java|ruby|dotnet|go|rust)/;

interface Beside {
  readonly id: string;
  readonly type: string;
  readonly properties: Mapping;
  readonly reader: TemplateReader;
}

/** Resources that belong to a function; any other resource is not ours. */
function addBeside(functions: Record<string, Record<string, unknown>>, { id, type, properties, reader }: Beside): void {
  const path = `Resources.${id}.Properties`;
  const { FunctionName, ...others } = properties;
  const target = functions[referredResource(FunctionName) ?? ''];
  const add = (key: string, item: unknown): void => {
    if (target !== undefined) target[key] = [...((target[key] ?? []) as readonly unknown[]), item];
  };
  if (type === 'AWS::Lambda::Permission' && target !== undefined) {
    add('permissions', { statementId: id, ...(configMembers(reader.read(others, path)) as Mapping) });
  } else if (type === 'AWS::Lambda::EventSourceMapping' && target !== undefined) {
    const source = eventSourceMembers(others, path, reader);
    if (source.eventSourceArn !== undefined || source.selfManagedEventSource !== undefined) add('eventSources', source);
  } else if (type === 'AWS::Logs::LogGroup') addRetention(functions, properties);
  else if (!MAPPED.has(type)) reader.note(`Resources.${id}`, `${type} is no function: keep it in a stack of its own`);
}

const MAPPED: ReadonlySet<string> = new Set([
  'AWS::Serverless::Function',
  'AWS::Lambda::Function',
  'AWS::Serverless::LayerVersion',
]);

function addRetention(
  functions: Record<string, Record<string, unknown>>,
  { LogGroupName, RetentionInDays }: Mapping,
): void {
  const text = typeof LogGroupName === 'object' ? (LogGroupName as Mapping | null)?.['Fn::Sub'] : LogGroupName;
  for (const [id, config] of Object.entries(functions)) {
    const names = [`/aws/lambda/\${${id}}`, `/aws/lambda/${String(config.functionName ?? id)}`];
    if (typeof RetentionInDays !== 'number' || !names.includes(String(text))) continue;
    config.loggingConfig = { ...(config.loggingConfig as Mapping | undefined), logRetentionDays: RetentionInDays };
  }
}
