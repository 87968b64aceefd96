import type { IncomingMessage } from 'node:http';
import type { ResponseStreamSink } from '../core/environment-api.js';

/**
 * Passes a streamed response on, piece by piece and no faster than it is taken, and reads the error
 * from its trailers. Returns false when the runtime hung up before the end.
 */
export async function receiveStream(request: IncomingMessage, sink: ResponseStreamSink): Promise<boolean> {
  try {
    for await (const chunk of request) await sink.write(chunk);
  } catch {
    // The iterator throws when the connection is lost; the flag below tells it apart from an end.
  }
  if (!request.complete) {
    sink.abort();
    return false;
  }
  const error = trailersError(request);
  if (error === undefined) sink.end();
  else sink.fail(error.type, error.body);
  return true;
}

/** The error in the trailers of a request that was read to its end: its type and its JSON text. */
export function trailersError(request: IncomingMessage): { readonly type: string; readonly body: string } | undefined {
  const type = request.trailers['lambda-runtime-function-error-type'];
  if (type === undefined || type === '') return undefined;
  const encoded = request.trailers['lambda-runtime-function-error-body'] ?? '';
  return { type, body: Buffer.from(encoded, 'base64').toString('utf8') };
}
