import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { isLambdakitError } from '../../errors/lambdakit-error.js';
import { LIMITS } from '../../lambda/limits.js';
import { type HttpReply, sendReply } from '../../system/http-exchange.js';
import type { PlainRequest } from '../../system/plain-request.js';
import { ApiError, tooLarge } from '../core/catalog/api-error.js';
import { InvocationThrottled, SnapStartFailure } from '../core/invocation.js';
import type { CodeLocations } from './code-location.js';
import { aliasHandlers } from './handlers/aliases.js';
import { codeSigningHandlers } from './handlers/code-signing.js';
import { concurrencyHandlers } from './handlers/concurrency.js';
import { eventInvokeHandlers } from './handlers/event-invoke-configs.js';
import { eventSourceMappingHandlers } from './handlers/event-source-mappings.js';
import { functionControlHandlers } from './handlers/function-controls.js';
import { functionUrlHandlers } from './handlers/function-urls.js';
import { functionHandlers } from './handlers/functions.js';
import { invokeHandlers } from './handlers/invoke.js';
import { responseStreamHandlers } from './handlers/invoke-with-response-stream.js';
import { layerHandlers } from './handlers/layers.js';
import { policyHandlers } from './handlers/policies.js';
import { provisionedConcurrencyHandlers } from './handlers/provisioned-concurrency.js';
import { tagHandlers } from './handlers/tags.js';
import { versionHandlers } from './handlers/versions.js';
import { loadOperationSchemas, type OperationSchema } from './operation-schemas.js';
import { readBody } from './read-body.js';
import { readInput } from './read-input.js';
import { createRouter, type RouteMatch } from './router.js';
import { type ApiCall, type ApiServices, type Handlers, RawReply, type StreamedReply } from './services.js';
import { createInputValidator, type InputValidator } from './validate-input.js';
import { errorReply } from './write-error.js';
import { type OperationOutput, writeOutput } from './write-output.js';

/** What the front door knows of a request before the API sees it. */
export interface RequestScope {
  readonly region: string;
  readonly requestId: string;
  /** `http://host:port`. */
  readonly endpoint: string;
}

/** The Lambda REST API. */
export interface LambdaApi {
  /** Answers one request, also when it goes wrong. Never rejects. */
  handle(request: IncomingMessage, response: ServerResponse, scope: RequestScope): Promise<void>;
  /** Answers a request for which `isInvokeRequest` holds. Never rejects. */
  handleInvoke(request: PlainRequest, scope: RequestScope): Promise<HttpReply>;
  /** Every operation of the API and whether it is implemented. */
  readonly operations: readonly { readonly name: string; readonly isImplemented: boolean }[];
}

export interface LambdaApiOptions {
  readonly services: ApiServices;
  readonly locations: CodeLocations;
  /** Told of errors that are ours. */
  readonly onBug: (error: unknown, operation: string) => void;
}

const INVOKE_PATH = /^\/2015-03-31\/functions\/[^/?]+\/invocations(?:\?|$)/;

/** True for Invoke, the operation whose requests are many, small and answered in one piece. */
export function isInvokeRequest({ method, url }: Pick<PlainRequest, 'method' | 'url'>): boolean {
  return method === 'POST' && INVOKE_PATH.test(url);
}

/** Builds the API out of the operation schemas of the SDK and one handler per operation. */
export async function createLambdaApi(options: LambdaApiOptions): Promise<LambdaApi> {
  const schemas = await loadOperationSchemas();
  const router = createRouter(schemas);
  const answering: Answering = {
    handlers: allHandlers(options.services, options.locations),
    validate: createInputValidator(),
  };
  /** Runs an exchange with its operation; what goes wrong becomes an error of the API. */
  const attempt = async <T>({ method, url }: RequestTarget, exchange: (found: FoundOperation) => Promise<T>) => {
    let operation = 'unknown operation';
    try {
      const { pathname, query } = splitUrl(url ?? '/');
      const route = findRoute(router, method ?? 'GET', { pathname, query });
      operation = route.operation.name;
      return await exchange({ route, query });
    } catch (error) {
      return errorReply(toApiError(error, operation, options.onBug));
    }
  };
  return {
    operations: schemas.map(({ name }) => ({ name, isImplemented: name in answering.handlers })),
    handle: async (request, response, scope) => {
      const reply = await attempt(request, async (found) => {
        const limit = bodyLimit(found.route.operation);
        const { body, length } = await readBody(request, limit, 2 * LIMITS.createFunctionRequestBytes);
        const answered = await answer(answering, { ...found, scope, headers: request.headers, body, length });
        return typeof answered === 'function' ? await answered(response) : answered;
      });
      if (reply === undefined) return;
      if (response.headersSent) response.destroy();
      else sendReply(response, reply);
    },
    handleInvoke: ({ method, url, headers, body }, scope) =>
      attempt({ method, url }, async (found) => {
        const answered = await answer(answering, { ...found, scope, headers, body, length: body.length });
        if (typeof answered === 'function') throw new Error(`${found.route.operation.name} cannot be answered at once`);
        return answered;
      }),
  };
}

