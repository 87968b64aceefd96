import { commonLogTime, hexId, isoTime, type SampleEvent, type SampleFacts, traceRoot } from './sample-event.js';

const BODY = '{"name":"Ada"}';
const USER_AGENT = 'curl/8.5.0';
const SOURCE_IP = '203.0.113.7';

function payloadV2(
  facts: SampleFacts,
  api: { readonly domainName: string; readonly routeKey: string; readonly accountId: string },
): object {
  const apiId = api.domainName.split('.')[0] ?? '';
  return {
    version: '2.0',
    routeKey: api.routeKey,
    rawPath: '/items/42',
    rawQueryString: 'colour=red&colour=blue&page=1',
    cookies: ['session=abc'],
    headers: {
      accept: '*/*',
      'content-length': String(BODY.length),
      'content-type': 'application/json',
      host: api.domainName,
      'user-agent': USER_AGENT,
      'x-amzn-trace-id': traceRoot(facts),
      'x-forwarded-for': SOURCE_IP,
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    queryStringParameters: { colour: 'red,blue', page: '1' },
    requestContext: {
      accountId: api.accountId,
      apiId,
      domainName: api.domainName,
      domainPrefix: apiId,
      http: { method: 'POST', path: '/items/42', protocol: 'HTTP/1.1', sourceIp: SOURCE_IP, userAgent: USER_AGENT },
      requestId: facts.newId(),
      routeKey: api.routeKey,
      stage: '$default',
      time: commonLogTime(facts),
      timeEpoch: facts.nowMs,
    },
    ...(api.routeKey !== '$default' && { pathParameters: { id: '42' } }),
    body: BODY,
    isBase64Encoded: false,
  };
}

const REST_HEADERS = {
  Accept: '*/*',
  'Content-Type': 'application/json',
  'User-Agent': USER_AGENT,
  'X-Forwarded-For': SOURCE_IP,
  'X-Forwarded-Port': '443',
  'X-Forwarded-Proto': 'https',
} as const;

function restApi(facts: SampleFacts): object {
  const Host = `abcdef1234.execute-api.${facts.region}.amazonaws.com`;
  const headers: Readonly<Record<string, string>> = { ...REST_HEADERS, Host, 'X-Amzn-Trace-Id': traceRoot(facts) };
  return {
    resource: '/items/{id}',
    path: '/items/42',
    httpMethod: 'POST',
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: { colour: 'blue' },
    multiValueQueryStringParameters: { colour: ['red', 'blue'] },
    pathParameters: { id: '42' },
    stageVariables: null,
    requestContext: {
      accountId: facts.accountId,
      apiId: 'abcdef1234',
      deploymentId: 'xyz789',
      domainName: Host,
      domainPrefix: 'abcdef1234',
      extendedRequestId: hexId(facts).slice(0, 16),
      httpMethod: 'POST',
      identity: {
        ...{ accessKey: null, accountId: null, caller: null, cognitoAuthenticationProvider: null },
        ...{ cognitoAuthenticationType: null, cognitoIdentityId: null, cognitoIdentityPoolId: null },
        ...{ principalOrgId: null, sourceIp: SOURCE_IP, user: null, userAgent: USER_AGENT, userArn: null },
      },
      path: '/prod/items/42',
      protocol: 'HTTP/1.1',
      requestId: facts.newId(),
      requestTime: commonLogTime(facts),
      requestTimeEpoch: facts.nowMs,
      resourceId: 'abc123',
      resourcePath: '/items/{id}',
      stage: 'prod',
    },
    body: BODY,
    isBase64Encoded: false,
  };
}

function webSocket(facts: SampleFacts): object {
  const connectionId = `${hexId(facts).slice(0, 15)}=`;
  return {
    requestContext: {
      routeKey: '$default',
      messageId: `${hexId(facts).slice(0, 15)}=`,
      eventType: 'MESSAGE',
      extendedRequestId: hexId(facts).slice(0, 16),
      requestTime: commonLogTime(facts),
      messageDirection: 'IN',
      stage: 'prod',
      connectedAt: facts.nowMs - 60_000,
      requestTimeEpoch: facts.nowMs,
      identity: { userAgent: USER_AGENT, sourceIp: SOURCE_IP },
      requestId: hexId(facts).slice(0, 16),
      domainName: `abcdef1234.execute-api.${facts.region}.amazonaws.com`,
      connectionId,
      apiId: 'abcdef1234',
    },
    body: BODY,
    isBase64Encoded: false,
  };
}

/** Events of API Gateway, load balancers, function URLs and CloudFront (their developer guides, "Lambda" pages). */
export const httpEvents: readonly SampleEvent[] = [
  {
    name: 'api-gateway-v1',
    description: 'API Gateway REST API, proxy integration (payload 1.0)',
    contentPath: 'body',
    make: restApi,
  },
  {
    name: 'api-gateway-v2',
    description: 'API Gateway HTTP API (payload 2.0)',
    contentPath: 'body',
    make: (facts) =>
      payloadV2(facts, {
        domainName: `abcdef1234.execute-api.${facts.region}.amazonaws.com`,
        routeKey: 'POST /items/{id}',
        accountId: facts.accountId,
      }),
  },
  {
    name: 'api-gateway-authorizer',
    description: 'API Gateway REST API, token authorizer',
    make: ({ region, accountId }) => ({
      type: 'TOKEN',
      authorizationToken: 'Bearer abc',
      methodArn: `arn:aws:execute-api:${region}:${accountId}:abcdef1234/prod/GET/items/42`,
    }),
  },
  {
    name: 'api-gateway-websocket',
    description: 'API Gateway WebSocket API, a message',
    contentPath: 'body',
    make: webSocket,
  },
  {
    name: 'function-url',
    description: 'Function URL without authorisation',
    contentPath: 'body',
    make: (facts) =>
      payloadV2(facts, {
        domainName: `${hexId(facts)}.lambda-url.${facts.region}.on.aws`,
        routeKey: '$default',
        accountId: 'anonymous',
      }),
  },
  {
    name: 'alb',
    description: 'Application Load Balancer',
    contentPath: 'body',
    make: (facts) => ({
      requestContext: {
        elb: {
          targetGroupArn: `arn:aws:elasticloadbalancing:${facts.region}:${facts.accountId}:targetgroup/lambda/${hexId(facts).slice(0, 16)}`,
        },
      },
      httpMethod: 'POST',
      path: '/items/42',
      queryStringParameters: { colour: 'blue' },
      headers: {
        accept: '*/*',
        'content-type': 'application/json',
        host: `lambda-alb-123578498.${facts.region}.elb.amazonaws.com`,
        'user-agent': USER_AGENT,
        'x-amzn-trace-id': traceRoot(facts),
        'x-forwarded-for': SOURCE_IP,
        'x-forwarded-port': '80',
        'x-forwarded-proto': 'http',
      },
      body: BODY,
      isBase64Encoded: false,
    }),
  },
  {
    name: 'cloudfront-request',
    description: 'CloudFront (Lambda@Edge), viewer request',
    make: (facts) => ({ Records: [{ cf: cloudFront(facts, 'viewer-request') }] }),
  },
  {
    name: 'cloudfront-response',
    description: 'CloudFront (Lambda@Edge), origin response',
    make: (facts) => ({
      Records: [
        {
          cf: {
            ...cloudFront(facts, 'origin-response'),
            response: {
              status: '200',
              statusDescription: 'OK',
              headers: { date: [{ key: 'Date', value: isoTime(facts) }] },
            },
          },
        },
      ],
    }),
  },
];

function cloudFront(facts: SampleFacts, eventType: string): object {
  const host = 'd111111abcdef8.cloudfront.net';
  return {
    config: { distributionDomainName: host, distributionId: 'EDFDVBD6EXAMPLE', eventType, requestId: hexId(facts) },
    request: {
      clientIp: SOURCE_IP,
      headers: { host: [{ key: 'Host', value: host }], 'user-agent': [{ key: 'User-Agent', value: USER_AGENT }] },
      method: 'GET',
      querystring: 'colour=blue',
      uri: '/items/42',
    },
  };
}
