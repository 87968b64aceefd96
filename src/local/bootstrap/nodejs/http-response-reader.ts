const HEAD_END = Buffer.from('\r\n\r\n');
const NOTHING = Buffer.alloc(0);

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface Head {
  readonly status: number;
  readonly headers: Record<string, string>;
}

/** Reads HTTP/1.1 responses from the pieces of a byte stream, one after the other. */
export class HttpResponseReader {
  #unread: Buffer = NOTHING;
  #head: Head | undefined;
  /** The body of known length and how much of it is there. */
  #body: Buffer | undefined;
  #filled = 0;
  /** The decoded pieces of a chunked body. */
  #pieces: Buffer[] = [];

  /** Takes the next bytes and returns the responses that are complete now; what is behind them is kept. */
  read(bytes: Buffer): HttpResponse[] {
    const responses: HttpResponse[] = [];
    for (let response = this.#push(bytes); response !== undefined; response = this.#push(NOTHING)) {
      responses.push(response);
      if (this.#unread.length === 0) break;
    }
    return responses;
  }

  #push(bytes: Buffer): HttpResponse | undefined {
    if (this.#body !== undefined) return this.#fill(this.#body, bytes);
    this.#unread = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes]);
    this.#head ??= this.#readHead();
    if (this.#head === undefined) return undefined;
    if (this.#head.headers['transfer-encoding']?.toLowerCase() === 'chunked') return this.#readChunks();
    return this.#startBody(Number(this.#head.headers['content-length'] ?? 0));
  }

  #readHead(): Head | undefined {
    for (;;) {
      const end = this.#unread.indexOf(HEAD_END);
      if (end < 0) return undefined;
      // The platform's own clients read header values as UTF-8: a client context may hold any character.
      const lines = this.#unread.toString('utf8', 0, end).split('\r\n');
      this.#unread = this.#unread.subarray(end + HEAD_END.length);
      const status = Number(lines[0]?.split(' ', 2)[1]);
      if (!(status >= 100)) throw new Error(`The Runtime API answered with something else than HTTP: ${lines[0]}`);
      if (status >= 200) return { status, headers: Object.fromEntries(lines.slice(1).map(splitHeader)) };
    }
  }

  #startBody(length: number): HttpResponse | undefined {
    if (this.#unread.length >= length) {
      const body = this.#unread.subarray(0, length);
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
    return this.#finish(body);
  }

  #readChunks(): HttpResponse | undefined {
    for (;;) {
      const lineEnd = this.#unread.indexOf('\r\n');
      if (lineEnd < 0) return undefined;
      const size = Number.parseInt(this.#unread.toString('latin1', 0, lineEnd), 16);
      const dataEnd = lineEnd + 2 + size;
      if (size === 0) return this.#endChunks(lineEnd);
      if (this.#unread.length < dataEnd + 2) return undefined;
      this.#pieces.push(this.#unread.subarray(lineEnd + 2, dataEnd));
      this.#unread = this.#unread.subarray(dataEnd + 2);
    }
  }

  /** Behind the last chunk come trailers, of which the Runtime API has none, and an empty line. */
  #endChunks(lastSizeLineEnd: number): HttpResponse | undefined {
    const end = this.#unread.indexOf(HEAD_END, lastSizeLineEnd);
    if (end < 0) return undefined;
    this.#unread = this.#unread.subarray(end + HEAD_END.length);
    return this.#finish(Buffer.concat(this.#pieces));
  }

  #finish(body: Buffer): HttpResponse {
    const { status, headers } = this.#head ?? { status: 0, headers: {} };
    this.#head = undefined;
    this.#body = undefined;
    this.#filled = 0;
    this.#pieces = [];
    return { status, headers, body };
  }
}

function splitHeader(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
