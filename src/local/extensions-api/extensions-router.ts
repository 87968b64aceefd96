import type { IncomingMessage, ServerResponse } from 'node:http';
import { hangUpSignal, headerOf, readRequestBody, sendJson } from '../../system/http-exchange.js';
import { ApiRefusal, type ExtensionsApiPort, type ReportedError } from '../core/environment-api.js';
import { refusalReply } from '../core/refusal-reply.js';
import { parseRegistration } from './registration-request.js';

const PREFIX = '/2020-01-01/extension/';

/** Requests of extensions are small; what is longer is refused. */
const MAX_BODY_BYTES = 1024 * 1024;

export interface ExtensionsRouterOptions {
  /** Awaited before an extension is told to shut down: what it is still owed has to reach it first. */
  beforeShutdown?(): Promise<void>;
}

interface Exchange extends ExtensionsRouterOptions {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly extensions: ExtensionsApiPort;
}

type Call = (exchange: Exchange) => Promise<void>;

const ROUTES: ReadonlyMap<string, { readonly method: string; readonly call: Call }> = new Map([
  ['register', { method: 'POST', call: register }],
  ['event/next', { method: 'GET', call: next }],
  ['init/error', { method: 'POST', call: initError }],
  ['exit/error', { method: 'POST', call: exitError }],
]);

/**
 * Serves the Extensions API 2020-01-01 of one environment. The router returns false for paths that are
 * not its own and otherwise answers by itself. Source: Lambda developer guide, "Extensions API reference".
 */
export function createExtensionsRouter(
  extensions: ExtensionsApiPort,
  options: ExtensionsRouterOptions = {},
): (request: IncomingMessage, response: ServerResponse, path: string) => boolean {
  return (request, response, path) => {
    const route = path.startsWith(PREFIX) ? ROUTES.get(path.slice(PREFIX.length)) : undefined;
    if (route === undefined) return false;
    if (request.method === route.method) void answer({ request, response, extensions, ...options }, route.call);
    else response.writeHead(405, { Allow: route.method, 'Content-Length': 0 }).end();
    return true;
  };
}

async function answer(exchange: Exchange, call: Call): Promise<void> {
  const { request, response } = exchange;
  try {
    await call(exchange);
  } catch (error) {
    // Nobody is left to read a reply after a hang-up.
    if (response.destroyed || response.headersSent) return;
    const { status, body } = refusalReply(error);
    sendJson(response, status, body);
    request.resume();
  }
}

async function register({ request, response, extensions }: Exchange): Promise<void> {
  const name = headerOf(request, 'lambda-extension-name');
  const body = await readBody(request);
  // A missing name is refused before a bad body; core knows how.
  if (name === undefined || name === '') extensions.register(name, []);
  const { events, wantsAccountId } = parseRegistration(body, headerOf(request, 'lambda-extension-accept-feature'));
  const { identifier, accountId, ...registration } = extensions.register(name, events);
  const reply = wantsAccountId ? { ...registration, accountId } : registration;
  sendJson(response, 200, reply, { 'Lambda-Extension-Identifier': identifier });
}

async function next({ request, response, extensions, beforeShutdown }: Exchange): Promise<void> {
  const { eventId, event } = await extensions.next(identifierOf(request), hangUpSignal(response));
  if (event.eventType === 'SHUTDOWN') await beforeShutdown?.();
  sendJson(response, 200, event, { 'Lambda-Extension-Event-Identifier': eventId });
}

async function initError({ request, response, extensions }: Exchange): Promise<void> {
  extensions.initError(identifierOf(request), await readReport(request));
  sendJson(response, 202, { status: 'OK' });
}

async function exitError({ request, response, extensions }: Exchange): Promise<void> {
  extensions.exitError(identifierOf(request), await readReport(request));
  sendJson(response, 202, { status: 'OK' });
}

async function readReport(request: IncomingMessage): Promise<ReportedError> {
  return {
    errorTypeHeader: headerOf(request, 'lambda-extension-function-error-type'),
    body: await readBody(request),
    contentType: headerOf(request, 'content-type'),
  };
}

function identifierOf(request: IncomingMessage): string | undefined {
  return headerOf(request, 'lambda-extension-identifier');
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const body = await readRequestBody(request, MAX_BODY_BYTES);
  if (body === 'too-large') {
    throw new ApiRefusal(
      413,
      'RequestEntityTooLarge',
      `Exceeded maximum allowed payload size (${MAX_BODY_BYTES} bytes).`,
    );
  }
  if (body === 'truncated') throw new ApiRefusal(400, 'TruncatedHTTPRequest', 'HTTP request detected as truncated');
  return body;
}
