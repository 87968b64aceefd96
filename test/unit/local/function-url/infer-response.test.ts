import { describe, expect, it } from 'vitest';
import { inferResponse } from '../../../../src/local/function-url/infer-response.js';

const JSON_HEADER = ['content-type', 'application/json'];
const infer = (payload: string) => {
  const { status, headers, body } = inferResponse(Buffer.from(payload));
  return { status, headers, body: Buffer.from(body).toString() };
};

describe('inferResponse', () => {
  it.each([
    ['"hello"', 'hello'],
    ['{ "hello": "world" }', '{"hello":"world"}'],
    ['["hello", 3, true]', '["hello",3,true]'],
    ['3.1', '3.1'],
    ['true', 'true'],
    ['null', 'null'],
    ['{"body":"no status"}', '{"body":"no status"}'],
    ['{"id": 12345678901234567890, "x": 1.0}', '{"id":12345678901234567890,"x":1.0}'],
    ['{"b": 1, "2": 2, "1": 3}', '{"b":1,"2":2,"1":3}'],
    ['\n[ 1e2 ,\r\n\t"a \\"  b\\\\" , { } ]\n', '[1e2,"a \\"  b\\\\",{}]'],
  ])('answers %s with 200 and its JSON, a string without quotes', (payload, body) => {
    expect(infer(payload)).toEqual({ status: 200, headers: [JSON_HEADER], body });
  });

  it('takes status, headers, cookies and body from an object with statusCode', () => {
    const payload = {
      statusCode: 201,
      headers: { 'Content-Type': 'text/html', 'x-count': 3, 'x-none': null },
      cookies: ['a=1', 'b=2; HttpOnly'],
      body: '<p>',
    };
    expect(infer(JSON.stringify(payload))).toEqual({
      status: 201,
      headers: [
        ['Content-Type', 'text/html'],
        ['x-count', '3'],
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2; HttpOnly'],
      ],
      body: '<p>',
    });
  });

  it('takes a status of digits and decodes a base64 body', () => {
    expect(infer('{"statusCode":"418","body":"AAEC","isBase64Encoded":true}')).toEqual({
      status: 418,
      headers: [JSON_HEADER],
      body: '\u0000\u0001\u0002',
    });
  });

  it.each(['not json', '', '{"statusCode":"abc"}', '{"statusCode":101}', '{"statusCode":600}', '{"statusCode":200.5}'])(
    'answers %j with 502',
    (payload) => {
      expect(infer(payload)).toEqual({ status: 502, headers: [], body: 'Internal Server Error' });
    },
  );

  it.each(['{"x-odd":"two\\nlines"}', '{"bad name":"x"}', '{"":"x"}'])('answers headers %s with 502', (headers) => {
    expect(infer(`{"statusCode":200,"headers":${headers}}`)).toMatchObject({ status: 502, headers: [] });
  });

  it('understands a stream that was collected', () => {
    expect(infer('{"statusCode":203,"headers":{"content-type":"text/plain"}}\0\0\0\0\0\0\0\0hi')).toEqual({
      status: 203,
      headers: [['content-type', 'text/plain']],
      body: 'hi',
    });
  });
});
