import { metadataTokenOf } from '../core/environment/environment-identity.js';
import type { FunctionSnapshot, InitializationType } from '../core/function-snapshot.js';
import { type FilesystemView, translatePaths } from './filesystem-view.js';

/** What the function's processes sign their AWS calls with. */
export interface FunctionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Well-formed and worthless: local services accept them, AWS refuses them. */
export const DUMMY_CREDENTIALS: FunctionCredentials = {
  accessKeyId: 'test',
  secretAccessKey: 'test',
  sessionToken: 'test',
};

export interface ProcessEnvironmentRequest {
  readonly snapshot: FunctionSnapshot;
  readonly environmentId: string;
  readonly initializationType: InitializationType;
  readonly logStream: string;
  readonly runtimeApi: string;
  readonly view: FilesystemView;
  readonly credentials: FunctionCredentials;
  /** What an environment shows to the credentials endpoint; a snapshot must not hold credentials themselves. */
  credentialsToken?(environmentId: string): string;
  /** `AWS_ENDPOINT_URL…` and what else the local service adds; the function's own variables win. */
  readonly endpointVariables: Readonly<Record<string, string>>;
  /** Where a managed runtime writes its log messages in frames; absent where they go to stdout. */
  readonly logDescriptor?: number;
  /** Of the connection to the Runtime API with which the runtime is started; absent where it connects for itself. */
  readonly connectionDescriptor?: number;
  /** The folder that holds `bin` of the interpreter, `/var/lang` in the true view; absent for OS-only runtimes. */
  readonly lang: string | undefined;
}

type Variables = Readonly<Record<string, string>>;

/**
 * Lambda's own variables that a function may set for itself. The union of the defined variables which the
 * developer guide calls extendable ("Defined runtime environment variables") and of those which the runtime
 * interface emulator lets the function override, of RUBYLIB, which is to Ruby what PYTHONPATH is to Python, and of the
 * file in which a function names certificates of its own. For every other name the platform wins.
 */
const OVERRIDABLE: ReadonlySet<string> = new Set([
  'AWS_LAMBDA_LOG_FORMAT',
  'AWS_LAMBDA_LOG_LEVEL',
  'AWS_XRAY_CONTEXT_MISSING',
  'AWS_XRAY_DAEMON_ADDRESS',
  'LANG',
  'LD_LIBRARY_PATH',
  'PATH',
  'TZ',
  'NODE_PATH',
  'NODE_EXTRA_CA_CERTS',
  'PYTHONPATH',
  'GEM_PATH',
  'RUBYLIB',
  'TMPDIR',
]);

/** Variables in which interpreters look for files; Lambda's folders in them are translated outside the true view. */
const PATH_VARIABLES: ReadonlySet<string> = new Set([
  'PATH',
  'LD_LIBRARY_PATH',
  'NODE_PATH',
  'NODE_OPTIONS',
  'NODE_EXTRA_CA_CERTS',
  'PYTHONPATH',
  'GEM_PATH',
  'RUBYLIB',
  'RUBYOPT',
  'JAVA_TOOL_OPTIONS',
  'TMPDIR',
]);

/** What programs need to run at all on a system; Windows alone has such variables. */
export function requiredSystemVariables(
  platform: NodeJS.Platform,
  own: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  if (platform !== 'win32') return {};
  const names = ['SystemRoot', 'SystemDrive', 'ComSpec', 'PATHEXT'];
  return Object.fromEntries(names.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]])));
}

/** The complete environment of the runtime process; nothing of our own environment is in it. */
export function runtimeEnvironment(request: ProcessEnvironmentRequest): Record<string, string> {
  const { snapshot } = request;
  const platform: Variables = {
    ...sharedVariables(request),
    ...runtimeOnlyVariables(request),
    ...languageVariables(request),
    ...(request.view.isTrue ? {} : { TMPDIR: request.view.tmp }),
  };
  return merge(platform, customerVariables(snapshot, request.view), request.endpointVariables);
}

