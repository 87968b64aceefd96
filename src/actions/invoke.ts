import type { InvocationResponse } from '../aws/lambda-calls.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { LIMITS } from '../lambda/limits.js';
import { parseReportLine } from '../lambda/report-line.js';
import { readFile, writeFile } from '../system/files.js';
import type { ActionContext } from './action-context.js';
import { resolveFunctionTarget } from './function-target.js';
import { type PayloadSource, readPayload } from './read-payload.js';

export interface InvokeRequest {
  /** Key of the project file, name or ARN; a qualifier may follow. */
  readonly target: string;
  readonly qualifier?: string | undefined;
  /** Without one no body is sent, and the function receives `{}`. */
  readonly payload: PayloadSource;
  readonly invocationType: 'RequestResponse' | 'Event' | 'DryRun';
  /** Asks for the last 4 KB of the log; synchronous invocations only. */
  readonly withLog: boolean;
  /** JSON text, or `@FILE`. */
  readonly clientContext?: string | undefined;
  /** The response is written here, byte for byte. */
  readonly outFile?: string | undefined;
}

/** The error that a function returned, read from its payload. */
export interface FunctionErrorFacts {
  readonly errorType?: string;
  readonly errorMessage?: string;
  readonly stackTrace?: readonly string[];
}

/** One invocation as the caller sees it. Durations in milliseconds, memory in MB, as in the REPORT line. */
export interface InvokeResult {
  readonly functionName: string;
  readonly statusCode: number;
  readonly requestId?: string;
  readonly executedVersion?: string;
  /** The parsed JSON, or the text where it is not JSON. */
  readonly payload?: unknown;
  readonly functionError?: string;
  readonly log?: string;
  readonly duration?: number;
  readonly billedDuration?: number;
  readonly memorySize?: number;
  readonly maxMemoryUsed?: number;
  readonly initDuration?: number;
  readonly outFile?: string;
}

export interface Invoked {
  readonly result: InvokeResult;
  /** The response byte for byte. */
  readonly bytes: Uint8Array;
  /** Set when the function failed. */
  readonly error: LambdakitError | undefined;
}

/**
 * Invokes a function once. An error of the function is a result and not an exception; what the service
 * refuses is thrown.
 */
export async function invoke(request: InvokeRequest, context: ActionContext): Promise<Invoked> {
  const payload = await readPayload(request.payload, context.signal);
  const clientContext = await readClientContext(request.clientContext);
  const target = await resolveFunctionTarget(request.target, context);
  const qualifier = request.qualifier ?? target.qualifier;
  const calls = await context.lambda();
  const response = await calls.invoke({
    FunctionName: target.functionName,
    InvocationType: request.invocationType,
    ...(qualifier !== undefined && { Qualifier: qualifier }),
    ...(payload !== undefined && { Payload: payload }),
    ...(request.withLog && request.invocationType === 'RequestResponse' && { LogType: 'Tail' }),
    ...(clientContext !== undefined && { ClientContext: clientContext }),
  });
  const bytes = bytesOf(response.Payload);
  const result = resultOf(target.functionName, response);
  const error = functionErrorOf(request.withLog, result);
  if (request.outFile === undefined) return { result, bytes, error };
  await writeFile(request.outFile, bytes);
  const { payload: _, ...rest } = result;
  return { result: { ...rest, outFile: request.outFile }, bytes: new Uint8Array(), error };
}

/** The SDK gives an empty body as an empty text, whatever its types say. */
function bytesOf(payload: unknown): Uint8Array {
  return payload instanceof Uint8Array ? payload : new Uint8Array();
}

type InvokeResponse = InvocationResponse & { readonly $metadata: { readonly requestId?: string | undefined } };

