import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { endInOneWrite, hangUpSignal, readRequestBody } from '../../system/http-exchange.js';
import { ApiRefusal, type ReportedError, type RuntimeApiPort, type RuntimeEvent } from '../core/environment-api.js';
import type { EnvironmentRouter } from './environment-router.js';
import { replyAccepted, replyError, replyJson } from './replies.js';
import { receiveStream, trailersError } from './response-stream.js';

/** Largest response and error body (the number in Lambda's own error message). */
export const MAX_BODY_BYTES = 6 * 1024 * 1024 + 100;

/** The X-Ray cause that a runtime may add to an error is cropped to 64 KiB. */
const MAX_XRAY_CAUSE_CHARACTERS = 64 * 1024;

const PREFIX = '/2018-06-01/';
const INVOCATION_CALL = /^runtime\/invocation\/([^/]*)\/(response|error)$/;

type Exchange = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** The Runtime API, version 2018-06-01 (Lambda developer guide, "Using the Lambda runtime API"). */
export function createRuntimeRouter(runtime: RuntimeApiPort): EnvironmentRouter {
  const fixed = fixedRoutes(runtime);
  return (request, response, path) => {
    if (!path.startsWith(PREFIX)) return false;
    const name = path.slice(PREFIX.length);
    const call = INVOCATION_CALL.exec(name);
    const route =
      call === null
        ? fixed.get(name)
        : { method: 'POST', exchange: invocationExchange(runtime, call[1] ?? '', call[2] === 'response') };
    if (route === undefined) return false;
    if (request.method !== route.method) {
      replyJson(response, 405, { errorMessage: 'Method Not Allowed', errorType: 'MethodNotAllowed' });
      return true;
    }
    run(route.exchange, request, response);
    return true;
  };
}

interface Route {
  readonly method: string;
  readonly exchange: Exchange;
}

function fixedRoutes(runtime: RuntimeApiPort): ReadonlyMap<string, Route> {
  const acceptError =
    (take: (error: ReportedError) => void): Exchange =>
    async (request, response) => {
      const error = await readError(request);
      if (error === 'too-large') throw tooLargeRefusal();
      take(error);
      replyAccepted(response);
    };
  return new Map<string, Route>([
    ['ping', { method: 'GET', exchange: (_request, response) => replyPong(response) }],
    ['runtime/invocation/next', { method: 'GET', exchange: (_request, response) => next(runtime, response) }],
    ['runtime/init/error', { method: 'POST', exchange: acceptError((error) => runtime.initError(error)) }],
    ['runtime/restore/next', { method: 'GET', exchange: (_request, response) => restoreNext(runtime, response) }],
    ['runtime/restore/error', { method: 'POST', exchange: acceptError((error) => runtime.restoreError(error)) }],
  ]);
}

