import { eventSourceSchema } from '../../config/companions-schema.js';
import { type ImportedProject, withoutNothing } from './imported-project.js';
import { API_STAYS, importedRoute } from './imported-route.js';
import { createServerlessReader, type ServerlessReader } from './serverless-values.js';
import type { Mapping } from './template-values.js';

/** Makes a project of serverless.yml (Serverless Framework, "Serverless.yml reference"). Functions keep their deployed names. */
export function fromServerless(document: Mapping, codeRoot: string): ImportedProject {
  const reader = createServerlessReader(document);
  const provider = (document.provider ?? {}) as Mapping;
  const service = String((document.service as Mapping | undefined)?.name ?? document.service ?? 'service');
  const functions = Object.entries((document.functions ?? {}) as Readonly<Record<string, Mapping>>).map(
    ([key, config]) => {
      const functionName = `${service}-\${stage, ${stageOf(provider)}}-${key}`;
      const settings = settingsOf(config, `functions.${key}`, FUNCTION_KEYS, reader);
      return [key, { functionName, code: codeRoot === '' ? '.' : codeRoot, ...settings }] as const;
    },
  );
  for (const name of Object.keys(document)) {
    if (!READ.has(name)) reader.note(name, REASONS[name] ?? 'the project file has no word for it');
  }
  if (provider.iam !== undefined || provider.iamRoleStatements !== undefined) {
    reader.note(
      'provider.iam',
      '"role": "auto" allows logs, event sources and destinations only: name a role that allows these',
    );
  }
  const defaults = settingsOf(provider, 'provider', PROVIDER_KEYS, reader);
  const patterns = (document.package as Mapping | undefined)?.patterns;
  return {
    project: withoutNothing({
      service: /^[a-zA-Z0-9-_]+$/.test(service) ? service : undefined,
      region: reader.read(provider.region, 'provider.region'),
      profile: reader.read(provider.profile, 'provider.profile'),
      defaults: { role: 'auto', ...defaults, ...selectionOf(patterns) },
      functions: Object.fromEntries(functions),
    }),
    unmapped: reader.unmapped,
  };
}

