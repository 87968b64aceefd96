import { type HttpRequestFacts, headerOf } from './http-request-facts.js';
import type { HttpReply } from './infer-response.js';

/** The Cors member of a function URL's configuration (API reference, Cors). */
export interface CorsConfig {
  readonly AllowCredentials?: boolean;
  readonly AllowHeaders?: readonly string[];
  readonly AllowMethods?: readonly string[];
  readonly AllowOrigins?: readonly string[];
  readonly ExposeHeaders?: readonly string[];
  readonly MaxAge?: number;
}

/** The URL itself answers a preflight when it has a Cors configuration; undefined for every other request. */
export function preflightReply(facts: HttpRequestFacts, cors: CorsConfig): HttpReply | undefined {
  if (facts.method !== 'OPTIONS') return undefined;
  const origin = allowedOrigin(facts, cors);
  const headers: [string, string][] = [['vary', 'Origin']];
  if (origin !== undefined) {
    headers.push(['access-control-allow-origin', origin]);
    const wantedHeaders = headerOf(facts, 'access-control-request-headers');
    const allowedHeaders = listOrEcho(cors.AllowHeaders, wantedHeaders);
    const allowedMethods = listOrEcho(cors.AllowMethods, headerOf(facts, 'access-control-request-method'));
    if (allowedMethods !== undefined) headers.push(['access-control-allow-methods', allowedMethods]);
    if (allowedHeaders !== undefined) headers.push(['access-control-allow-headers', allowedHeaders]);
    if (cors.AllowCredentials === true) headers.push(['access-control-allow-credentials', 'true']);
    if (cors.MaxAge !== undefined) headers.push(['access-control-max-age', String(cors.MaxAge)]);
  }
  return { status: 200, headers, body: Buffer.alloc(0) };
}

/**
 * What the URL adds to a function's own answer. It appends and does not replace: a function that sets
 * the same header makes browsers see two values, here as on AWS.
 */
export function corsHeaders(facts: HttpRequestFacts, cors: CorsConfig): readonly (readonly [string, string])[] {
  const origin = allowedOrigin(facts, cors);
  if (origin === undefined) return [];
  const exposed = cors.ExposeHeaders ?? [];
  return [
    ['access-control-allow-origin', origin],
    ['vary', 'Origin'],
    ...(cors.AllowCredentials === true ? [['access-control-allow-credentials', 'true'] as const] : []),
    ...(exposed.length > 0 ? [['access-control-expose-headers', exposed.join(',')] as const] : []),
  ];
}

/** The request's own origin when it is allowed, also by `*` or `https://*`-like patterns of one wildcard. */
function allowedOrigin(facts: HttpRequestFacts, cors: CorsConfig): string | undefined {
  const origin = headerOf(facts, 'origin');
  if (origin === undefined) return undefined;
  const isAllowed = (cors.AllowOrigins ?? []).some((allowed) => {
    const star = allowed.indexOf('*');
    if (star < 0) return allowed.toLowerCase() === origin.toLowerCase();
    return (
      origin.length >= allowed.length - 1 &&
      origin.startsWith(allowed.slice(0, star)) &&
      origin.endsWith(allowed.slice(star + 1))
    );
  });
  return isAllowed ? origin : undefined;
}

/** `*` does not mean everything once credentials are sent, so the wish of the request is repeated instead. */
function listOrEcho(configured: readonly string[] | undefined, wanted: string | undefined): string | undefined {
  if (configured === undefined || configured.length === 0) return undefined;
  return configured.includes('*') && wanted !== undefined ? wanted : configured.join(',');
}
