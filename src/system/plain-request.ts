/** A request in the one shape that nearly all requests of runtimes and SDKs have. Its names are those of node:http. */
export interface PlainRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly url: string;
  /** Names in lower case; none comes twice. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** What came behind it in the same bytes: the beginning of the next request, as a rule nothing. */
  readonly rest: Buffer;
}

/** A head that ends behind this is none of the plain kind. */
const MAX_HEAD_BYTES = 65_536;
const REQUEST_LINE = /^(GET|POST) (\/[!-~]*) HTTP\/1\.1$/;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** A character that no header may hold, or one half of a line end. */
const BAD_IN_HEAD = /[^\t\x20-\x7e\x80-\xff\r\n]|\r[^\n]|[^\r]\n/;

/** Whatever changes the meaning of a message or asks for more than a reply. */
const SPECIAL: ReadonlySet<string> = new Set([
  ...['transfer-encoding', 'trailer', 'te', 'expect', 'upgrade', 'origin'],
]);

/** A client sends the same headers over and over, one kind with a body and one without. */
const KNOWN_BLOCKS = 2;

interface KnownBlock {
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads the requests of one connection. */
export class PlainRequestReader {
  /** Header lines that were read before, the newest first. */
  #known: readonly KnownBlock[] = [];

  /**
   * Reads bytes that begin with one whole HTTP/1.1 request of the plain kind: a GET without or a POST with a
   * body of a declared length. Undefined for everything else, also for what is not valid.
   */
  read(bytes: Buffer): PlainRequest | undefined {
    const text = bytes.toString('latin1', 0, MAX_HEAD_BYTES);
    const headEnd = text.indexOf('\r\n\r\n');
    if (headEnd < 0) return undefined;
    const lineEnd = text.indexOf('\r\n');
    const start = REQUEST_LINE.exec(text.slice(0, lineEnd));
    const headers = this.#headersOf(text.slice(lineEnd, headEnd + 2));
    if (start === null || headers?.host === undefined) return undefined;
    const method = start[1] === 'GET' ? 'GET' : 'POST';
    const declared = headers['content-length'];
    const length = declared === undefined && method === 'GET' ? 0 : wholeNumber(declared);
    const bodyStart = headEnd + 4;
    if (length === undefined || bytes.length < bodyStart + length) return undefined;
    const body = bytes.subarray(bodyStart, bodyStart + length);
    return { method, url: start[2] ?? '', headers, body, rest: bytes.subarray(bodyStart + length) };
  }

  #headersOf(text: string): Readonly<Record<string, string>> | undefined {
    const known = this.#known.find((block) => block.text === text);
    if (known !== undefined) return known.headers;
    const headers = BAD_IN_HEAD.test(text) ? undefined : readHeaders(text);
    if (headers !== undefined) this.#known = [{ text, headers }, ...this.#known.slice(0, KNOWN_BLOCKS - 1)];
    return headers;
  }
}

/** Reads header lines, each with its end, behind the end of the request line. */
function readHeaders(head: string): Readonly<Record<string, string>> | undefined {
  const headers: Record<string, string> = {};
  for (let at = 2; at < head.length; ) {
    const end = head.indexOf('\r\n', at);
    const colon = head.indexOf(':', at);
    const name = colon < 0 || colon > end ? undefined : plainName(head.slice(at, colon));
    if (name === undefined || headers[name] !== undefined) return undefined;
    const value = trimBlanks(head, colon + 1, end);
    if (name === 'connection' && value.toLowerCase() !== 'keep-alive') return undefined;
    headers[name] = value;
    at = end + 2;
  }
  return headers;
}

/** In lower case; undefined for what is no name, or a special one. */
function plainName(raw: string): string | undefined {
  const name = raw.toLowerCase();
  return HEADER_NAME.test(raw) && !SPECIAL.has(name) ? name : undefined;
}

function trimBlanks(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