function stageOf({ stage }: Mapping): string {
  const text = typeof stage === 'string' ? stage : 'dev';
  return /,\s*['"]?([\w-]+)['"]?\s*\}$/.exec(text)?.[1] ?? (/^[\w-]+$/.test(text) ? text : 'dev');
}

const READ: ReadonlySet<string> = new Set([
  ...[
    'service',
    'provider',
    'functions',
    'package',
    'frameworkVersion',
    'configValidationMode',
    'custom',
    'app',
    'org',
  ],
  ...['useDotenv', 'deprecationNotificationMode'],
]);

const REASONS: Readonly<Record<string, string>> = {
  plugins: 'plugins do not run here; lambdakit bundles and runs functions by itself',
  resources: 'keep other resources in a stack of their own',
  layers: 'write them under "layers" with "content" in place of "path"',
};

type Read = (value: unknown, path: string, reader: ServerlessReader) => Mapping;

const as =
  (key: string): Read =>
  (value) => ({ [key]: value });

/** What both `provider` and a function may say. */
const KEYS_OF_BOTH: Readonly<Record<string, Read>> = {
  runtime: as('runtime'),
  memorySize: as('memorySize'),
  timeout: as('timeout'),
  environment: as('environment'),
  tags: as('tags'),
  layers: as('layers'),
  kmsKeyArn: as('kmsKeyArn'),
  architecture: (value) => ({ architectures: [value] }),
  vpc: (value) => ({
    vpcConfig: {
      subnetIds: (value as Mapping).subnetIds ?? [],
      securityGroupIds: (value as Mapping).securityGroupIds ?? [],
    },
  }),
  logRetentionInDays: (value) => ({ loggingConfig: { logRetentionDays: value } }),
  ephemeralStorageSize: as('ephemeralStorage'),
  role: as('role'),
  snapStart: (value) => (value === true ? { snapStart: { applyOn: 'PublishedVersions' } } : {}),
};

const PROVIDER_KEYS: Readonly<Record<string, Read | undefined>> = {
  ...KEYS_OF_BOTH,
  // Read elsewhere, or of no meaning here.
  ...{
    name: undefined,
    region: undefined,
    stage: undefined,
    profile: undefined,
    iam: undefined,
    iamRoleStatements: undefined,
  },
  ...{
    deploymentMethod: undefined,
    versionFunctions: undefined,
    lambdaHashingVersion: undefined,
    stackName: undefined,
  },
  tracing: (value) => ((value as Mapping).lambda === true ? { tracingConfig: { mode: 'Active' } } : {}),
};

const FUNCTION_KEYS: Readonly<Record<string, Read | undefined>> = {
  ...KEYS_OF_BOTH,
  name: as('functionName'),
  handler: as('handler'),
  description: as('description'),
  image: (value) => (typeof value === 'string' ? { code: value } : { code: (value as Mapping).uri }),
  reservedConcurrency: (value) => ({ concurrency: { reserved: value } }),
  provisionedConcurrency: (value) => ({ concurrency: { provisioned: value }, alias: 'provisioned' }),
  maximumRetryAttempts: (value) => ({ eventInvokeConfig: { maximumRetryAttempts: value } }),
  maximumEventAge: (value) => ({ eventInvokeConfig: { maximumEventAgeInSeconds: value } }),
  destinations: (value, path, reader) => ({
    eventInvokeConfig: { destinationConfig: destinationsOf(value, path, reader) },
  }),
  onError: (value) => ({ deadLetterConfig: { targetArn: value } }),
  tracing: (value) => ({ tracingConfig: { mode: value === true ? 'Active' : value } }),
  fileSystemConfig: (value) => ({ fileSystemConfigs: [value] }),
  url: (value, path, reader) => ({ url: urlOf(value, path, reader) }),
  package: (value) => selectionOf((value as Mapping).patterns),
  events: (value, path, reader) => eventsOf(value, path, reader),
};

function settingsOf(
  config: Mapping,
  path: string,
  keys: Readonly<Record<string, Read | undefined>>,
  reader: ServerlessReader,
): Mapping {
  let settings: Record<string, unknown> = {};
  for (const [name, raw] of Object.entries(config)) {
    if (!(name in keys)) {
      reader.note(`${path}.${name}`, 'the project file has no word for it');
      continue;
    }
    const read = keys[name];
    const value = read === undefined ? undefined : reader.read(raw, `${path}.${name}`);
    if (read === undefined || value === undefined) continue;
    for (const [key, member] of Object.entries(read(value, `${path}.${name}`, reader))) {
      const before = settings[key];
      const merges = typeof before === 'object' && !Array.isArray(before) && typeof member === 'object';
      settings = { ...settings, [key]: merges ? { ...before, ...member } : member };
    }
  }
  return withoutNothing(settings);
}

/** `!pattern` leaves out, anything else takes in. */
function selectionOf(patterns: unknown): Mapping {
  if (!Array.isArray(patterns)) return {};
  const texts = patterns.map(String);
  const exclude = texts.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const include = texts.filter((pattern) => !pattern.startsWith('!'));
  return withoutNothing({ include, exclude });
}

function destinationsOf(value: unknown, path: string, reader: ServerlessReader): Mapping {
  const found = Object.entries(value as Mapping).flatMap(([when, target]) => {
    const arn = typeof target === 'string' ? target : (target as Mapping).arn;
    if (typeof arn === 'string' && arn.startsWith('arn:')) return [[when, { destination: arn }] as const];
    reader.note(`${path}.${when}`, 'write the ARN of the destination');
    return [];
  });
  return Object.fromEntries(found);
}

function urlOf(value: unknown, path: string, reader: ServerlessReader): Mapping {
  if (typeof value !== 'object' || value === null) return { authType: 'NONE' };
  const { authorizer, cors, invokeMode } = value as Mapping;
  const { allowedOrigins, allowedHeaders, allowedMethods, exposedResponseHeaders, allowCredentials, maxAge } = (
    typeof cors === 'object' ? (cors ?? {}) : {}
  ) as Mapping;
  if (cors === true) reader.note(`${path}.cors`, 'the origins, headers and methods are given one by one here');
  return withoutNothing({
    authType: authorizer === 'aws_iam' ? 'AWS_IAM' : 'NONE',
    invokeMode,
    cors: withoutNothing({
      allowOrigins: allowedOrigins,
      allowHeaders: allowedHeaders,
      allowMethods: allowedMethods,
      exposeHeaders: exposedResponseHeaders,
      allowCredentials,
      maxAge,
    }),
  });
}

/** Names of members that the Framework calls otherwise than the Lambda API. */
const EVENT_NAMES: Readonly<Record<string, string>> = {
  arn: 'eventSourceArn',
  maximumBatchingWindow: 'maximumBatchingWindowInSeconds',
  batchWindow: 'maximumBatchingWindowInSeconds',
  functionResponseType: 'functionResponseTypes',
};

function eventsOf(value: unknown, path: string, reader: ServerlessReader): Mapping {
  const schedules: unknown[] = [];
  const eventSources: unknown[] = [];
  const routes: unknown[] = [];
  for (const [index, event] of (Array.isArray(value) ? value : []).entries()) {
    const [type = '', details] = typeof event === 'string' ? [event] : (Object.entries(event as Mapping)[0] ?? []);
    const place = `${path}[${index}].${type}`;
    if (type === 'schedule') schedules.push(...schedulesOf(details));
    else if (type === 'sqs' || type === 'stream') {
      const source = eventSourceOf(details, place, reader);
      if (source !== undefined) eventSources.push(source);
    } else if (type === 'httpApi' || type === 'http') {
      const route = routeOf(type === 'http' ? 'rest' : 'http', details);
      if (route !== undefined) routes.push(route);
      reader.note(place, API_STAYS);
    } else reader.note(place, `events of the type ${type} need resources of their own, which lambdakit does not make`);
  }
  return { schedules, eventSources, routes };
}

/** `GET /items`, `*`, or an object with method and path (Serverless Framework documentation, "API Gateway" and "HTTP API"). */
function routeOf(front: 'http' | 'rest', details: unknown): Mapping | string | undefined {
  if (typeof details !== 'string') {
    const { method, path } = (details ?? {}) as Mapping;
    return importedRoute(front, method, path);
  }
  const [first, second] = details.trim().split(/\s+/);
  return second === undefined ? importedRoute(front, undefined, first) : importedRoute(front, first, second);
}

function schedulesOf(details: unknown): readonly Mapping[] {
  const { rate, enabled, input, name, timezone } = (
    typeof details === 'string' ? { rate: details } : details
  ) as Mapping;
  return [rate].flat().map((scheduleExpression) =>
    withoutNothing({
      name,
      scheduleExpression,
      scheduleExpressionTimezone: timezone,
      input,
      ...(enabled === false && { enabled }),
    }),
  );
}

function eventSourceOf(details: unknown, place: string, reader: ServerlessReader): Mapping | undefined {
  const { type: _, ...given } = (typeof details === 'string' ? { arn: details } : details) as Mapping;
  const members = Object.entries(given).map(([name, value]) => [EVENT_NAMES[name] ?? name, value] as const);
  const unknown = members.filter(([name]) => !(name in eventSourceSchema.shape) && name !== 'filterPatterns');
  for (const [name] of unknown) reader.note(`${place}.${name}`, 'the project file has no word for it');
  const known = Object.fromEntries(members.filter(([name]) => name in eventSourceSchema.shape));
  if (typeof known.eventSourceArn !== 'string') {
    // Why it is not known has been noted where it was read.
    return undefined;
  }
  const patterns = given.filterPatterns;
  return {
    ...known,
    ...(typeof known.functionResponseTypes === 'string' && { functionResponseTypes: [known.functionResponseTypes] }),
    ...(Array.isArray(patterns) && {
      filterCriteria: { filters: patterns.map((pattern) => ({ pattern: JSON.stringify(pattern) })) },
    }),
  };
}
