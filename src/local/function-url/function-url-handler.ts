import type { IncomingMessage, ServerResponse } from 'node:http';
import { drained } from '../../system/http-exchange.js';
import { newTraceHeader } from '../core/trace-header.js';
import { answerUrlRequest, type StreamedReply } from './answer-url-request.js';
import type { FunctionUrlDeps } from './function-url-ports.js';
import { factsOf, readBody, sendWhole, writeHead } from './http-front.js';
import { BAD_GATEWAY, type HttpReply } from './infer-response.js';
import { parseUrlAddress } from './url-address.js';
import { FORBIDDEN, REQUEST_TOO_LARGE, UNKNOWN_URL } from './url-replies.js';

/** Answers requests to function URLs; give it those for which `isFunctionUrlRequest` holds, or all of a listener. */
export type FunctionUrlHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** True when the request is for a function URL, by host name or by path. */
export function isFunctionUrlRequest(request: Pick<IncomingMessage, 'url' | 'headers'>): boolean {
  return parseUrlAddress(request.headers.host, request.url ?? '/') !== undefined;
}

export function createFunctionUrlHandler(deps: FunctionUrlDeps): FunctionUrlHandler {
  return async (request, response) => {
    const requestId = deps.newId();
    const traceHeader = newTraceHeader(deps.clock.now());
    response.setHeader('x-amzn-RequestId', requestId);
    const onTraceHeader = (value: string) => void response.setHeader('x-amzn-trace-id', value);
    onTraceHeader(traceHeader);
    try {
      const address = parseUrlAddress(request.headers.host, request.url ?? '/');
      const url = address === undefined ? undefined : deps.findUrl(address.urlId);
      if (address === undefined || url === undefined) return sendWhole(response, replyWithoutUrl(address?.urlId, deps));
      const body = await readBody(request);
      if (body === undefined) return sendWhole(response, REQUEST_TOO_LARGE);
      const facts = factsOf(request, address, { requestId, traceHeader, body, receivedAtMs: deps.clock.now() });
      const domainName = (request.headers.host ?? '').replace(/:\d+$/, '');
      const { wirePath } = address;
      const reply = await answerUrlRequest({ url, facts, wirePath, domainName, onTraceHeader }, deps);
      if ('hasFailed' in reply) await sendStream(response, reply);
      else sendWhole(response, reply);
    } catch {
      // Whatever the cause, the caller of a URL sees what it would see of a broken function.
      if (response.headersSent) response.destroy();
      else sendWhole(response, BAD_GATEWAY);
    }
  };
}

function replyWithoutUrl(urlId: string | undefined, deps: FunctionUrlDeps): HttpReply {
  return urlId !== undefined && deps.isRetired(urlId) ? FORBIDDEN : UNKNOWN_URL;
}

/** A failure after the headers can only be told by cutting the connection: the last chunk never comes. */
async function sendStream(response: ServerResponse, reply: StreamedReply): Promise<void> {
  writeHead(response, reply);
  response.flushHeaders();
  for await (const chunk of reply.body) {
    // A client that left does not stop the function; what it still writes is read and dropped.
    if (response.destroyed) continue;
    if (!response.write(chunk)) await drained(response);
  }
  if (await reply.hasFailed) response.destroy();
  else response.end();
}
