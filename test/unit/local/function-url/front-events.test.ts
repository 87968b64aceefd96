import { describe, expect, it } from 'vitest';
import { albEvent } from '../../../../src/local/function-url/alb-event.js';
import { proxyResponse } from '../../../../src/local/function-url/proxy-response.js';
import { restApiEvent } from '../../../../src/local/function-url/rest-api-event.js';
import { facts } from './facts.js';

const request = facts({
  method: 'POST',
  rawPath: '/lambda',
  rawQueryString: 'a=1%201&a=2',
  headers: [
    ['Host', 'lb.example'],
    ['X-Tag', 'one'],
    ['X-Tag', 'two'],
    ['Content-Type', 'application/json'],
  ],
  body: Buffer.from('{}'),
});

describe('albEvent', () => {
  const target = { targetGroupArn: 'arn:aws:tg', port: '80', proto: 'http' as const };

  it('keeps the last value and does not decode parameters', () => {
    expect(albEvent(request, { ...target, hasMultiValueHeaders: false })).toEqual({
      requestContext: { elb: { targetGroupArn: 'arn:aws:tg' } },
      httpMethod: 'POST',
      path: '/lambda',
      queryStringParameters: { a: '2' },
      headers: {
        host: 'lb.example',
        'x-tag': 'two',
        'content-type': 'application/json',
        'x-amzn-trace-id': request.traceHeader,
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': '80',
        'x-forwarded-proto': 'http',
      },
      body: '{}',
      isBase64Encoded: false,
    });
  });

  it('keeps all values in multi-value mode', () => {
    const event = albEvent(request, { ...target, hasMultiValueHeaders: true });
    expect(event).toMatchObject({
      multiValueQueryStringParameters: { a: ['1%201', '2'] },
      multiValueHeaders: { 'x-tag': ['one', 'two'] },
    });
    expect(event).not.toHaveProperty('headers');
  });

  it.each([
    ['application/json', undefined, false],
    ['text/css', undefined, false],
    ['application/json', 'gzip', true],
    ['application/pdf', undefined, true],
  ])('treats %s with encoding %s as binary: %s', (type, encoding, isBase64Encoded) => {
    const headers: [string, string][] = [['content-type', type]];
    if (encoding !== undefined) headers.push(['content-encoding', encoding]);
    const event = albEvent(facts({ headers, body: Buffer.from('x') }), { ...target, hasMultiValueHeaders: false });
    expect(event).toMatchObject({ isBase64Encoded, body: isBase64Encoded ? 'eA==' : 'x' });
  });
});

describe('restApiEvent', () => {
  const endpoint = {
    accountId: '000000000000',
    apiId: 'api1',
    deploymentId: 'd1',
    domainName: 'api1.execute-api.localhost',
    stage: 'dev',
    resourceId: 'r1',
    resourcePath: '/{proxy+}',
    pathParameters: { proxy: 'lambda' },
    extendedRequestId: 'x1',
    isBinary: false,
  };

  it('keeps the case of headers and has both forms of everything', () => {
    expect(restApiEvent(request, endpoint)).toMatchObject({
      resource: '/{proxy+}',
      path: '/lambda',
      httpMethod: 'POST',
      headers: { Host: 'lb.example', 'X-Tag': 'two' },
      multiValueHeaders: { 'X-Tag': ['one', 'two'] },
      queryStringParameters: { a: '2' },
      multiValueQueryStringParameters: { a: ['1 1', '2'] },
      pathParameters: { proxy: 'lambda' },
      stageVariables: null,
      requestContext: {
        path: '/dev/lambda',
        stage: 'dev',
        requestTime: '12/Mar/2020:19:03:58 +0000',
        identity: { sourceIp: '127.0.0.1' },
      },
      body: '{}',
      isBase64Encoded: false,
    });
  });

  it('has null where there is nothing, and base64 for binary media types', () => {
    expect(restApiEvent(facts(), endpoint)).toMatchObject({
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      body: null,
      isBase64Encoded: false,
    });
    expect(restApiEvent(request, { ...endpoint, isBinary: true })).toMatchObject({
      body: 'e30=',
      isBase64Encoded: true,
    });
  });
});

describe('proxyResponse', () => {
  const reply = (front: 'alb' | 'rest' | 'http', payload: string) => {
    const { status, body } = proxyResponse(front, Buffer.from(payload));
    return [status, Buffer.from(body).toString()];
  };

  it('infers for HTTP APIs only', () => {
    expect(reply('http', '{"a":1}')).toEqual([200, '{"a":1}']);
    expect(reply('rest', '{"a":1}')).toEqual([502, '{"message": "Internal server error"}']);
    expect(reply('alb', '{"a":1}')).toEqual([502, '<h1>502 Bad Gateway</h1>']);
  });

  it('answers in the words of each front when the result is no response', () => {
    expect(reply('http', 'nonsense')).toEqual([500, '{"message":"Internal Server Error"}']);
    expect(reply('rest', '{"statusCode":200,"body":{"not":"text"}}')).toEqual([
      502,
      '{"message": "Internal server error"}',
    ]);
    expect(reply('rest', '{"statusCode":204}')).toEqual([204, '']);
  });
});
