import type { OperationSchema } from './operation-schemas.js';

export interface RouteMatch {
  readonly operation: OperationSchema;
  /** Label values by member name, percent-decoded. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface Router {
  /** Undefined when no operation has this method and path. */
  match(method: string, pathname: string, query: URLSearchParams): RouteMatch | undefined;
  /** True when the path belongs to an operation of another method. */
  hasPath(pathname: string): boolean;
}

/**
 * Finds the operation of a request by method, path and fixed query parameters. A trailing slash is
 * accepted; ARNs in labels may come percent-encoded or, from hand-written clients, with plain slashes.
 */
export function createRouter(operations: readonly OperationSchema[]): Router {
  // The API version, the first segment, splits the operations into small groups.
  const groups = new Map<string, OperationSchema[]>();
  for (const operation of operations) {
    const version = operation.segments[0] ?? '';
    groups.set(version, [...(groups.get(version) ?? []), operation]);
  }
  // An operation that asks for more in its query is the more particular one.
  for (const group of groups.values()) group.sort((a, b) => b.fixedQuery.size - a.fixedQuery.size);
  const candidates = (segments: readonly string[]) => groups.get(segments[0] ?? '') ?? [];
  return {
    match: (method, pathname, query) => {
      const segments = splitPath(pathname);
      for (const operation of candidates(segments)) {
        if (operation.method !== method) continue;
        if (![...operation.fixedQuery].every(([name, value]) => query.get(name) === value)) continue;
        const labels = matchSegments(operation.segments, segments);
        if (labels !== undefined) return { operation, labels };
      }
      return undefined;
    },
    hasPath: (pathname) => {
      const segments = splitPath(pathname);
      return candidates(segments).some((operation) => matchSegments(operation.segments, segments) !== undefined);
    },
  };
}

function splitPath(pathname: string): string[] {
  return pathname.split('/').filter((segment) => segment !== '');
}

function matchSegments(
  pattern: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index] ?? '';
    if (expected.startsWith('{')) {
      const value = decode(actual);
      if (value === undefined) return undefined;
      labels[expected.slice(1, -1)] = value;
    } else if (expected !== actual) return undefined;
  }
  return labels;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign: no such resource.
    return undefined;
  }
}
