import { describe, expect, it } from 'vitest';
import { payloadV2Event } from '../../../../src/local/function-url/payload-v2-event.js';
import { facts } from './facts.js';

const endpoint = {
  accountId: 'anonymous',
  apiId: 'abc',
  domainName: 'abc.lambda-url.localhost',
  stage: '$default',
  routeKey: '$default',
  forwarded: { port: '443', proto: 'https' },
};
const event = (overrides: Parameters<typeof facts>[0]) => payloadV2Event(facts(overrides), endpoint);

describe('payloadV2Event', () => {
  it('has the documented members and leaves out what the request does not have', () => {
    expect(
      event({
        headers: [
          ['User-Agent', 'agent'],
          ['Connection', 'keep-alive'],
        ],
      }),
    ).toEqual({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/',
      rawQueryString: '',
      headers: {
        'user-agent': 'agent',
        'x-amzn-trace-id': 'Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e',
        'x-amzn-tls-version': 'TLSv1.3',
        'x-amzn-tls-cipher-suite': 'TLS_AES_128_GCM_SHA256',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': '443',
        'x-forwarded-proto': 'https',
      },
      requestContext: {
        accountId: 'anonymous',
        apiId: 'abc',
        domainName: 'abc.lambda-url.localhost',
        domainPrefix: 'abc',
        http: { method: 'GET', path: '/', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'agent' },
        requestId: 'e1506fd5-9e7b-434f-bd42-4f8fa224b599',
        routeKey: '$default',
        stage: '$default',
        time: '12/Mar/2020:19:03:58 +0000',
        timeEpoch: 1584039838390,
      },
      isBase64Encoded: false,
    });
  });

  it('joins repeated headers and parameters and moves cookies out', () => {
    const { headers, cookies, queryStringParameters, rawQueryString } = event({
      rawQueryString: 'a=1&a=2&b=x%20y&c',
      headers: [
        ['X-Tag', 'one'],
        ['x-tag', 'two'],
        ['Cookie', 'c1=v1; c2=v2'],
      ],
    }) as Record<string, unknown>;
    expect(headers).toMatchObject({ 'x-tag': 'one,two' });
    expect(headers).not.toHaveProperty('cookie');
    expect(cookies).toEqual(['c1=v1', 'c2=v2']);
    expect(queryStringParameters).toEqual({ a: '1,2', b: 'x y', c: '' });
    expect(rawQueryString).toBe('a=1&a=2&b=x%20y&c');
  });

  it("keeps the client's headers but those that the front says for itself", () => {
    const { headers } = event({
      headers: [
        ['X-Forwarded-Host', 'shop.example'],
        ['X-Forwarded-Prefix', '/api'],
        ['X-Forwarded-For', '10.0.0.1'],
        ['X-Forwarded-Proto', 'http'],
        ['X-Amzn-Trace-Id', 'Root=1-0-0'],
      ],
    });
    expect(headers).toEqual({
      'x-forwarded-host': 'shop.example',
      'x-forwarded-prefix': '/api',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      'x-amzn-trace-id': 'Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e',
      'x-amzn-tls-version': 'TLSv1.3',
      'x-amzn-tls-cipher-suite': 'TLS_AES_128_GCM_SHA256',
    });
  });

  it('keeps the path as it came, broken escapes included', () => {
    const { rawPath, requestContext } = event({ rawPath: '/pa2%Fth/1' });
    expect(rawPath).toBe('/pa2%Fth/1');
    expect(requestContext).toMatchObject({ http: { path: '/pa2%Fth/1' } });
  });

  it.each([
    ['text/plain', false],
    ['text/html; charset=utf-8', false],
    ['application/json', false],
    ['application/vnd.api+json', false],
    ['application/x-www-form-urlencoded', true],
    ['multipart/form-data; boundary=x', true],
    ['image/png', true],
    [undefined, true],
  ])('hands on a body of type %s with isBase64Encoded %s', (type, isBase64Encoded) => {
    const headers: [string, string][] = type === undefined ? [] : [['Content-Type', type]];
    const result = event({ headers, body: Buffer.from('grün') });
    expect(result).toMatchObject({
      isBase64Encoded,
      body: isBase64Encoded ? Buffer.from('grün').toString('base64') : 'grün',
    });
  });

  it('hands on text that is no UTF-8 as base64', () => {
    const body = Buffer.from([0xff, 0xfe, 0x41]);
    const result = event({ headers: [['content-type', 'text/plain']], body });
    expect(result).toMatchObject({ isBase64Encoded: true, body: body.toString('base64') });
  });
});
