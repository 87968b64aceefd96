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

/** An operation with the segments of its path taken apart once, for every invocation asks for one. */
interface Candidate {
  readonly operation: OperationSchema;
  readonly fixed: readonly Segment[];
  readonly labels: readonly Segment[];
}

interface Segment {
  readonly index: number;
  /** What stands there, or the member that what stands there is for. */
  readonly text: string;
}

/**
 * Finds the operation of a request by method, path and fixed query parameters. A trailing slash is
 * accepted; ARNs in labels may come percent-encoded or, from hand-written clients, with plain slashes.
 */
export function createRouter(operations: readonly OperationSchema[]): Router {
  // The API version, the first segment, and the length of the path split the operations into small groups.
  const groups = new Map<string, Candidate[]>();
  for (const operation of operations) {
    const group = groupOf(operation.segments);
    groups.set(group, [...(groups.get(group) ?? []), candidateOf(operation)]);
  }
  // An operation that asks for more in its query is the more particular one.
  for (const group of groups.values()) group.sort((a, b) => b.operation.fixedQuery.size - a.operation.fixedQuery.size);
  const withPath = (segments: readonly string[]) =>
    (groups.get(groupOf(segments)) ?? []).filter(({ fixed }) =>
      fixed.every(({ index, text }) => segments[index] === text),
    );
  return {
    match: (method, pathname, query) => {
      const segments = splitPath(pathname);
      for (const candidate of withPath(segments)) {
        const { operation } = candidate;
        if (operation.method !== method || !hasFixedQuery(operation, query)) continue;
        const labels = readLabels(candidate, segments);
        if (labels !== undefined) return { operation, labels };
      }
      return undefined;
    },
    hasPath: (pathname) => {
      const segments = splitPath(pathname);
      return withPath(segments).some((candidate) => readLabels(candidate, segments) !== undefined);
    },
  };
}

function candidateOf(operation: OperationSchema): Candidate {
  const segments = operation.segments.map((text, index) => ({ index, text }));
  const isLabel = ({ text }: Segment) => text.startsWith('{');
  return {
    operation,
    fixed: segments.filter((segment) => !isLabel(segment)),
    labels: segments.filter(isLabel).map(({ index, text }) => ({ index, text: text.slice(1, -1) })),
  };
}

function groupOf(segments: readonly string[]): string {
  return `${segments.length} ${segments[0] ?? ''}`;
}

function splitPath(pathname: string): string[] {
  return pathname.split('/').filter((segment) => segment !== '');
}

function hasFixedQuery({ fixedQuery }: OperationSchema, query: URLSearchParams): boolean {
  for (const [name, value] of fixedQuery) if (query.get(name) !== value) return false;
  return true;
}

function readLabels(candidate: Candidate, segments: readonly string[]): Readonly<Record<string, string>> | undefined {
  const labels: Record<string, string> = {};
  for (const { index, text } of candidate.labels) {
    const value = decode(segments[index] ?? '');
    if (value === undefined) return undefined;
    labels[text] = value;
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