/** The complete environment of an external extension: a subset (Lambda developer guide, Extensions API). */
export function extensionEnvironment(request: ProcessEnvironmentRequest): Record<string, string> {
  const platform: Variables = {
    ...sharedVariables(request),
    ...(request.view.isTrue ? {} : { TMPDIR: request.view.tmp }),
  };
  return merge(platform, customerVariables(request.snapshot, request.view), request.endpointVariables);
}

function sharedVariables(request: ProcessEnvironmentRequest): Variables {
  const { snapshot } = request;
  return {
    ...credentialVariables(request),
    AWS_REGION: snapshot.region,
    AWS_DEFAULT_REGION: snapshot.region,
    AWS_LAMBDA_FUNCTION_NAME: snapshot.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: snapshot.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(snapshot.memorySizeMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: request.initializationType,
    AWS_LAMBDA_RUNTIME_API: request.runtimeApi,
    // Served on the address of the Runtime API (developer guide, "Execution environment metadata").
    AWS_LAMBDA_METADATA_API: request.runtimeApi,
    AWS_LAMBDA_METADATA_TOKEN: metadataTokenOf(request.environmentId),
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: searchPath(request),
    LD_LIBRARY_PATH: libraryPath(request),
  };
}

function credentialVariables(request: ProcessEnvironmentRequest): Variables {
  const { credentials, environmentId, runtimeApi } = request;
  const credentialsToken = tokenOfSnapshot(request);
  if (credentialsToken !== undefined) {
    return {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://${runtimeApi}/2021-04-23/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: credentialsToken(environmentId),
    };
  }
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
  };
}

/** A restored environment asks for its credentials, because a snapshot is older than they live (developer guide, SnapStart). */
function tokenOfSnapshot({ initializationType, credentialsToken }: ProcessEnvironmentRequest) {
  return initializationType === 'snap-start' ? credentialsToken : undefined;
}

function runtimeOnlyVariables({ snapshot, initializationType, logStream, view }: ProcessEnvironmentRequest): Variables {
  const isCustomRuntime = snapshot.runtime?.startsWith('provided') ?? false;
  return {
    ...(snapshot.handler !== undefined && { _HANDLER: snapshot.handler }),
    ...(!isCustomRuntime && snapshot.runtime !== undefined && { AWS_EXECUTION_ENV: `AWS_Lambda_${snapshot.runtime}` }),
    ...(snapshot.packageType === 'Image' && { AWS_EXECUTION_ENV: 'AWS_Lambda_Image' }),
    // A snapshot serves many environments, so it cannot know the log stream of one of them.
    ...(initializationType !== 'snap-start' && {
      AWS_LAMBDA_LOG_GROUP_NAME: snapshot.logGroup,
      AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    }),
    ...(snapshot.logFormat === 'JSON' && {
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      ...(snapshot.applicationLogLevel !== undefined && { AWS_LAMBDA_LOG_LEVEL: snapshot.applicationLogLevel }),
    }),
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    // AWS has 169.254.100.1; the loopback address keeps trace segments on this machine.
    AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
    _AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1',
    _AWS_XRAY_DAEMON_PORT: '2000',
    LAMBDA_TASK_ROOT: view.task,
    LAMBDA_RUNTIME_DIR: view.runtime,
  };
}

/** What the start programs of the managed runtimes add (dumps of real environments, one per runtime). */
function languageVariables(request: ProcessEnvironmentRequest): Variables {
  const { logDescriptor, connectionDescriptor, runtimeApi } = request;
  return {
    ...familyVariables(request),
    // The descriptor, and the address to which it leads. The start program removes it before it loads the function.
    ...(connectionDescriptor !== undefined && { LAMBDAKIT_CONNECTION: `${connectionDescriptor}@${runtimeApi}` }),
    ...(logDescriptor !== undefined && { _LAMBDA_TELEMETRY_LOG_FD: String(logDescriptor) }),
  };
}

