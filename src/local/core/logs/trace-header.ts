/** The parts of an X-Amzn-Trace-Id value that logs show. */
export interface TraceContext {
  readonly traceId: string;
  /** The segment that the platform opened for this invocation. */
  readonly parentId: string;
  readonly isSampled: boolean;
}

/** Reads `Root=…;Parent=…;Sampled=…`; undefined when root or parent is missing. Source: X-Ray developer guide, "Tracing header". */
export function parseTraceHeader(header: string): TraceContext | undefined {
  const parts = new Map(
    header.split(';').map((part) => {
      const equals = part.indexOf('=');
      return [part.slice(0, equals).trim(), part.slice(equals + 1).trim()] as const;
    }),
  );
  const traceId = parts.get('Root');
  const parentId = parts.get('Parent');
  if (traceId === undefined || parentId === undefined) return undefined;
  return { traceId, parentId, isSampled: parts.get('Sampled') === '1' };
}
