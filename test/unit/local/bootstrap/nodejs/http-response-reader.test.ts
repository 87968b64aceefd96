import { describe, expect, it } from 'vitest';
import {
  type HttpResponse,
  HttpResponseReader,
} from '../../../../../src/local/bootstrap/nodejs/http-response-reader.js';

const BODIES = {
  'a known length':
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Client-Context: {"n":"Zoë"}\r\ncontent-length: 7\r\n\r\n{"a":1}',
  chunks:
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n4\r\nab\r\n\r\n5;x=y\r\ncdefg\r\n0\r\nTrailer: 1\r\n\r\n',
  'no body': 'HTTP/1.1 204 No Content\r\n\r\n',
  'an interim response': 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\nok',
};

/** Feeds the text in pieces of `size` bytes and collects the finished responses. */
function read(text: string, size: number): HttpResponse[] {
  const reader = new HttpResponseReader();
  const bytes = Buffer.from(text);
  const piece = Buffer.alloc(Math.min(size, bytes.length));
  const responses: HttpResponse[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    // Each piece is read into the same bytes, as from a socket.
    const count = bytes.copy(piece, 0, at, at + size);
    responses.push(...reader.read(piece.subarray(0, count)));
    piece.fill('?');
  }
  return responses;
}

describe('HttpResponseReader', () => {
  it.each([1, 2, 3, 7, 64, 1_000_000])('reads every kind of body in pieces of %d bytes', (size) => {
    const [first, ...others] = read(BODIES['a known length'], size);
    expect(first).toMatchObject({ status: 200, body: '{"a":1}' });
    expect(first?.headers.get('content-type')).toBe('application/json');
    expect(first?.headers.get('lambda-runtime-client-context')).toBe('{"n":"Zoë"}');
    expect(first?.headers.get('content-length')).toBe('7');
    expect(others).toEqual([]);
    expect(read(BODIES.chunks, size)[0]?.body).toBe('ab\r\ncdefg');
    expect(read(BODIES['no body'], size)).toMatchObject([{ status: 204, body: '' }]);
    expect(read(BODIES['an interim response'], size)[0]).toMatchObject({ status: 202, body: 'ok' });
  });

  it('reads one response after the other', () => {
    const reader = new HttpResponseReader();
    for (const text of Object.values(BODIES))
      expect(reader.read(Buffer.from(text))[0]?.status).toBeGreaterThanOrEqual(200);
  });

  it.each([1, 5, 33, 1_000_000])('reads responses that follow each other in pieces of %d bytes', (size) => {
    const all = read(`${BODIES['an interim response']}${BODIES.chunks}${BODIES['a known length']}`, size);
    // The trailer of `chunks` belongs to it, so that the next one begins where it should.
    expect(all.map(({ status, body }) => [status, body])).toEqual([
      [202, 'ok'],
      [200, 'ab\r\ncdefg'],
      [200, '{"a":1}'],
    ]);
  });

  it('refuses what is not HTTP', () => {
    expect(() => new HttpResponseReader().read(Buffer.from('SSH-2.0-x\r\n\r\n'))).toThrow(
      'The Runtime API answered with something else than HTTP: SSH-2.0-x',
    );
  });
});
