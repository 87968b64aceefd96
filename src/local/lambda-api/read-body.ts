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
export function readBody(request: IncomingMessage, limit: number, hardLimit: number): Promise<ReadBody> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      if (length <= hardLimit) return;
      request.destroy();
      reject(new Error(`a request body of more than ${hardLimit} bytes`));
    });
    request.once('end', () => {
      const [first] = chunks;
      resolve({ body: chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks), length });
    });
    request.once('error', reject);
    request.once('close', () => reject(new Error('the caller hung up before its request was whole')));
  });
}
