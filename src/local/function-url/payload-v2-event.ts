import { encodeBody } from './encode-body.js';
import { commonLogTime, type HttpRequestFacts, headerOf, queryPairs } from './http-request-facts.js';

/** Where a request came in; the same for every request of one URL or API stage. */
export interface PayloadV2Endpoint {
  /** Owner of the API; `anonymous` behind an open function URL. */
  readonly accountId: string;
  /** Id of URL or API. */
  readonly apiId: string;
  readonly domainName: string;
  readonly stage: string;
  /** `$default`, or such as `GET /items/{id}`. */
  readonly routeKey: string;
  /** Function URLs and HTTP APIs terminate TLS, so that is what functions see. */
  readonly forwarded: { readonly port: string; readonly proto: string };
  readonly authorizer?: Readonly<Record<string, unknown>>;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly stageVariables?: Readonly<Record<string, string>>;
}

/** The event of function URLs and HTTP APIs (Lambda developer guide, "Request payload format", version 2.0). */
export function payloadV2Event(facts: HttpRequestFacts, endpoint: PayloadV2Endpoint): Record<string, unknown> {
  const cookies = headerOf(facts, 'cookie')?.split(/; ?/);
  const pairs = queryPairs(facts.rawQueryString);
  const { authorizer, pathParameters, stageVariables } = endpoint;
  return {
    version: '2.0',
    routeKey: endpoint.routeKey,
    rawPath: facts.rawPath,
    rawQueryString: facts.rawQueryString,
    ...(cookies !== undefined && { cookies }),
    headers: eventHeaders(facts, endpoint),
    ...(pairs.length > 0 && { queryStringParameters: joinRepeated(pairs) }),
    requestContext: {
      accountId: endpoint.accountId,
      apiId: endpoint.apiId,
      ...(authorizer !== undefined && { authorizer }),
      domainName: endpoint.domainName,
      domainPrefix: endpoint.domainName.split('.')[0] ?? '',
      http: {
        method: facts.method,
        path: facts.rawPath,
        protocol: facts.protocol,
        sourceIp: facts.sourceIp,
        userAgent: headerOf(facts, 'user-agent') ?? '',
      },
      requestId: facts.requestId,
      routeKey: endpoint.routeKey,
      stage: endpoint.stage,
      time: commonLogTime(facts.receivedAtMs),
      timeEpoch: Math.trunc(facts.receivedAtMs),
    },
    ...(facts.body.length > 0 ? encodeBodyMembers(facts) : { isBase64Encoded: false }),
    ...(pathParameters !== undefined && { pathParameters }),
    ...(stageVariables !== undefined && { stageVariables }),
  };
}

function encodeBodyMembers(facts: HttpRequestFacts): object {
  return encodeBody(facts.body, headerOf(facts, 'content-type'));
}

/** Names in lower case, repeated values joined, cookies moved out, and what the front adds in place of the client's. */
function eventHeaders(facts: HttpRequestFacts, { forwarded }: PayloadV2Endpoint): Record<string, string> {
  const received = facts.headers
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => name !== 'cookie' && name !== 'connection');
  return {
    ...joinRepeated(received),
    'x-amzn-trace-id': facts.traceHeader,
    'x-amzn-tls-version': 'TLSv1.3',
    'x-amzn-tls-cipher-suite': 'TLS_AES_128_GCM_SHA256',
    'x-forwarded-for': facts.sourceIp,
    'x-forwarded-port': forwarded.port,
    'x-forwarded-proto': forwarded.proto,
  };
}

function joinRepeated(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of pairs) {
    const earlier = joined.get(name);
    joined.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return Object.fromEntries(joined);
}
