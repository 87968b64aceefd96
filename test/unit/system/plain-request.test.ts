import { describe, expect, it } from 'vitest';
import { PlainRequestReader } from '../../../src/system/plain-request.js';

const read = (text: string) => new PlainRequestReader().read(Buffer.from(text, 'latin1'));
const HOST = 'Host: 127.0.0.1:9001\r\n';

describe('a plain request', () => {
  it('is a GET without a body', () => {
    const request = read(`GET /a?b HTTP/1.1\r\n${HOST}X-Odd:  a b\t\r\nEmpty:\r\nConnection: Keep-Alive\r\n\r\n`);
    expect(request).toMatchObject({ method: 'GET', url: '/a?b' });
    expect(Object.entries(request!.headers)).toEqual([
      ['host', '127.0.0.1:9001'],
      ['x-odd', 'a b'],
      ['empty', ''],
      ['connection', 'Keep-Alive'],
    ]);
  });

  it('is a POST with its whole body', () => {
    const request = read(`POST /a HTTP/1.1\r\n${HOST}Content-Length: 4\r\n\r\n\r\n\r\n`);
    expect(request?.body.toString()).toBe('\r\n\r\n');
  });

  it('is read again with the same headers, and anew with others', () => {
    const reader = new PlainRequestReader();
    const post = (body: string, more = '') =>
      reader.read(Buffer.from(`POST /${body} HTTP/1.1\r\n${HOST}${more}Content-Length: ${body.length}\r\n\r\n${body}`));
    expect(post('a')).toMatchObject({ url: '/a', headers: { 'content-length': '1' } });
    expect(post('b')).toMatchObject({ url: '/b', headers: { 'content-length': '1' }, body: Buffer.from('b') });
    expect(post('cc')).toMatchObject({ headers: { 'content-length': '2' }, body: Buffer.from('cc') });
    expect(post('d', 'X: y\r\n')).toMatchObject({ headers: { x: 'y', 'content-length': '1' } });
    expect(post('e', 'X : y\r\n')).toBeUndefined();
    expect(post('f')?.headers).not.toHaveProperty('x');
  });

  it('ends where the next one begins', () => {
    const request = read(`POST /a HTTP/1.1\r\n${HOST}Content-Length: 2\r\n\r\nabGET /b HTTP/1.1\r\n`);
    expect(request?.body.toString()).toBe('ab');
    expect(request?.rest.toString()).toBe('GET /b HTTP/1.1\r\n');
  });

  it.each([
    ['half a head', `GET / HTTP/1.1\r\n${HOST}`],
    ['half a body', `POST / HTTP/1.1\r\n${HOST}Content-Length: 4\r\n\r\nabc`],
    ['a POST without a length', `POST / HTTP/1.1\r\n${HOST}\r\n`],
    ['a length that is no number', `POST / HTTP/1.1\r\n${HOST}Content-Length: +0\r\n\r\n`],
    ['two lengths', `POST / HTTP/1.1\r\n${HOST}Content-Length: 0\r\nContent-Length: 0\r\n\r\n`],
    ['chunks', `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    [
      'chunks and a length',
      `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`,
    ],
    ['a question first', `POST / HTTP/1.1\r\n${HOST}Content-Length: 0\r\nExpect: 100-continue\r\n\r\n`],
    ['a last request', `GET / HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`],
    ['an upgrade', `GET / HTTP/1.1\r\n${HOST}Upgrade: h2c\r\n\r\n`],
    ['an origin', `GET / HTTP/1.1\r\n${HOST}Origin: null\r\n\r\n`],
    ['no host', 'GET / HTTP/1.1\r\nA: b\r\n\r\n'],
    ['two hosts', `GET / HTTP/1.1\r\n${HOST}${HOST}\r\n`],
    ['another version', `GET / HTTP/1.0\r\n${HOST}\r\n`],
    ['another method', `PUT / HTTP/1.1\r\n${HOST}\r\n`],
    ['a whole address', `GET http://evil.test/ HTTP/1.1\r\n${HOST}\r\n`],
    ['a space before the colon', `GET / HTTP/1.1\r\n${HOST}A : b\r\n\r\n`],
    ['a folded line', `GET / HTTP/1.1\r\n${HOST}A: b\r\n c\r\n\r\n`],
    ['a bare line feed', `GET / HTTP/1.1\r\n${HOST}A: b\nC: d\r\n\r\n`],
    ['a zero byte', `GET / HTTP/1.1\r\n${HOST}A: \0\r\n\r\n`],
    ['an empty line first', `\r\nGET / HTTP/1.1\r\n${HOST}\r\n`],
  ])('is not %s', (_what, text) => {
    expect(read(text)).toBeUndefined();
  });
});