function familyVariables(request: ProcessEnvironmentRequest): Variables {
  const { snapshot, credentials, view } = request;
  const { task, opt, runtime: runtimeDir } = view;
  const [, family, version = ''] = /^(nodejs|python|ruby|java)([\d.]*)/.exec(snapshot.runtime ?? '') ?? [];
  const shell: Variables = { PWD: task, SHLVL: '0' };
  switch (family) {
    case 'nodejs': {
      const major = version.split('.')[0];
      return {
        ...shell,
        NODE_PATH: `${opt}/nodejs/node${major}/node_modules:${opt}/nodejs/node_modules:${runtimeDir}/node_modules:${runtimeDir}:${task}`,
        ...(Number(major) <= 18 && { NODE_EXTRA_CA_CERTS: `${runtimeDir}/ca-cert.pem` }),
      };
    }
    case 'python':
      return {
        ...shell,
        PYTHONPATH: runtimeDir,
        // For our start program, which removes it before it loads the function.
        ...(!view.isTrue && { LAMBDAKIT_OPT: opt }),
        ...(Number(version.split('.')[1]) >= 12 && { LC_CTYPE: 'C.UTF-8' }),
      };
    case 'ruby':
      return {
        ...repeatedInterpreter(request),
        GEM_HOME: runtimeDir,
        GEM_PATH: `${task}/vendor/bundle/ruby/${version}.0:${opt}/ruby/gems/${version}.0:${runtimeDir}:${runtimeDir}/ruby/${version}.0`,
        RUBYLIB: `${task}:${runtimeDir}/lib:${opt}/ruby/lib`,
      };
    case 'java':
      return ['8', '11'].includes(version.split('.')[0] ?? '') && tokenOfSnapshot(request) === undefined
        ? { AWS_ACCESS_KEY: credentials.accessKeyId, AWS_SECRET_KEY: credentials.secretAccessKey }
        : {};
    default:
      return {};
  }
}

/** The start program of Ruby puts the interpreter in front of both paths, where it is already. */
function repeatedInterpreter(request: ProcessEnvironmentRequest): Variables {
  const { lang, view } = request;
  if (lang === undefined) return {};
  return {
    PATH: `${lang}/bin:${searchPath(request)}`,
    ...(view.isTrue && { LD_LIBRARY_PATH: `${lang}/lib:${libraryPath(request)}` }),
  };
}

function searchPath({ lang, view }: ProcessEnvironmentRequest): string {
  return [
    ...(lang === undefined ? [] : [`${lang}/bin`]),
    '/usr/local/bin',
    '/usr/bin/',
    '/bin',
    `${view.opt}/bin`,
  ].join(':');
}

function libraryPath({ lang, view }: ProcessEnvironmentRequest): string {
  // Outside the true view only the function's own folders: the system's libraries are found without help,
  // and a foreign /lib64 in front of them could break the interpreter.
  const system = view.isTrue ? ['/lib64', '/usr/lib64', view.runtime] : [];
  return [
    ...(lang === undefined || !view.isTrue ? [] : [`${lang}/lib`]),
    ...system,
    `${view.runtime}/lib`,
    view.task,
    `${view.task}/lib`,
    `${view.opt}/lib`,
  ].join(':');
}

function customerVariables(snapshot: FunctionSnapshot, view: FilesystemView): Variables {
  return Object.fromEntries(
    Object.entries(snapshot.environment)
      .filter(([name]) => !name.startsWith('_'))
      .map(([name, value]) => [name, PATH_VARIABLES.has(name) ? translatePaths(value, view) : value]),
  );
}

function merge(platform: Variables, customer: Variables, added: Variables): Record<string, string> {
  const result: Record<string, string> = { ...added, ...customer };
  for (const [name, value] of Object.entries(platform)) {
    if (!(OVERRIDABLE.has(name) && name in customer)) result[name] = value;
  }
  return result;
}
