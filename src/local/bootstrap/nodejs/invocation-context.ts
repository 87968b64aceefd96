import type { HttpResponse } from './http-response-reader.js';
import { runtimeError } from './runtime-error.js';

type Headers = HttpResponse['headers'];
type Environment = NodeJS.ProcessEnv;

const FUNCTION_VARIABLES = [
  ['functionName', 'AWS_LAMBDA_FUNCTION_NAME'],
  ['functionVersion', 'AWS_LAMBDA_FUNCTION_VERSION'],
  ['memoryLimitInMB', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
  ['logGroupName', 'AWS_LAMBDA_LOG_GROUP_NAME'],
  ['logStreamName', 'AWS_LAMBDA_LOG_STREAM_NAME'],
] as const;

const REQUIRED_HEADERS = [
  'lambda-runtime-invoked-function-arn',
  'lambda-runtime-aws-request-id',
  'lambda-runtime-deadline-ms',
] as const;

/** The trace header goes to the environment, where the X-Ray SDK looks for it. */
export function setTraceVariable(headers: Headers, environment: Environment): void {
  const trace = headers['lambda-runtime-trace-id'];
  if (trace) environment._X_AMZN_TRACE_ID = trace;
  else delete environment._X_AMZN_TRACE_ID;
}

/** What generation 3 adds to its callback members, in the order in which the platform serialises it. */
export function callbackContextMembers(headers: Headers, environment: Environment): Record<string, unknown> {
  const { functionName, ...others } = functionMembers(environment);
  return {
    functionVersion: others.functionVersion,
    functionName,
    memoryLimitInMB: others.memoryLimitInMB,
    logGroupName: others.logGroupName,
    logStreamName: others.logStreamName,
    ...invocationMembers(headers, parseCallbackHeader),
    ...remainingTime(headers),
  };
}

/** The context of generation 4. Throws when the platform left out what every invocation has. */
export function promiseContext(headers: Headers, environment: Environment): Record<string, unknown> {
  // Each read of the environment is a call into the runtime, so it is read once.
  const functions = functionMembers(environment);
  const variables = FUNCTION_VARIABLES.filter(([member]) => !functions[member]).map(([, name]) => name);
  if (variables.length > 0) {
    throw runtimeError('PlatformError', `Missing required environment variables: ${variables.join(', ')}`, 4);
  }
  const missing = REQUIRED_HEADERS.filter((name) => !(name in headers));
  if (missing.length > 0) throw runtimeError('PlatformError', `Missing required headers: ${missing.join(', ')}`, 4);
  if (Number.isNaN(Number.parseInt(headers['lambda-runtime-deadline-ms'] ?? '', 10))) {
    throw runtimeError('PlatformError', 'Invalid deadline timestamp', 4);
  }
  return {
    ...invocationMembers(headers, parsePromiseHeader),
    xRayTraceId: headers['lambda-runtime-trace-id'],
    ...remainingTime(headers),
    ...functions,
  };
}

function functionMembers(environment: Environment): Record<string, unknown> {
  return Object.fromEntries(FUNCTION_VARIABLES.map(([member, name]) => [member, environment[name]]));
}

function invocationMembers(headers: Headers, parse: (headers: Headers, name: string) => unknown) {
  return {
    clientContext: parse(headers, 'lambda-runtime-client-context'),
    identity: parse(headers, 'lambda-runtime-cognito-identity'),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    tenantId: headers['lambda-runtime-aws-tenant-id'],
  };
}

/** May be negative once the deadline is over. */
function remainingTime(headers: Headers): { getRemainingTimeInMillis(): number } {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  return { getRemainingTimeInMillis: () => deadlineMs - Date.now() };
}

function parseCallbackHeader(headers: Headers, name: string): unknown {
  const text = headers[name];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    const label = name === 'lambda-runtime-client-context' ? 'ClientContext' : 'CognitoIdentity';
    throw new Error(`Cannot parse ${label} as json: ${String(error)}`);
  }
}

function parsePromiseHeader(headers: Headers, name: string): unknown {
  const text = headers[name];
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw runtimeError('PlatformError', `Failed to parse ${name} as JSON: ${(error as Error).message}`, 4);
  }
}
