/** Which URL a request means, and the path within it. */
export interface UrlAddress {
  readonly urlId: string;
  /** As received, at least `/`. */
  readonly rawPath: string;
  readonly rawQueryString: string;
  /** Path as it came over the wire. */
  readonly wirePath: string;
}

/** Where a host name of its own does not resolve: `/lambda-url/<id>/<path>` at any loopback address. */
const PATH_FORM = /^\/lambda-url\/([a-z0-9]+)(\/.*)?$/;
/** `<id>.lambda-url.localhost:<port>`, with a region in between if wanted. */
const HOST_FORM = /^([a-z0-9]+)\.lambda-url\.(?:[a-z0-9-]+\.)?localhost(?::\d+)?$/i;

/** Reads the URL's id from the host name or, failing that, from the path; undefined when neither has one. */
export function parseUrlAddress(host: string | undefined, requestTarget: string): UrlAddress | undefined {
  const mark = requestTarget.indexOf('?');
  const wirePath = mark < 0 ? requestTarget : requestTarget.slice(0, mark);
  const rawQueryString = mark < 0 ? '' : requestTarget.slice(mark + 1);
  const byHost = HOST_FORM.exec(host ?? '')?.[1];
  if (byHost !== undefined) {
    return { urlId: byHost.toLowerCase(), rawPath: wirePath || '/', rawQueryString, wirePath };
  }
  if (!/^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(host ?? '')) return undefined;
  const byPath = PATH_FORM.exec(wirePath);
  if (byPath === null) return undefined;
  return { urlId: byPath[1] ?? '', rawPath: byPath[2] ?? '/', rawQueryString, wirePath };
}
