import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * A listener that gets the requests of one connection one after the other, each when the one before is answered
 * or lost. node:http alone answers in order, but hands over every request that has come, so that the second could
 * be carried out before the first, whose body is still read (RFC 9112, section 9.3.2, allows that for safe methods only).
 */
export function inOrder(listener: RequestListener): RequestListener {
  const latest = new WeakMap<Socket, ServerResponse>();
  return (request: IncomingMessage, response: ServerResponse) => {
    const before = latest.get(request.socket);
    latest.set(request.socket, response);
    if (before === undefined || before.writableFinished || before.closed) listener(request, response);
    else before.once('close', () => listener(request, response));
  };
}
