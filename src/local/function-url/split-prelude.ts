import { type HttpReply, parsePrelude } from './infer-response.js';

/** The content type with which a runtime marks a stream that begins with status and headers. */
export const HTTP_INTEGRATION_TYPE = 'application/vnd.awslambda.http-integration-response';

const PRELUDE_END = Buffer.alloc(8);
/** More than any set of headers that an HTTP server would accept. */
const MAX_PRELUDE_BYTES = 1024 * 1024;

export interface SplitStream {
  readonly head: Omit<HttpReply, 'body'>;
  /** What follows the prelude. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Reads the prelude of a streamed HTTP response: a JSON object, eight NUL bytes, then the body.
 * Undefined when the stream ends before that or the object makes no sense.
 */
export async function splitPrelude(stream: AsyncIterable<Uint8Array>): Promise<SplitStream | undefined> {
  const chunks = stream[Symbol.asyncIterator]();
  let read: Buffer = Buffer.alloc(0);
  for (;;) {
    const end = read.indexOf(PRELUDE_END);
    if (end >= 0) {
      const head = parsePrelude(read.subarray(0, end));
      if (head === undefined) return undefined;
      return { head, body: continued(read.subarray(end + PRELUDE_END.length), chunks) };
    }
    if (read.length > MAX_PRELUDE_BYTES) return undefined;
    const next = await chunks.next();
    if (next.done) return undefined;
    read = Buffer.concat([read, next.value]);
  }
}

async function* continued(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (;;) {
    const next = await rest.next();
    if (next.done) return;
    yield next.value;
  }
}
