import type { IncomingMessage } from 'node:http';

export interface ReadBody {
  readonly body: Uint8Array;
  /** What was sent; more than `body` holds when it is over the limit. */
  readonly length: number;
}

/**
 * Reads a request's body. Beyond `limit` bytes it keeps nothing more but reads on, so that the caller
 * gets to see the answer, up to `hardLimit`. @throws Error when the caller hangs up or goes beyond it
 */
export async function readBody(request: IncomingMessage, limit: number, hardLimit: number): Promise<ReadBody> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
    if (length > hardLimit) {
      request.destroy();
      throw new Error(`a request body of more than ${hardLimit} bytes`);
    }
  }
  const [first] = chunks;
  return { body: chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks), length };
}
