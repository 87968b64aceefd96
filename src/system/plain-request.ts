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

const HEAD_END = '\r\n\r\n';
const REQUEST_LINE = /^(GET|POST) (\/[!-~]*) HTTP\/1\.1$/;
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/;

/** Whatever changes the meaning of a message or asks for more than a reply. */
const SPECIAL: ReadonlySet<string> = new Set([
  ...['transfer-encoding', 'trailer', 'te', 'expect', 'upgrade', 'origin'],
]);

/**
 * Reads bytes that begin with one whole HTTP/1.1 request of the plain kind: a GET without or a POST with a
 * body of a declared length. Undefined for everything else, also for what is not valid.
 */
export function readPlainRequest(bytes: Buffer): PlainRequest | undefined {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const [requestLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const start = REQUEST_LINE.exec(requestLine);
  const headers = readHeaders(lines);
  if (start === null || headers?.host === undefined) return undefined;
  const method = start[1] === 'GET' ? 'GET' : 'POST';
  const declared = headers['content-length'];
  const length = declared === undefined && method === 'GET' ? 0 : wholeNumber(declared);
  const bodyStart = headEnd + HEAD_END.length;
  if (length === undefined || bytes.length < bodyStart + length) return undefined;
  const body = bytes.subarray(bodyStart, bodyStart + length);
  return { method, url: start[2] ?? '', headers, body, rest: bytes.subarray(bodyStart + length) };
}

function readHeaders(lines: readonly string[]): Readonly<Record<string, string>> | undefined {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const match = HEADER.exec(line);
    if (match === null) return undefined;
    const name = (match[1] ?? '').toLowerCase();
    const value = (match[2] ?? '').trimEnd();
    if (SPECIAL.has(name) || headers[name] !== undefined) return undefined;
    if (name === 'connection' && value.toLowerCase() !== 'keep-alive') return undefined;
    headers[name] = value;
  }
  return headers;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
