import { validateHeaderName, validateHeaderValue } from 'node:http';
import { compactJson } from './compact-json.js';

/** What goes back to the HTTP client. */
export interface HttpReply {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** The body of every answer to a function that failed or broke the format. */
export const BAD_GATEWAY: HttpReply = { status: 502, headers: [], body: Buffer.from('Internal Server Error') };

const JSON_TYPE = 'application/json';
/** Between the prelude of a streamed HTTP response and its body. */
const PRELUDE_END = Buffer.alloc(8);

/**
 * The HTTP response that a buffered function result stands for: an object with `statusCode` as it says,
 * anything else as the body of a 200 (Lambda developer guide, "Response payload format").
 */
export function inferResponse(payload: Uint8Array): HttpReply {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const preludeEnd = bytes.indexOf(PRELUDE_END);
  if (preludeEnd >= 0) {
    // A handler that streams behind a URL that does not: the collected stream still begins with its prelude.
    const head = parsePrelude(bytes.subarray(0, preludeEnd));
    return head === undefined ? BAD_GATEWAY : { ...head, body: bytes.subarray(preludeEnd + PRELUDE_END.length) };
  }
  const value = parseJson(bytes);
  if (value === undefined) return BAD_GATEWAY;
  if (typeof value === 'string') return jsonReply(value);
  if (!isObject(value) || value.statusCode === undefined || value.statusCode === null) {
    return jsonReply(compactJson(bytes.toString()));
  }
  const head = headOf(value, value.statusCode);
  return head === undefined ? BAD_GATEWAY : { ...head, body: bodyOf(value) };
}

/** Status and headers of a streamed response; undefined when the bytes are no prelude. */
export function parsePrelude(bytes: Uint8Array): Omit<HttpReply, 'body'> | undefined {
  const value = parseJson(Buffer.from(bytes));
  return isObject(value) ? headOf(value, value.statusCode === undefined ? 200 : value.statusCode) : undefined;
}

/** Undefined when HTTP cannot carry such a head. */
function headOf(value: Readonly<Record<string, unknown>>, statusCode: unknown): Omit<HttpReply, 'body'> | undefined {
  const status = statusOf(statusCode);
  const headers = headersOf(value);
  return status === undefined || !headers.every(isSendable) ? undefined : { status, headers };
}

/** A name that is a token, and a value without control characters (RFC 9110, section 5). */
function isSendable([name, value]: readonly [string, string]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

/** A number, or a text of digits. Below 200 a client would go on waiting for the real answer. */
function statusOf(value: unknown): number | undefined {
  const status = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599 ? status : undefined;
}

function headersOf(value: Readonly<Record<string, unknown>>): (readonly [string, string])[] {
  const headers = isObject(value.headers) ? value.headers : {};
  const single = Object.entries(headers).flatMap(([name, text]) =>
    text === null || text === undefined ? [] : [[name, String(text)] as const],
  );
  const many = isObject(value.multiValueHeaders) ? value.multiValueHeaders : {};
  const repeated = Object.entries(many).flatMap(([name, texts]) =>
    Array.isArray(texts) ? texts.map((text) => [name, String(text)] as const) : [],
  );
  const cookies = Array.isArray(value.cookies)
    ? value.cookies.map((cookie) => ['set-cookie', String(cookie)] as const)
    : [];
  const all = [...single, ...repeated, ...cookies];
  const hasType = all.some(([name]) => name.toLowerCase() === 'content-type');
  return hasType ? all : [['content-type', JSON_TYPE], ...all];
}

function bodyOf({ body, isBase64Encoded }: Readonly<Record<string, unknown>>): Uint8Array {
  if (body === undefined || body === null) return Buffer.alloc(0);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return Buffer.from(text, isBase64Encoded === true ? 'base64' : 'utf8');
}

function jsonReply(text: string): HttpReply {
  return { status: 200, headers: [['content-type', JSON_TYPE]], body: Buffer.from(text) };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
