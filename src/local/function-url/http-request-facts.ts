/** An HTTP request as the event adapters need it, read to its end. */
export interface HttpRequestFacts {
  readonly method: string;
  /** As received, percent-encoding kept; at least `/`. */
  readonly rawPath: string;
  /** Undecoded, without the question mark; empty when there is none. */
  readonly rawQueryString: string;
  /** Names as the client spelled them, repeated ones repeated. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Empty when the request had no body. */
  readonly body: Uint8Array;
  readonly sourceIp: string;
  /** Epoch milliseconds. */
  readonly receivedAtMs: number;
  /** Such as `HTTP/1.1`. */
  readonly protocol: string;
  /** Value of X-Amzn-Trace-Id. */
  readonly traceHeader: string;
  readonly requestId: string;
}

/** The value of a header, repeated ones joined by commas; undefined when it is missing. */
export function headerOf(facts: Pick<HttpRequestFacts, 'headers'>, name: string): string | undefined {
  const values = facts.headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(',');
}

/** Decoded pairs of a query string in their order; a broken escape stays as it is. */
export function queryPairs(rawQueryString: string): readonly (readonly [name: string, value: string])[] {
  if (rawQueryString === '') return [];
  return rawQueryString.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    return equals < 0 ? [decode(pair), ''] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
  });
}

/** `12/Mar/2020:19:03:58 +0000`, the time format of API Gateway's events. */
export function commonLogTime(epochMs: number): string {
  const date = new Date(epochMs);
  const [, day = '', month = '', year = '', time = ''] = date.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