function resultOf(functionName: string, response: InvokeResponse): InvokeResult {
  const text = new TextDecoder().decode(bytesOf(response.Payload));
  const log = response.LogResult === undefined ? undefined : Buffer.from(response.LogResult, 'base64').toString('utf8');
  return {
    functionName,
    statusCode: response.StatusCode ?? 0,
    ...(response.$metadata.requestId !== undefined && { requestId: response.$metadata.requestId }),
    ...(response.ExecutedVersion !== undefined && { executedVersion: response.ExecutedVersion }),
    ...(text !== '' && { payload: parsePayload(text) }),
    ...(response.FunctionError !== undefined && { functionError: response.FunctionError }),
    ...(log !== undefined && { log, ...figuresOf(log) }),
  };
}

/** The client context goes as base64 of its JSON, at most 3,583 bytes of it (Lambda API reference, Invoke). */
async function readClientContext(given: string | undefined): Promise<string | undefined> {
  if (given === undefined) return undefined;
  const json = given.startsWith('@') ? await readFile(given.slice(1), 'utf8') : given;
  try {
    JSON.parse(json);
  } catch (error) {
    throw new LambdakitError('invalid-input', `The client context is not JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const encoded = Buffer.from(json, 'utf8').toString('base64');
  if (encoded.length <= LIMITS.clientContextBytes) return encoded;
  throw new LambdakitError(
    'invalid-input',
    `The client context has ${encoded.length} bytes as base64; Lambda takes ${LIMITS.clientContextBytes}.`,
    {
      hint: 'Send the data in the event instead.',
    },
  );
}

/** The JSON of a response, or its text. */
export function parsePayload(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // A custom runtime may answer anything.
  }
}

function figuresOf(log: string): Partial<InvokeResult> {
  const report = parseReportLine(log);
  if (report === undefined) return {};
  return {
    duration: report.durationMs,
    billedDuration: report.billedDurationMs,
    memorySize: report.memorySizeMb,
    maxMemoryUsed: report.maxMemoryUsedMb,
    ...(report.initDurationMs !== undefined && { initDuration: report.initDurationMs }),
  };
}

/** The error of the function as ours; undefined when it has succeeded. */
export function functionErrorOf(
  withLog: boolean,
  { functionName, functionError, payload }: InvokeResult,
): LambdakitError | undefined {
  if (functionError === undefined) return undefined;
  const facts = readFunctionError(payload);
  const what = [facts.errorType, facts.errorMessage].filter((part) => part !== undefined && part !== '').join(': ');
  return new LambdakitError(
    'function-error',
    `The function ${functionName} returned an error (${functionError})${what === '' ? '.' : `: ${what}`}`,
    {
      hint: hintFor(facts, withLog),
      details: { functionError, ...facts },
    },
  );
}

function readFunctionError(payload: unknown): FunctionErrorFacts {
  if (typeof payload !== 'object' || payload === null) return {};
  const { errorType, errorMessage, trace, stackTrace } = payload as Readonly<Record<string, unknown>>;
  const lines = [trace, stackTrace].find(Array.isArray)?.map(String);
  return {
    ...(typeof errorType === 'string' && { errorType }),
    ...(typeof errorMessage === 'string' && { errorMessage }),
    ...(lines !== undefined && { stackTrace: lines }),
  };
}

function hintFor({ errorType, errorMessage }: FunctionErrorFacts, withLog: boolean): string {
  if (errorType === 'Sandbox.Timedout' || /Task timed out after/.test(errorMessage ?? '')) {
    return 'Raise the timeout of the function, or see with --tail where the time goes.';
  }
  if (errorType === 'Runtime.ImportModuleError' || errorType === 'Runtime.HandlerNotFound') {
    return 'Check the handler setting against the files of the package (`lambdakit package --stats` lists them).';
  }
  if (errorType === 'Runtime.OutOfMemory' || /signal: killed/.test(errorMessage ?? ''))
    return 'Raise memorySize of the function.';
  return withLog ? 'The log of the invocation says more.' : 'Add --tail to see the log of the invocation.';
}
