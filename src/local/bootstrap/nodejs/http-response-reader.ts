import { ResponseHeaders } from './response-headers.js';

const HEAD_END = Buffer.from('\r\n\r\n');
const NOTHING = Buffer.alloc(0);

export interface HttpResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly body: string;
}

type Head = Omit<HttpResponse, 'body'>;

/** Reads HTTP/1.1 responses from the pieces of a byte stream, one after the other. */
export class HttpResponseReader {
  #unread: Buffer = NOTHING;
  #head: Head | undefined;
  /** The body of known length and how much of it is there. */
  #body: Buffer | undefined;
  #filled = 0;
  /** The decoded pieces of a chunked body. */
  #pieces: Buffer[] = [];

  /**
   * Takes the next bytes and returns the responses that are complete now; what is behind them is kept, as a copy, so
   * that the bytes may change afterwards.
   */
  read(bytes: Buffer): HttpResponse[] {
    const responses: HttpResponse[] = [];
    for (let response = this.#push(bytes); response !== undefined; response = this.#push(NOTHING)) {
      responses.push(response);
      if (this.#unread.length === 0) return responses;
    }
    if (this.#unread.buffer === bytes.buffer) this.#unread = Buffer.from(this.#unread);
    return responses;
  }

  #push(bytes: Buffer): HttpResponse | undefined {
    if (this.#body !== undefined) return this.#fill(this.#body, bytes);
    this.#unread = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes]);
    this.#head ??= this.#readHead();
    if (this.#head === undefined) return undefined;
    const { headers } = this.#head;
    if (headers.get('transfer-encoding')?.toLowerCase() === 'chunked') return this.#readChunks();
    return this.#startBody(Number(headers.get('content-length') ?? 0));
  }

  #readHead(): Head | undefined {
    for (;;) {
      const end = this.#unread.indexOf(HEAD_END);
      if (end < 0) return undefined;
      const head = this.#unread.subarray(0, end);
      this.#unread = this.#unread.subarray(end + HEAD_END.length);
      const status = readStatus(head);
      if (status >= 200) return { status, headers: new ResponseHeaders(head) };
    }
  }

  #startBody(length: number): HttpResponse | undefined {
    if (this.#unread.length >= length) {
      const body = this.#unread.toString('utf8', 0, length);
      this.#unread = this.#unread.subarray(length);
      return this.#finish(body);
    }
    this.#body = Buffer.allocUnsafeSlow(length);
    const first = this.#unread;
    this.#unread = NOTHING;
    return this.#fill(this.#body, first);
  }

  #fill(body: Buffer, bytes: Buffer): HttpResponse | undefined {
    const copied = bytes.copy(body, this.#filled);
    this.#filled += copied;
    if (this.#filled < body.length) return undefined;
    this.#unread = bytes.subarray(copied);
    return this.#finish(body.toString());
  }

  #readChunks(): HttpResponse | undefined {
    for (;;) {
      const lineEnd = this.#unread.indexOf('\r\n');
      if (lineEnd < 0) return undefined;
      const size = Number.parseInt(this.#unread.toString('latin1', 0, lineEnd), 16);
      const dataEnd = lineEnd + 2 + size;
      if (size === 0) return this.#endChunks(lineEnd);
      if (this.#unread.length < dataEnd + 2) return undefined;
      this.#pieces.push(Buffer.from(this.#unread.subarray(lineEnd + 2, dataEnd)));
      this.#unread = this.#unread.subarray(dataEnd + 2);
    }
  }

  /** Behind the last chunk come trailers, of which the Runtime API has none, and an empty line. */
  #endChunks(lastSizeLineEnd: number): HttpResponse | undefined {
    const end = this.#unread.indexOf(HEAD_END, lastSizeLineEnd);
    if (end < 0) return undefined;
    this.#unread = this.#unread.subarray(end + HEAD_END.length);
    return this.#finish(Buffer.concat(this.#pieces).toString());
  }

  #finish(body: string): HttpResponse | undefined {
    if (this.#head === undefined) return undefined;
    const response = { ...this.#head, body };
    this.#head = undefined;
    this.#body = undefined;
    this.#filled = 0;
    this.#pieces = [];
    return response;
  }
}

/** @throws Error when the head is not one of HTTP */
function readStatus(head: Buffer): number {
  // `HTTP/1.1 200 OK`
  const status = Number(head.toString('latin1', 9, 12));
  if (status >= 100) return status;
  const [statusLine] = head.toString().split('\r\n', 1);
  throw new Error(`The Runtime API answered with something else than HTTP: ${statusLine}`);
}
