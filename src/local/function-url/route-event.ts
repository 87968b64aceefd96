import { albEvent } from './alb-event.js';
import type { HttpRequestFacts } from './http-request-facts.js';
import { payloadV2Event } from './payload-v2-event.js';
import { restApiEvent } from './rest-api-event.js';
import type { MatchedRoute } from './route-table.js';

export interface RouteEventPlace {
  readonly accountId: string;
  /** Host name without the port. */
  readonly domainName: string;
}

/** Ids that AWS gives to an API; there is but one of each here. */
const LOCAL_ID = 'local';

/** The event with which the front of a route calls its function. */
export function routeEvent(facts: HttpRequestFacts, matched: MatchedRoute, place: RouteEventPlace): object {
  const { route, resourcePath, pathParameters } = matched;
  const parameters = Object.keys(pathParameters).length > 0 ? { pathParameters } : {};
  if (route.front === 'http') {
    return payloadV2Event(facts, {
      ...place,
      ...parameters,
      apiId: LOCAL_ID,
      stage: '$default',
      routeKey: route.route,
      forwarded: { port: '443', proto: 'https' },
    });
  }
  if (route.front === 'rest') {
    return restApiEvent(facts, {
      ...place,
      ...parameters,
      apiId: LOCAL_ID,
      deploymentId: LOCAL_ID,
      stage: LOCAL_ID,
      resourceId: LOCAL_ID,
      resourcePath: resourcePath === '$default' ? '/{proxy+}' : resourcePath,
      extendedRequestId: facts.requestId,
      isBinary: route.binary === true,
    });
  }
  return albEvent(facts, {
    targetGroupArn: `arn:aws:elasticloadbalancing:${route.region}:${place.accountId}:targetgroup/${LOCAL_ID}/0000000000000000`,
    hasMultiValueHeaders: route.multiValueHeaders === true,
    port: '80',
    proto: 'http',
  });
}
