import type { HttpReply } from './http-exchange.js';

/** What node:http would refuse to write into a head; one bad value must not become another header. */
const BAD_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** Node's own; loaded with the first reply. */
let statusTexts: Readonly<Record<string, string | undefined>> | undefined;

function statusText(status: number): string {
  statusTexts ??= process.getBuiltinModule('node:http').STATUS_CODES;
  return statusTexts[status] ?? '';
}

/** Status line and headers of a reply on a connection that stays open; undefined when a value is none that may stand in a header. */
export function renderPlainHead({ status, headers }: HttpReply): string | undefined {
  let head = `HTTP/1.1 ${status} ${statusText(status)}\r\n`;
  for (const name of Object.keys(headers)) {
    const value = headers[name] ?? '';
    if (typeof value === 'string' && BAD_VALUE.test(value)) return undefined;
    head += `${name}: ${value}\r\n`;
  }
  return `${head}Connection: keep-alive\r\n\r\n`;
}

/** The bytes as a text that is written as `latin1`: together with a head that makes one write. */
export function latin1(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
}
