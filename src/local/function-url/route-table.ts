/** What stands between HTTP clients and a function: an HTTP API, a REST API or a load balancer. */
export type RouteFront = 'http' | 'rest' | 'alb';

/** A route that leads to a function. */
export interface HttpRoute {
  /** As API Gateway writes it: `GET /items/{id}`, `ANY /files/{path+}` or `$default`. */
  readonly route: string;
  readonly front: RouteFront;
  readonly functionName: string;
  readonly region: string;
  /** A REST API that takes every type for binary (`binaryMediaTypes` with a `*` for all). */
  readonly binary?: boolean;
  /** A target group whose attribute `lambda.multi_value_headers.enabled` is on. */
  readonly multiValueHeaders?: boolean;
}

export interface MatchedRoute {
  readonly route: HttpRoute;
  /** Such as `/items/{id}`; `$default` where the route is that. */
  readonly resourcePath: string;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Finds the route of a request; undefined when there is none. */
export type RouteTable = (method: string, rawPath: string) => MatchedRoute | undefined;

interface ReadRoute {
  readonly route: HttpRoute;
  readonly method: string;
  readonly resourcePath: string;
  readonly segments: readonly Segment[];
}

interface Segment {
  readonly kind: 'literal' | 'variable' | 'greedy';
  readonly text: string;
}

/**
 * The most specific route wins: a literal segment before a variable, that before the rest of a path, a method before
 * ANY, and `$default` last (API Gateway developer guide, "Create routes for HTTP APIs").
 */
export function createRouteTable(routes: readonly HttpRoute[]): RouteTable {
  const read = routes.map(readRoute).sort(bySpecificity);
  return (method, rawPath) => {
    const segments = rawPath.split('/').slice(1);
    for (const candidate of read) {
      if (candidate.method !== 'ANY' && candidate.method !== method) continue;
      const pathParameters = candidate.resourcePath === '$default' ? {} : parametersOf(candidate.segments, segments);
      if (pathParameters !== undefined) {
        return { route: candidate.route, resourcePath: candidate.resourcePath, pathParameters };
      }
    }
    return undefined;
  };
}

function readRoute(route: HttpRoute): ReadRoute {
  if (route.route === '$default') return { route, method: 'ANY', resourcePath: '$default', segments: [] };
  const [method = 'ANY', resourcePath = '/'] = route.route.split(' ');
  return { route, method, resourcePath, segments: resourcePath.split('/').slice(1).map(readSegment) };
}

function readSegment(text: string): Segment {
  const [, name, plus] = /^\{([^{}+]+)(\+?)\}$/.exec(text) ?? [];
  if (name === undefined) return { kind: 'literal', text };
  return { kind: plus === '+' ? 'greedy' : 'variable', text: name };
}

function parametersOf(
  wanted: readonly Segment[],
  given: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, { kind, text }] of wanted.entries()) {
    if (kind === 'greedy') {
      const rest = given.slice(index).join('/');
      return rest === '' ? undefined : { ...parameters, [text]: decode(rest) };
    }
    const value = given[index];
    if (value === undefined || (kind === 'literal' ? value !== text : value === '')) return undefined;
    if (kind === 'variable') parameters[text] = decode(value);
  }
  return given.length === wanted.length ? parameters : undefined;
}

const RANKS = { literal: 0, variable: 1, greedy: 2 } as const;

function bySpecificity(a: ReadRoute, b: ReadRoute): number {
  if ((a.resourcePath === '$default') !== (b.resourcePath === '$default'))
    return a.resourcePath === '$default' ? 1 : -1;
  for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index++) {
    const difference = rankAt(a, index) - rankAt(b, index);
    if (difference !== 0) return difference;
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

/** A path that has ended comes behind one that goes on: they never match the same request. */
function rankAt({ segments }: ReadRoute, index: number): number {
  const segment = segments[index];
  return segment === undefined ? RANKS.greedy + 1 : RANKS[segment.kind];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
