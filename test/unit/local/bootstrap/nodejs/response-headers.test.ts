import { describe, expect, it } from 'vitest';
import { ResponseHeaders } from '../../../../../src/local/bootstrap/nodejs/response-headers.js';

const headers = new ResponseHeaders(
  Buffer.from(
    'HTTP/1.1 200 OK\r\nX-Echo: trace: 1, x-length: 2\r\nLENGTH:  3 \r\nClient: {"n":"ÀZoë İ"}\r\nLast-Length: 4',
  ),
);

describe('ResponseHeaders', () => {
  it.each<[string, string | undefined, string]>([
    ['length', '3', 'a name that others end with, or that stands in a value, in other letters'],
    ['last-length', '4', 'the last one'],
    ['client', '{"n":"ÀZoë İ"}', 'a value in UTF-8'],
    ['x-echo', 'trace: 1, x-length: 2', 'a value with colons'],
    ['x-length', undefined, 'what stands in a value only'],
    ['http/1.1 200 ok', undefined, 'the status line'],
    ['absent', undefined, 'a name that is not there'],
  ])('finds %s: %s (%s)', (name, value, _what) => {
    expect(headers.get(name)).toBe(value);
  });
});
