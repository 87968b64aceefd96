import type { IncomingMessage, ServerResponse } from 'node:http';
import { LIMITS } from '../../lambda/limits.js';
import type { HttpRequestFacts } from './http-request-facts.js';
import type { HttpReply } from './infer-response.js';

/** The facts of a request whose target was read and whose body is there. */
export function factsOf(
  request: IncomingMessage,
  address: Pick<HttpRequestFacts, 'rawPath' | 'rawQueryString'>,
  more: Pick<HttpRequestFacts, 'requestId' | 'traceHeader' | 'body' | 'receivedAtMs'>,
): HttpRequestFacts {
  const { rawHeaders } = request;
  return {
    ...more,
    method: request.method ?? 'GET',
    rawPath: address.rawPath,
    rawQueryString: address.rawQueryString,
    headers: rawHeaders.flatMap((name, index) =>
      index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
    ),
    sourceIp: (request.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
    protocol: `HTTP/${request.httpVersion}`,
  };
}

/** The whole body, or undefined when it is longer than allowed; as a rule than a synchronous event may be. */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number = LIMITS.syncRequestBytes,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    // The rest is read and thrown away, so that the client gets to see the answer.
    if (length <= maxBytes) chunks.push(chunk);
  }
  return length > maxBytes ? undefined : Buffer.concat(chunks);
}

/** Sends a reply that is there as a whole. */
export function sendWhole(response: ServerResponse, reply: HttpReply): void {
  writeHead(response, reply);
  // These two have no body and say no length (RFC 9110, section 8.6).
  if (reply.status === 204 || reply.status === 304) response.end();
  else response.setHeader('content-length', reply.body.length).end(reply.body);
}

/** Sets status and headers; those of the framing are ours to say. */
export function writeHead(response: ServerResponse, { status, headers }: Pick<HttpReply, 'status' | 'headers'>): void {
  response.statusCode = status;
  for (const [name, value] of headers) {
    if (/^(?:content-length|transfer-encoding|connection)$/i.test(name)) continue;
    response.appendHeader(name, value);
  }
}