function run(exchange: Exchange, request: IncomingMessage, response: ServerResponse): void {
  try {
    const done = exchange(request, response);
    done?.catch((error: unknown) => refuse(request, response, error));
  } catch (error) {
    refuse(request, response, error);
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  // The rest of a body that nobody wants is read, or the connection could not be used again.
  request.resume();
  replyError(response, error);
}

function replyPong(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': 4 });
  response.end('pong');
}

async function next(runtime: RuntimeApiPort, response: ServerResponse): Promise<void> {
  const event = await runtime.next(hangUpSignal(response));
  response.writeHead(200, eventHeaders(event));
  endInOneWrite(response, event.payload);
}

/** The headers of an event; one that is not given is left out. */
export function eventHeaders(event: RuntimeEvent): Record<string, string | number> {
  const { traceHeader, clientContext, cognitoIdentity, tenantId } = event;
  const headers: Record<string, string | number> = {
    'Content-Type': event.contentType,
    'Lambda-Runtime-Aws-Request-Id': event.requestId,
    'Lambda-Runtime-Deadline-Ms': String(event.deadlineMs),
    'Lambda-Runtime-Invoked-Function-Arn': event.invokedFunctionArn,
    'Content-Length': event.payload.length,
  };
  if (traceHeader) headers['Lambda-Runtime-Trace-Id'] = traceHeader;
  if (clientContext) headers['Lambda-Runtime-Client-Context'] = asHeaderBytes(clientContext);
  if (cognitoIdentity) headers['Lambda-Runtime-Cognito-Identity'] = asHeaderBytes(cognitoIdentity);
  if (tenantId) headers['Lambda-Runtime-Aws-Tenant-Id'] = asHeaderBytes(tenantId);
  return headers;
}

/**
 * JSON text as a header value: Node writes Latin-1, and the runtime clients expect the bytes of the UTF-8 text. Line feeds
 * stand between the parts of JSON only; DEL may stand in its strings, but in no header (RFC 9110, section 5.5).
 */
function asHeaderBytes(json: string): string {
  const line = json.replaceAll(/[\r\n]+/g, ' ').replaceAll('\x7f', '\\u007f');
  return Buffer.from(line, 'utf8').toString('latin1');
}

async function restoreNext(runtime: RuntimeApiPort, response: ServerResponse): Promise<void> {
  await runtime.restoreNext(hangUpSignal(response));
  response.writeHead(200, { 'Content-Length': 0 });
  response.end();
}

function invocationExchange(runtime: RuntimeApiPort, rawRequestId: string, isResponse: boolean): Exchange {
  const requestId = decodeSegment(rawRequestId);
  if (isResponse) return (request, response) => acceptResponse(runtime, requestId, { request, response });
  return (request, response) => acceptInvocationError(runtime, requestId, { request, response });
}

interface HttpExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function acceptInvocationError(
  runtime: RuntimeApiPort,
  requestId: string,
  { request, response }: HttpExchange,
): Promise<void> {
  const error = await readError(request);
  if (error === 'too-large') {
    runtime.beginResponse(requestId);
    runtime.completeResponse(requestId, 'too-large', undefined);
    throw tooLargeRefusal();
  }
  runtime.invocationError(requestId, error);
  replyAccepted(response);
}

async function acceptResponse(
  runtime: RuntimeApiPort,
  requestId: string,
  { request, response }: HttpExchange,
): Promise<void> {
  const mode = request.headers['lambda-runtime-function-response-mode'];
  if (mode !== undefined && mode !== '' && mode !== 'streaming') runtime.refuseResponseMode(requestId);
  runtime.beginResponse(requestId);
  const contentType = request.headers['content-type'];
  if (mode === 'streaming') {
    const isWhole = await receiveStream(request, runtime.streamResponse(requestId, contentType));
    if (!isWhole) throw truncatedRefusal();
    return replyAccepted(response);
  }
  const body = await readRequestBody(request, MAX_BODY_BYTES);
  const trailerError = trailersError(request);
  // Clients that declare trailers may find out only at the end that the handler failed.
  if (trailerError === undefined) runtime.completeResponse(requestId, body, contentType);
  else runtime.streamResponse(requestId, contentType).fail(trailerError.type, trailerError.body);
  if (body === 'truncated') throw truncatedRefusal();
  if (body === 'too-large') throw tooLargeRefusal();
  replyAccepted(response);
}

async function readError(request: IncomingMessage): Promise<ReportedError | 'too-large'> {
  const body = await readRequestBody(request, MAX_BODY_BYTES);
  if (body === 'truncated') throw truncatedRefusal();
  if (body === 'too-large') return body;
  return reportedError(request.headers, body);
}

/** What a runtime says of an error in the headers and the body of its request. */
export function reportedError(headers: IncomingHttpHeaders, body: Uint8Array): ReportedError {
  const cause = headers['lambda-runtime-function-xray-error-cause'];
  return {
    errorTypeHeader: single(headers['lambda-runtime-function-error-type']),
    body,
    contentType: headers['content-type'],
    ...(cause !== undefined && { xrayErrorCause: String(cause).slice(0, MAX_XRAY_CAUSE_CHARACTERS) }),
  };
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function tooLargeRefusal(): ApiRefusal {
  const message = `Exceeded maximum allowed payload size (${MAX_BODY_BYTES} bytes).`;
  return new ApiRefusal(413, 'RequestEntityTooLarge', message);
}

function truncatedRefusal(): ApiRefusal {
  return new ApiRefusal(400, 'TruncatedHTTPRequest', 'HTTP request detected as truncated');
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
