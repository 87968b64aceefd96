import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { systemErrorCode } from '../system/files.js';
import { httpDate } from '../system/http-date.js';
import type { HttpReply } from '../system/http-exchange.js';
import { acceptPlainRequests, type PlainConnections, type PlainRoutes } from '../system/plain-connection.js';
import type { PlainRequest } from '../system/plain-request.js';
import { findPortOwner } from '../system/port-owner.js';
import { ApiError } from './core/catalog/api-error.js';
import { errorReply, writeError } from './lambda-api/write-error.js';
import { type GuardOptions, isLoopbackHost, readSignedScope, refuseBrowsers } from './request-guard.js';

/** One request that passed the guard. */
export interface EndpointRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly region: string;
  /** Signing name of the service that the caller means. */
  readonly service: string;
  /** `http://host:port` as the caller wrote it. */
  readonly endpoint: string;
}

export interface EndpointOptions extends Pick<GuardOptions, 'allowedHosts' | 'noSignRequest' | 'defaultRegion'> {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Answers signed requests. */
  serve(request: EndpointRequest): Promise<void>;
  /** Says which requests that came whole `serveWhole` answers; never one to a function URL or a route. */
  isWholeServed(request: PlainRequest): boolean;
  /** Answers such a request when it is signed. Rejects with ApiError only. */
  serveWhole(request: PlainRequest, caller: Omit<EndpointRequest, 'request' | 'response'>): Promise<HttpReply>;
  /** Answers requests to function URLs and routes, which web pages may send; false for every other request. */
  serveFront(request: IncomingMessage, response: ServerResponse): boolean;
  /** Answers requests that need no signature; false leaves the request to `serve`. */
  servePublic(request: IncomingMessage, response: ServerResponse): boolean;
}

export interface ServiceEndpoint {
  /** `http://host:port`. */
  readonly url: string;
  readonly port: number;
  /** Takes no more connections; those that are open go on. */
  stopAccepting(): void;
  /** Cuts every connection. Idempotent. */
  close(): Promise<void>;
}

/** Lambda takes a request line and headers of 1 MB together (developer guide, "Lambda quotas"). */
const MAX_HEADER_BYTES = 1_048_576;
/** Longer than SDKs keep idle connections, so that none is cut while a request is under way. */
const KEEP_ALIVE_MS = 75_000;

/** Opens the HTTP door of the local service. @throws LambdakitError `port-taken` */
export async function openServiceEndpoint(options: EndpointOptions): Promise<ServiceEndpoint> {
  const guard: GuardOptions = { ...options, isOpenToNetwork: !isLoopbackHost(options.host) };
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, noDelay: true }, (request, response) => {
    void answer(options, guard, request, response);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const plain = acceptPlainRequests(server, plainRoutes(options, guard), { idleTimeoutMs: KEEP_ALIVE_MS });
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  const shown = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${shown}:${port}`,
    port,
    stopAccepting: () => {
      server.close();
      plain.closeIdle();
    },
    close: () => close(server, plain),
  };
}

/** The requests of the hot path; what is done for them is what `answer` does for all others. */
function plainRoutes(options: EndpointOptions, guard: GuardOptions): PlainRoutes {
  return (request) => {
    if (!options.isWholeServed(request)) return undefined;
    return async () => {
      const requestId = randomUUID();
      const { status, headers, body } = await answerWhole(options, guard, request, requestId);
      const ours = { 'x-amzn-requestid': requestId, date: httpDate(Date.now()) };
      return { status, headers: { ...ours, ...headers }, body };
    };
  };
}

async function answerWhole(
  options: EndpointOptions,
  guard: GuardOptions,
  request: PlainRequest,
  requestId: string,
): Promise<HttpReply> {
  try {
    refuseBrowsers(request.headers, guard);
    const scope = readSignedScope(request.headers, request.url, guard);
    return await options.serveWhole(request, { requestId, ...scope, endpoint: `http://${request.headers.host ?? ''}` });
  } catch (error) {
    return errorReply(error instanceof ApiError ? error : internalError());
  }
}

async function answer(
  options: EndpointOptions,
  guard: GuardOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (options.serveFront(request, response)) return;
  const requestId = randomUUID();
  response.setHeader('x-amzn-requestid', requestId);
  try {
    refuseBrowsers(request.headers, guard);
    if (options.servePublic(request, response)) return;
    const scope = readSignedScope(request.headers, request.url ?? '/', guard);
    const endpoint = `http://${request.headers.host ?? ''}`;
    await options.serve({ request, response, requestId, ...scope, endpoint });
  } catch (error) {
    request.resume();
    writeError(response, error instanceof ApiError ? error : internalError());
  }
}

function internalError(): ApiError {
  return new ApiError('ServiceException', 500, 'An error occurred and the request cannot be processed.');
}

function listen(server: Server, { host, port }: EndpointOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => void explainListenError(error, host, port).then(reject));
    server.listen({ host, port }, resolve);
  });
}

async function explainListenError(error: Error, host: string, port: number): Promise<unknown> {
  const code = systemErrorCode(error);
  if (code === 'EADDRINUSE') {
    const pid = await findPortOwner(port);
    const owner = pid === undefined ? 'another program' : `process ${pid}`;
    return new LambdakitError('port-taken', `port ${port} on ${host} is in use by ${owner}`, {
      hint: 'Choose another one with --port, or let --port 0 find a free one.',
      details: { host, port, ...(pid !== undefined && { pid }) },
      cause: error,
    });
  }
  if (code === 'EACCES') {
    return new LambdakitError('permission-denied', `this user may not listen on port ${port}`, {
      hint: 'Choose a port above 1023.',
      cause: error,
    });
  }
  return error;
}

function close(server: Server, plain: PlainConnections): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    plain.destroy();
    server.closeAllConnections();
  });
}
