import type { IncomingMessage, ServerResponse } from 'node:http';
import { LIMITS } from '../../lambda/limits.js';
import { InvocationThrottled } from '../core/invocation.js';
import { newTraceHeader, withSampling } from '../core/trace-header.js';
import type { FunctionUrlHandler } from './function-url-handler.js';
import type { FunctionUrlDeps } from './function-url-ports.js';
import { factsOf, readBody, sendWhole } from './http-front.js';
import type { HttpRequestFacts } from './http-request-facts.js';
import type { HttpReply } from './infer-response.js';
import { FRONT_REPLIES, proxyResponse } from './proxy-response.js';
import { routeEvent } from './route-event.js';
import type { MatchedRoute, RouteFront, RouteTable } from './route-table.js';

/** Why the caller of a route sees an error that its function has not thrown. */
export interface RouteFailure {
  /** As it was declared. */
  readonly route: string;
  readonly functionName: string;
  /** `not-invoked`: there is no such function, or it is in no state to run. `wrong-form`: the front cannot hand its answer on. */
  readonly kind: 'not-invoked' | 'wrong-form';
  readonly reason: string;
}

export interface RouteHandlerDeps
  extends Pick<FunctionUrlDeps, 'clock' | 'directory' | 'dispatcher' | 'newId' | 'isTraceSampled'> {
  readonly table: RouteTable;
  readonly accountId: string;
  readonly onFailure?: (failure: RouteFailure) => void;
}

/**
 * How long a front waits for the function (quotas of REST and HTTP APIs, API Gateway developer guide). A load balancer
 * waits as long as the function runs.
 */
const PATIENCE_MS: Readonly<Record<RouteFront, number | undefined>> = { http: 30_000, rest: 29_000, alb: undefined };

/** What a body that a load balancer hands on may measure, in either direction (ELB user guide, "Lambda functions as targets"). */
const ALB_BODY_BYTES = 1_048_576;
/** The other fronts take what fits into an event, and into the answer of a function. */
const MAX_BODY_BYTES: Readonly<Record<RouteFront, number>> = {
  http: LIMITS.syncRequestBytes,
  rest: LIMITS.syncRequestBytes,
  alb: ALB_BODY_BYTES,
};
const MAX_ANSWER_BYTES: Readonly<Record<RouteFront, number>> = {
  http: LIMITS.syncResponseBytes,
  rest: LIMITS.syncResponseBytes,
  alb: ALB_BODY_BYTES,
};

/** What load balancers and APIs ask of an answer. */
const WRONG_FORM = 'the answer must be an object with a statusCode, and with text for a body if it has one';
const LONG_BODY = 'the body of the answer is longer than 1 MB, which is what a load balancer takes';

/** Where host names of their own do not resolve. No bucket has such a name. */
const PATH_PREFIX = '/_routes';
const ROUTES_HOST = /^routes\.localhost(?::\d+)?$/i;
const LOOPBACK_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;

/** Where the routes of a service are: names under `localhost` lead to this machine (RFC 6761). */
export function routesUrlOf(endpoint: string): string {
  const { port } = new URL(endpoint);
  return `http://routes.localhost${port === '' ? '' : `:${port}`}`;
}

/** True when a request is for a route, by host name or by path. */
export function isRouteRequest(request: Pick<IncomingMessage, 'url' | 'headers'>): boolean {
  return routePath(request) !== undefined;
}

/** The target within the routes; undefined when a request is not for them. */
function routePath({ url = '/', headers }: Pick<IncomingMessage, 'url' | 'headers'>): string | undefined {
  const { host = '' } = headers;
  if (ROUTES_HOST.test(host)) return url;
  if (!LOOPBACK_HOST.test(host) || !/^\/_routes(?:[/?]|$)/.test(url)) return undefined;
  const rest = url.slice(PATH_PREFIX.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** Answers the requests for which `isRouteRequest` holds. */
export function createRouteHandler(deps: RouteHandlerDeps): FunctionUrlHandler {
  return async (request, response) => {
    try {
      sendWhole(response, await answerRequest(request, response, deps));
    } catch {
      // Where the caller left within its body nobody reads an answer.
      if (request.complete && !response.headersSent) sendWhole(response, json(500, 'Internal Server Error'));
      else response.destroy();
    }
  };
}

async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  deps: RouteHandlerDeps,
): Promise<HttpReply> {
  const requestId = deps.newId();
  const traceHeader = newTraceHeader(deps.clock.now());
  response.setHeader('x-amzn-RequestId', requestId);
  const [rawPath = '/', ...query] = (routePath(request) ?? '/').split('?');
  const matched = deps.table(request.method ?? 'GET', rawPath);
  if (matched === undefined) {
    request.resume();
    return json(404, 'Not Found');
  }
  const body = await readBody(request, MAX_BODY_BYTES[matched.route.front]);
  if (body === undefined) return TOO_LARGE;
  const address = { rawPath, rawQueryString: query.join('?') };
  const facts = factsOf(request, address, { requestId, traceHeader, body, receivedAtMs: deps.clock.now() });
  const domainName = (request.headers.host ?? '').replace(/:\d+$/, '');
  return answerRoute(facts, matched, domainName, deps);
}

async function answerRoute(
  facts: HttpRequestFacts,
  matched: MatchedRoute,
  domainName: string,
  deps: RouteHandlerDeps,
): Promise<HttpReply> {
  const { front, functionName, region, route } = matched.route;
  const { failed, timedOut } = FRONT_REPLIES[front];
  try {
    const { snapshot, invokedFunctionArn, limits } = deps.directory.resolve(functionName, undefined, region);
    const traceHeader = withSampling(facts.traceHeader, deps.isTraceSampled(snapshot));
    const event = routeEvent({ ...facts, traceHeader }, matched, { accountId: deps.accountId, domainName });
    const payload = Buffer.from(JSON.stringify(event));
    if (payload.length > LIMITS.syncRequestBytes) return TOO_LARGE;
    const invocation = {
      snapshot,
      invokedFunctionArn,
      requestId: facts.requestId,
      traceHeader,
      payload,
    };
    const answered = deps.dispatcher.invoke(invocation, limits).outcome.then(({ functionError, payload }) => {
      if (functionError !== undefined) return failed;
      const reply = proxyResponse(front, payload);
      if (reply !== failed && reply.body.length <= MAX_ANSWER_BYTES[front]) return reply;
      const reason = reply === failed ? WRONG_FORM : LONG_BODY;
      deps.onFailure?.({ route, functionName, kind: 'wrong-form', reason });
      return failed;
    });
    return await within(PATIENCE_MS[front], answered, timedOut, deps.clock);
  } catch (error) {
    // An API says of a function that is throttled what it says of one that fails.
    if (!(error instanceof InvocationThrottled)) {
      deps.onFailure?.({ route, functionName, kind: 'not-invoked', reason: reasonOf(error) });
    }
    return failed;
  }
}

/** The function runs on when its front has given up. */
function within<T>(ms: number | undefined, work: Promise<T>, late: T, clock: RouteHandlerDeps['clock']): Promise<T> {
  if (ms === undefined) return work;
  return new Promise((resolve, reject) => {
    const cancel = clock.schedule(ms, () => resolve(late));
    work.then(resolve, reject).finally(cancel);
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function json(status: number, message: string): HttpReply {
  return { status, headers: [['content-type', 'application/json']], body: Buffer.from(JSON.stringify({ message })) };
}

const TOO_LARGE = json(413, 'Request Entity Too Large');