/** Where a request goes, in the words of node:http. */
interface RequestTarget {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

interface FoundOperation {
  readonly route: RouteMatch;
  readonly query: URLSearchParams;
}

function allHandlers(services: ApiServices, locations: CodeLocations): Handlers {
  return {
    ...functionHandlers(services, locations),
    ...versionHandlers(services),
    ...aliasHandlers(services),
    ...layerHandlers(services, locations),
    ...invokeHandlers(services),
    ...responseStreamHandlers(services),
    ...policyHandlers(services),
    ...eventInvokeHandlers(services),
    ...concurrencyHandlers(services),
    ...provisionedConcurrencyHandlers(services),
    ...functionUrlHandlers(services),
    ...tagHandlers(services),
    ...codeSigningHandlers(services),
    ...functionControlHandlers(services),
    ...eventSourceMappingHandlers(services),
  };
}

interface SplitUrl {
  readonly pathname: string;
  readonly query: URLSearchParams;
}

function splitUrl(url: string): SplitUrl {
  const at = url.indexOf('?');
  return at < 0
    ? { pathname: url, query: new URLSearchParams() }
    : { pathname: url.slice(0, at), query: new URLSearchParams(url.slice(at + 1)) };
}

function findRoute(router: ReturnType<typeof createRouter>, method: string, { pathname, query }: SplitUrl): RouteMatch {
  const route = router.match(method, pathname, query);
  if (route !== undefined) return route;
  if (router.hasPath(pathname)) {
    throw new ApiError('MethodNotAllowedException', 405, `${method} is not an operation of ${pathname}`);
  }
  throw new ApiError('UnknownOperationException', 404, null);
}

interface Answering {
  readonly handlers: Handlers;
  readonly validate: InputValidator;
}

interface ReceivedRequest extends FoundOperation {
  readonly scope: RequestScope;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
  /** What was sent; more than `body` holds when it is over the limit. */
  readonly length: number;
}

async function answer(
  { handlers, validate }: Answering,
  { route, query, scope, headers, body, length }: ReceivedRequest,
): Promise<HttpReply | StreamedReply> {
  const { operation, labels } = route;
  const handler = handlers[operation.name];
  if (handler === undefined) throw notImplemented(operation.name);
  if (length > LIMITS.createFunctionRequestBytes) {
    throw tooLarge(
      `Request must be smaller than ${LIMITS.createFunctionRequestBytes} bytes for the ${operation.name} operation`,
    );
  }
  const input = readInput(operation, { labels, query, headers, body });
  validate(operation.input, input);
  const call: ApiCall = { ...scope, headers, bodyLength: length };
  const output = await handler(input, call);
  return typeof output === 'function' || output instanceof RawReply ? output : replyOf(operation, output);
}

function replyOf(operation: OperationSchema, output: OperationOutput): HttpReply {
  const written = writeOutput(operation, output);
  const isJson = typeof written.body === 'string' && written.body !== '';
  const body = typeof written.body === 'string' ? Buffer.from(written.body) : written.body;
  const headers = {
    ...(isJson && { 'content-type': 'application/json' }),
    ...written.headers,
    ...(written.status !== 204 && { 'content-length': body.length }),
  };
  return { status: written.status, headers, body };
}

/** Packages are large; an invocation's payload beyond its limit is counted but not kept. */
function bodyLimit(operation: OperationSchema): number {
  return operation.input.members.some(({ location }) => location === 'payload')
    ? LIMITS.syncRequestBytes
    : LIMITS.createFunctionRequestBytes;
}

function notImplemented(operation: string): ApiError {
  return new ApiError(
    'NotImplementedException',
    501,
    `The local Lambda service does not implement the operation ${operation}.`,
  );
}

function toApiError(error: unknown, operation: string, onBug: LambdaApiOptions['onBug']): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof InvocationThrottled) {
    return new ApiError('TooManyRequestsException', 429, 'Rate Exceeded.', { Reason: error.reason });
  }
  if (error instanceof SnapStartFailure) {
    return new ApiError(error.name, error.name === 'SnapStartTimeoutException' ? 408 : 400, error.message);
  }
  if (isLambdakitError(error) && error.kind !== 'bug') {
    // Such as a full disk or a service that is shutting down: the text says what to do about it.
    return new ApiError('ServiceException', 500, error.message);
  }
  onBug(error, operation);
  return new ApiError('ServiceException', 500, 'An error occurred and the request cannot be processed.');
}
