import type { FunctionSnapshot } from '../function-snapshot.js';
import type { EnvironmentIdentity } from '../platform-event.js';

/**
 * Names a new environment and its log stream: `YYYY/MM/DD/[version]<id>`, with the function's name
 * before the version where functions share a log group of their own choice (names that Lambda gives).
 */
export function createEnvironmentIdentity(
  snapshot: FunctionSnapshot,
  options: { readonly uuid: string; readonly nowMs: number },
): EnvironmentIdentity {
  const { functionName, version, functionArn, logGroup } = snapshot;
  const environmentId = options.uuid.replaceAll('-', '');
  const date = new Date(options.nowMs).toISOString().slice(0, 10).replaceAll('-', '/');
  const owner = logGroup === `/aws/lambda/${functionName}` ? '' : functionName;
  const logStream = `${date}/${owner}[${version}]${environmentId}`;
  return { environmentId, functionName, version, functionArn, logGroup, logStream };
}

/** The value of AWS_LAMBDA_METADATA_TOKEN: the environment's id in the form of a UUID. */
export function metadataTokenOf(environmentId: string): string {
  return environmentId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The text of INIT_START: `nodejs24.x` is `nodejs:24.v1`. Undefined for container images. */
export function runtimeVersionText(runtime: string | undefined): string | undefined {
  const match = /^([a-z]+)(.*?)(?:\.x)?$/.exec(runtime ?? '');
  if (match === null || runtime === undefined) return undefined;
  const [, family = '', version = ''] = match;
  return `${family}:${version.replace(/^\./, '')}.v1`;
}
