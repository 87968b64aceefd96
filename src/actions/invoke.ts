import type { InvocationResponse } from '../aws/lambda-calls.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { LIMITS } from '../lambda/limits.js';
import { parseReportLine } from '../lambda/report-line.js';
import { readFile, writeFile } from '../system/files.js';
import type { ActionContext } from './action-context.js';
import { type InvokePayload, readInvokePayload } from './invocations/invoke-payload.js';
import { openQualifiedFunction, type QualifiedFunction, type QualifiedFunctionKey } from './qualified-function.js';

export interface InvokeRequest extends QualifiedFunction {
  /** Without one no body is sent, and the function receives `{}`. */
  readonly payload: InvokePayload;
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
  /** In the place of `payload` where the response is not UTF-8. */
  readonly payloadBase64?: string;
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
  const payload = await readInvokePayload(request.payload, context);
  const invoker = await prepareInvoker(request, context);
  const invoked = await invoker.invoke(payload);
  if (request.outFile === undefined) return invoked;
  await writeFile(request.outFile, invoked.bytes);
  const { payload: _, payloadBase64: __, ...rest } = invoked.result;
  return { ...invoked, result: { ...rest, outFile: request.outFile }, bytes: new Uint8Array() };
}

/** Invokes one function again and again. */
export interface Invoker {
  readonly functionName: string;
  readonly qualifier: string | undefined;
  /** The members of every call but its payload. */
  readonly call: InvokerCall;
  invoke(payload: Uint8Array | undefined): Promise<Invoked>;
}

export interface InvokerCall extends QualifiedFunctionKey {
  readonly ClientContext?: string;
}

/** Finds out what is to be invoked and how; each call is one request. */
export async function prepareInvoker(
  request: Omit<InvokeRequest, 'payload' | 'outFile'>,
  context: ActionContext,
): Promise<Invoker> {
  const clientContext = await readClientContext(request.clientContext);
  const { calls, key } = await openQualifiedFunction(request, context);
  const call = { ...key, ...(clientContext !== undefined && { ClientContext: clientContext }) };
  const functionName = key.FunctionName;
  return {
    functionName,
    qualifier: key.Qualifier,
    call,
    invoke: async (payload) => {
      const response = await calls.invoke({
        ...call,
        InvocationType: request.invocationType,
        ...(payload !== undefined && { Payload: payload }),
        ...(request.withLog && request.invocationType === 'RequestResponse' && { LogType: 'Tail' }),
      });
      const result = resultOf(functionName, response);
      return { result, bytes: bytesOf(response.Payload), error: functionErrorOf(request.withLog, result) };
    },
  };
}

/** The SDK gives an empty body as an empty text, whatever its types say. */
function bytesOf(payload: unknown): Uint8Array {
  return payload instanceof Uint8Array ? payload : new Uint8Array();
}

type InvokeResponse = InvocationResponse & { readonly $metadata: { readonly requestId?: string | undefined } };

function resultOf(functionName: string, response: InvokeResponse): InvokeResult {
  const body = bodyOf(bytesOf(response.Payload));
  const log = response.LogResult === undefined ? undefined : Buffer.from(response.LogResult, 'base64').toString('utf8');
  return {
    functionName,
    statusCode: response.StatusCode ?? 0,
    ...(response.$metadata.requestId !== undefined && { requestId: response.$metadata.requestId }),
    ...(response.ExecutedVersion !== undefined && { executedVersion: response.ExecutedVersion }),
    ...body,
    ...(response.FunctionError !== undefined && { functionError: response.FunctionError }),
    ...(log !== undefined && { log, ...figuresOf(log) }),
  };
}

/** What is no text goes into the document as base64: nothing of it may be lost. */
function bodyOf(bytes: Uint8Array): Pick<InvokeResult, 'payload' | 'payloadBase64'> {
  if (bytes.length === 0) return {};
  try {
    return { payload: parsePayload(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    return { payloadBase64: Buffer.from(bytes).toString('base64') };
  }
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
