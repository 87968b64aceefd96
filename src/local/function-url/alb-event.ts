import { type HttpRequestFacts, headerOf } from './http-request-facts.js';

export interface AlbTarget {
  readonly targetGroupArn: string;
  /** The target group's attribute `lambda.multi_value_headers.enabled`. */
  readonly hasMultiValueHeaders: boolean;
  readonly port: string;
  readonly proto: 'http' | 'https';
}

/** The event of an Application Load Balancer (ELB user guide, "Lambda functions as targets"). */
export function albEvent(facts: HttpRequestFacts, target: AlbTarget): Record<string, unknown> {
  const headers: [string, string][] = [
    ...facts.headers.map(([name, value]): [string, string] => [name.toLowerCase(), value]),
    ['x-amzn-trace-id', facts.traceHeader],
    ['x-forwarded-for', facts.sourceIp],
    ['x-forwarded-port', target.port],
    ['x-forwarded-proto', target.proto],
  ];
  const query = undecodedPairs(facts.rawQueryString);
  const isText = isAlbText(headerOf(facts, 'content-type'), headerOf(facts, 'content-encoding'));
  const body = Buffer.from(facts.body);
  return {
    requestContext: { elb: { targetGroupArn: target.targetGroupArn } },
    httpMethod: facts.method,
    path: facts.rawPath,
    ...(target.hasMultiValueHeaders
      ? { multiValueQueryStringParameters: groupValues(query), multiValueHeaders: groupValues(headers) }
      : { queryStringParameters: Object.fromEntries(query), headers: Object.fromEntries(headers) }),
    body: body.length === 0 ? '' : body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Every value of a name, in order. */
export function groupValues(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) groups.set(name, [...(groups.get(name) ?? []), value]);
  return Object.fromEntries(groups);
}

/** A load balancer hands parameters on as they came. */
function undecodedPairs(rawQueryString: string): (readonly [string, string])[] {
  if (rawQueryString === '') return [];
  return rawQueryString.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
  });
}

/** The four types that are handed on as text; anything encoded (gzip …) is binary. No type counts as text. */
function isAlbText(contentType: string | undefined, contentEncoding: string | undefined): boolean {
  if (contentEncoding !== undefined) return false;
  return (
    contentType === undefined || /^\s*(?:text\/|application\/(?:json|javascript|xml)\s*(?:;|$))/i.test(contentType)
  );
}
