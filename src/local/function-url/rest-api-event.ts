import { groupValues } from './alb-event.js';
import { encodeBody } from './encode-body.js';
import { commonLogTime, type HttpRequestFacts, headerOf, queryPairs } from './http-request-facts.js';

export interface RestApiEndpoint {
  readonly accountId: string;
  readonly apiId: string;
  readonly deploymentId: string;
  readonly domainName: string;
  readonly stage: string;
  readonly resourceId: string;
  /** Such as `/items/{id}` or `/{proxy+}`. */
  readonly resourcePath: string;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly stageVariables?: Readonly<Record<string, string>>;
  readonly authorizer?: Readonly<Record<string, unknown>>;
  readonly extendedRequestId: string;
  /** Whether the API's binaryMediaTypes hold the type of this request. */
  readonly isBinary: boolean;
}

/** The proxy event of an API Gateway REST API (API Gateway developer guide, "Lambda proxy integrations"). */
export function restApiEvent(facts: HttpRequestFacts, endpoint: RestApiEndpoint): Record<string, unknown> {
  const query = queryPairs(facts.rawQueryString);
  const text = encodeBody(facts.body, endpoint.isBinary ? undefined : 'text/plain');
  const hasBody = facts.body.length > 0;
  return {
    resource: endpoint.resourcePath,
    path: facts.rawPath,
    httpMethod: facts.method,
    headers: Object.fromEntries(facts.headers),
    multiValueHeaders: groupValues(facts.headers),
    queryStringParameters: query.length === 0 ? null : Object.fromEntries(query),
    multiValueQueryStringParameters: query.length === 0 ? null : groupValues(query),
    pathParameters: endpoint.pathParameters ?? null,
    stageVariables: endpoint.stageVariables ?? null,
    requestContext: requestContext(facts, endpoint),
    body: hasBody ? text.body : null,
    isBase64Encoded: hasBody && text.isBase64Encoded,
  };
}

function requestContext(facts: HttpRequestFacts, endpoint: RestApiEndpoint): object {
  return {
    accountId: endpoint.accountId,
    apiId: endpoint.apiId,
    ...(endpoint.authorizer !== undefined && { authorizer: endpoint.authorizer }),
    deploymentId: endpoint.deploymentId,
    domainName: endpoint.domainName,
    domainPrefix: endpoint.domainName.split('.')[0] ?? '',
    extendedRequestId: endpoint.extendedRequestId,
    httpMethod: facts.method,
    identity: {
      accessKey: null,
      accountId: null,
      caller: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: facts.sourceIp,
      user: null,
      userAgent: headerOf(facts, 'user-agent') ?? null,
      userArn: null,
    },
    path: `/${endpoint.stage}${facts.rawPath}`,
    protocol: facts.protocol,
    requestId: facts.requestId,
    requestTime: commonLogTime(facts.receivedAtMs),
    requestTimeEpoch: Math.trunc(facts.receivedAtMs),
    resourceId: endpoint.resourceId,
    resourcePath: endpoint.resourcePath,
    stage: endpoint.stage,
  };
}
