import { LambdakitError } from '../../errors/lambdakit-error.js';
import { type ImportedProject, isNothing, withoutNothing } from './imported-project.js';

export interface DotnetDefaultsOptions {
  readonly file: string;
  /** The folder of the file, from the project's folder. */
  readonly codeRoot: string;
  /** The name of the function where the file gives none. */
  readonly folderName: string;
}

/**
 * Reads aws-lambda-tools-defaults.json of the .NET tools; its keys are the long options of `dotnet lambda deploy-function`.
 * @throws LambdakitError `invalid-input`
 */
export function fromDotnetDefaults(
  text: string,
  { file, codeRoot, folderName }: DotnetDefaultsOptions,
): ImportedProject {
  const options = parse(file, text);
  const read = (name: string): string | undefined => (isNothing(options[name]) ? undefined : String(options[name]));
  const list = (name: string): readonly string[] | undefined =>
    read(name)
      ?.split(',')
      .map((item) => item.trim());
  const number = (name: string): number | undefined => (read(name) === undefined ? undefined : Number(read(name)));
  const key = (read('function-name') ?? folderName).replace(/[^a-zA-Z0-9-_]+/g, '-');
  const applyOn = read('snap-start-apply-on');
  const tracing = read('tracing-mode');
  const logging = withoutNothing({
    logFormat: read('log-format'),
    applicationLogLevel: read('log-application-level')?.toUpperCase(),
    systemLogLevel: read('log-system-level')?.toUpperCase(),
    logGroup: read('log-group'),
  });
  const settings = withoutNothing({
    code: codeRoot === '' ? '.' : codeRoot,
    handler: read('function-handler'),
    runtime: read('function-runtime'),
    role: read('function-role') ?? 'auto',
    description: read('function-description'),
    memorySize: number('function-memory-size'),
    timeout: number('function-timeout'),
    ephemeralStorage: number('ephemerals-storage-size') ?? number('ephemeral-storage-size'),
    architectures: list('function-architecture'),
    environment: pairs(read('environment-variables')),
    tags: pairs(read('tags')),
    layers: list('function-layers'),
    vpcConfig: withoutNothing({
      subnetIds: list('function-subnets'),
      securityGroupIds: list('function-security-groups'),
    }),
    deadLetterConfig: withoutNothing({ targetArn: read('dead-letter-target-arn') }),
    tracingConfig: tracing === 'Active' || tracing === 'PassThrough' ? { mode: tracing } : undefined,
    snapStart: applyOn === undefined || applyOn === 'None' ? undefined : { applyOn },
    loggingConfig: logging,
    kmsKeyArn: read('kms-key'),
    imageConfig: withoutNothing({
      command: list('image-command'),
      entryPoint: list('image-entrypoint'),
      workingDirectory: read('image-working-directory'),
    }),
    url: options['function-url-enable'] === true ? { authType: read('function-url-auth') ?? 'NONE' } : undefined,
    build: withoutNothing({ args: read('msbuild-parameters')?.split(/\s+/) }),
  });
  const unmapped = Object.keys(options)
    .filter((name) => !KNOWN.has(name) && name !== 'Information' && !isNothing(options[name]))
    .map((name) => ({ path: name, reason: REASONS[name] ?? 'the project file has no word for it' }));
  return {
    project: { region: read('region'), profile: read('profile'), functions: { [key]: settings } },
    unmapped,
  };
}

const KNOWN: ReadonlySet<string> = new Set([
  ...['profile', 'region', 'function-name', 'function-handler', 'function-runtime', 'function-role'],
  ...['function-description', 'function-memory-size', 'function-timeout', 'function-architecture', 'function-layers'],
  ...['ephemerals-storage-size', 'ephemeral-storage-size', 'environment-variables', 'tags', 'function-subnets'],
  ...['function-security-groups', 'dead-letter-target-arn', 'tracing-mode', 'snap-start-apply-on', 'kms-key'],
  ...['log-format', 'log-application-level', 'log-system-level', 'log-group', 'image-command', 'image-entrypoint'],
  ...['image-working-directory', 'function-url-enable', 'function-url-auth', 'msbuild-parameters'],
  // What lambdakit does in any case: a Release build for the runtime's framework, as a zip.
  ...['configuration', 'framework', 'package-type'],
]);

const REASONS: Readonly<Record<string, string>> = {
  's3-bucket': 'give it with `deploy --s3-bucket`',
  's3-prefix': 'give it with `deploy --s3-prefix`',
  template: 'import the template by itself',
  'function-publish': 'give it with `deploy --publish`, or write an "alias"',
};

function parse(file: string, text: string): Readonly<Record<string, unknown>> {
  try {
    // Visual Studio writes a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, '')) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new LambdakitError('invalid-input', `${file} is not JSON: ${String((error as Error).message)}`, {
      cause: error,
    });
  }
}

/** `"A"="1";"B"="2"`, with or without quotes. */
function pairs(text: string | undefined): Readonly<Record<string, string>> | undefined {
  if (text === undefined) return undefined;
  const found = text.matchAll(/\s*("(?:[^"\\]|\\.)*"|[^=;]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)\s*(?:;|$)/g);
  const bare = (part: string | undefined): string =>
    (part ?? '')
      .trim()
      .replace(/^"(.*)"$/s, '$1')
      .replaceAll('\\"', '"');
  return Object.fromEntries([...found].map(([, name, value]) => [bare(name), bare(value)]));
}
