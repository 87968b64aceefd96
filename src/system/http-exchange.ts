import type { IncomingMessage, ServerResponse } from 'node:http';

/** What became of a request body: its bytes, or why there are none. */
export type RequestBody = Buffer | 'too-large' | 'truncated';

/**
 * Reads a request body of at most `maxBytes`. `too-large` as soon as it is longer (the rest is read
 * and dropped, so that the client gets the reply); `truncated` when the connection ends before it is whole.
 */
export function readRequestBody(request: IncomingMessage, maxBytes: number): Promise<RequestBody> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else resolve('too-large');
    });
    request.once('end', () => resolve(request.complete ? Buffer.concat(chunks) : 'truncated'));
    request.once('error', () => resolve('truncated'));
    request.once('close', () => resolve('truncated'));
  });
}

/** An answer in one piece. */
export interface HttpReply {
  readonly status: number;
  /** With Content-Length, except where the status allows no body. */
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Uint8Array;
}

/** Sends an answer in one piece. */
export function sendReply(response: ServerResponse, { status, headers, body }: HttpReply): void {
  response.writeHead(status, headers);
  endInOneWrite(response, body);
}

/** Sends a JSON reply in one piece. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = Buffer.from(JSON.stringify(body), 'utf8');
  response.writeHead(status, { ...headers, 'Content-Type': 'application/json', 'Content-Length': bytes.length });
  response.end(bytes);
}

/** Beyond this size a copy costs more than a second piece. */
const MAX_ONE_WRITE_BYTES = 65_536;

/** Ends a response whose head is written but not sent. Node joins the head with text only, so small bodies go as Latin-1. */
export function endInOneWrite(response: ServerResponse, body: Uint8Array): void {
  if (body.length > MAX_ONE_WRITE_BYTES) response.end(body);
  else response.end(Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'), 'latin1');
}

/** Resolves when a response that was written to takes more, or when its client is gone. */
export function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

/** Aborts when the client hangs up before its reply was sent. */
export function hangUpSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** One value of a request header; undefined when it is missing. Repeated headers are joined as Node does. */
export function headerOf(request: IncomingMessage, lowerCaseName: string): string | undefined {
  const value = request.headers[lowerCaseName];
  return Array.isArray(value) ? value.join(', ') : value;
}
