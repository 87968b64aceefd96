import type { IncomingMessage } from 'node:http';
import { ApiError } from '../core/catalog/api-error.js';

export interface ReadBody {
  readonly body: Uint8Array;
  /** What was sent; more than `body` holds when it is over the limit. */
  readonly length: number;
}

/**
 * Reads a request's body. Beyond `limit` bytes it keeps nothing more but reads on, so that the caller
 * gets to see the answer, up to `hardLimit`. @throws ApiError when the caller hangs up or goes beyond it
 */
export function readBody(request: IncomingMessage, limit: number, hardLimit: number): Promise<ReadBody> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      if (length <= hardLimit) return;
      request.destroy();
      reject(unfinished(`The body has more than ${hardLimit} bytes.`));
    });
    request.once('end', () => {
      const [first] = chunks;
      resolve({ body: chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks), length });
    });
    request.once('error', () => reject(unfinished('The request broke off within its body.')));
    request.once('close', () => {
      // Every request is closed in the end; an error that nobody needs would cost more than the whole reading.
      if (!request.readableEnded) reject(unfinished('The request broke off within its body.'));
    });
  });
}

/** Callers may hang up whenever they like: that is an answer which nobody reads, and no fault of ours. */
function unfinished(text: string): ApiError {
  return new ApiError('InvalidRequestContentException', 400, text);
}
