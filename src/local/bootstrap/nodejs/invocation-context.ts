import type { HttpResponse } from './http-response-reader.js';
import { runtimeError } from './runtime-error.js';

type Headers = HttpResponse['headers'];
type Environment = NodeJS.ProcessEnv;

/** Named in this order when they are missing. */
const FUNCTION_VARIABLES = {
  functionName: 'AWS_LAMBDA_FUNCTION_NAME',
  functionVersion: 'AWS_LAMBDA_FUNCTION_VERSION',
  memoryLimitInMB: 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  logGroupName: 'AWS_LAMBDA_LOG_GROUP_NAME',
  logStreamName: 'AWS_LAMBDA_LOG_STREAM_NAME',
} as const;

type FunctionMembers = Record<keyof typeof FUNCTION_VARIABLES, string | undefined>;

const REQUIRED_HEADERS = {
  invokedFunctionArn: 'lambda-runtime-invoked-function-arn',
  awsRequestId: 'lambda-runtime-aws-request-id',
  deadlineMs: 'lambda-runtime-deadline-ms',
} as const;

/** The trace header goes to the environment, where the X-Ray SDK looks for it. */
export function setTraceVariable(trace: string | undefined, environment: Environment): void {
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
    clientContext: parseCallbackHeader(headers, 'lambda-runtime-client-context'),
    identity: parseCallbackHeader(headers, 'lambda-runtime-cognito-identity'),
    invokedFunctionArn: headers.get(REQUIRED_HEADERS.invokedFunctionArn),
    awsRequestId: headers.get(REQUIRED_HEADERS.awsRequestId),
    tenantId: headers.get('lambda-runtime-aws-tenant-id'),
    getRemainingTimeInMillis: remainingTime(Number(headers.get(REQUIRED_HEADERS.deadlineMs))),
  };
}

/** The context of generation 4. Throws when the platform left out what every invocation has. */
export function promiseContext(headers: Headers, environment: Environment) {
  const functions = functionMembers(environment);
  const invokedFunctionArn = headers.get(REQUIRED_HEADERS.invokedFunctionArn);
  const awsRequestId = headers.get(REQUIRED_HEADERS.awsRequestId);
  const deadlineMs = headers.get(REQUIRED_HEADERS.deadlineMs);
  refuseMissing('environment variables', FUNCTION_VARIABLES, functions);
  refuseMissing('headers', REQUIRED_HEADERS, {
    invokedFunctionArn: invokedFunctionArn !== undefined,
    awsRequestId: awsRequestId !== undefined,
    deadlineMs: deadlineMs !== undefined,
  });
  if (Number.isNaN(Number.parseInt(deadlineMs ?? '', 10))) {
    throw runtimeError('PlatformError', 'Invalid deadline timestamp', 4);
  }
  return {
    clientContext: parsePromiseHeader(headers, 'lambda-runtime-client-context'),
    identity: parsePromiseHeader(headers, 'lambda-runtime-cognito-identity'),
    invokedFunctionArn,
    awsRequestId,
    tenantId: headers.get('lambda-runtime-aws-tenant-id'),
    xRayTraceId: headers.get('lambda-runtime-trace-id'),
    getRemainingTimeInMillis: remainingTime(Number(deadlineMs)),
    ...functions,
  };
}

/** Spelt out, and read once for each invocation: a read of the environment is a call out of JavaScript. */
function functionMembers(environment: Environment): FunctionMembers {
  return {
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
  };
}

function refuseMissing<Key extends string>(
  what: string,
  names: Record<Key, string>,
  isThere: Record<Key, unknown>,
): void {
  const missing: string[] = [];
  for (const key in names) if (!isThere[key]) missing.push(names[key]);
  if (missing.length > 0) throw runtimeError('PlatformError', `Missing required ${what}: ${missing.join(', ')}`, 4);
}

/** May be negative once the deadline is over. */
function remainingTime(deadlineMs: number): () => number {
  return () => deadlineMs - Date.now();
}

function parseCallbackHeader(headers: Headers, name: string): unknown {
  const text = headers.get(name);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    const label = name === 'lambda-runtime-client-context' ? 'ClientContext' : 'CognitoIdentity';
    throw new Error(`Cannot parse ${label} as json: ${String(error)}`);
  }
}

function parsePromiseHeader(headers: Headers, name: string): unknown {
  const text = headers.get(name);
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw runtimeError('PlatformError', `Failed to parse ${name} as JSON: ${(error as Error).message}`, 4);
  }
}
