import type { LogsCalls } from '../../aws/neighbour-calls.js';
import { unlessNotFound } from '../../aws/not-found.js';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import type { ActionContext } from '../action-context.js';
import { resolveFunctionTarget } from '../function-target.js';

/** Which log streams belong to what was asked for. */
export interface LogSource {
  readonly functionName: string;
  readonly logGroup: string;
  /** Decides by the name of a stream. */
  readonly hasStream: (logStreamName: string) => boolean;
  readonly architecture: 'x86_64' | 'arm64';
  readonly region: string | undefined;
}

export interface LogSourceRequest {
  /** Key of the project file, name or ARN; a qualifier may follow. */
  readonly target: string;
  /** Version number, alias, or `$LATEST`; without one every version counts. */
  readonly qualifier?: string | undefined;
}

/**
 * Finds the log group of a function and the names of the streams of one version or alias. A function
 * that is deleted has left its log group behind, so that one is assumed.
 */
export async function findLogSource(request: LogSourceRequest, context: ActionContext): Promise<LogSource> {
  const target = await resolveFunctionTarget(request.target, context);
  const qualifier = request.qualifier ?? target.qualifier;
  const lambda = await context.lambda();
  const settings = await unlessNotFound(lambda.getFunctionConfiguration({ FunctionName: target.functionName }));
  const functionName = settings?.FunctionName ?? target.functionName.split(':').at(-1) ?? target.functionName;
  const ownGroup = `/aws/lambda/${functionName}`;
  const logGroup = settings?.LoggingConfig?.LogGroup ?? ownGroup;
  const versions = qualifier === undefined ? undefined : await versionsOf(target.functionName, qualifier, context);
  // In a group of its own choice the function may not be alone.
  const owner = logGroup === ownGroup ? '' : functionName;
  return {
    functionName,
    logGroup,
    hasStream: (name) => {
      const [, streamOwner = '', version = ''] = /^\d{4}\/\d\d\/\d\d\/([^[\]]*)\[([^\]]+)\]/.exec(name) ?? [];
      if (version === '') return owner === '' && versions === undefined;
      if (owner !== '' && streamOwner !== owner) return false;
      return versions === undefined || versions.includes(version);
    },
    architecture: settings?.Architectures?.[0] === 'arm64' ? 'arm64' : 'x86_64',
    region: settings?.FunctionArn?.split(':')[3],
  };
}

async function versionsOf(functionName: string, qualifier: string, context: ActionContext): Promise<readonly string[]> {
  if (/^(\$LATEST|\d+)$/.test(qualifier)) return [qualifier];
  const lambda = await context.lambda();
  const alias = await lambda.getAlias({ FunctionName: functionName, Name: qualifier });
  return [alias.FunctionVersion ?? '', ...Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {})];
}

/** The CloudWatch Logs API of the place where the function is. */
export async function logCalls(context: ActionContext): Promise<LogsCalls> {
  const { logs } = await context.neighbours();
  if (logs !== undefined) return logs;
  throw new LambdakitError('invalid-input', 'There are no logs at this endpoint.', {
    hint: 'Name the Logs API with AWS_ENDPOINT_URL_CLOUDWATCH_LOGS.',
  });
}
