/** What we read from an error of an AWS client. */
export interface AwsErrorFacts {
  /** The service's error code (`ResourceNotFoundException`) or the client's own error name. */
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** `ECONNREFUSED` and its like, when the network failed. */
  readonly systemCode: string | undefined;
  /** The host whose name could not be resolved. */
  readonly hostname: string | undefined;
  readonly isThrottle: boolean;
  /** The `Reason` of TooManyRequestsException. */
  readonly reason: string | undefined;
  readonly retryAfterSeconds: string | undefined;
}

/** Error names that say "too fast" (the list of the SDK's standard retry mode). */
const THROTTLE_NAMES: ReadonlySet<string> = new Set([
  'TooManyRequestsException',
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestLimitExceeded',
  'BandwidthLimitExceeded',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'PriorRequestNotComplete',
  'SlowDown',
  'EC2ThrottledException',
]);

/** The names of errors that the SDK throws before anything is sent. */
const CLIENT_NAMES = /^(CredentialsProviderError|TokenProviderError|TimeoutError)$/;

/** Reads the error of an AWS client; undefined when it is none of theirs (a bug, a TypeError of ours). */
export function readAwsError(error: unknown): AwsErrorFacts | undefined {
  if (!(error instanceof Error)) return undefined;
  const raw = error as Error & Record<string, unknown>;
  const metadata = raw.$metadata as { readonly httpStatusCode?: number; readonly requestId?: string } | undefined;
  const systemCode = systemCodeOf(error);
  const isRegion = /region is missing/i.test(error.message);
  if (
    raw.$fault === undefined &&
    raw.$response === undefined &&
    raw.$metadata === undefined &&
    systemCode === undefined &&
    !CLIENT_NAMES.test(error.name) &&
    !isRegion
  )
    return undefined;
  return {
    name: error.name,
    message: error.message,
    status: metadata?.httpStatusCode,
    requestId: metadata?.requestId,
    systemCode,
    hostname: typeof raw.hostname === 'string' ? raw.hostname : undefined,
    isThrottle: THROTTLE_NAMES.has(error.name) || metadata?.httpStatusCode === 429,
    reason: typeof raw.Reason === 'string' ? raw.Reason : undefined,
    retryAfterSeconds: typeof raw.retryAfterSeconds === 'string' ? raw.retryAfterSeconds : undefined,
  };
}

/** The network's code; Node hides it in an AggregateError when a name has several addresses. */
function systemCodeOf(error: Error): string | undefined {
  if (error.name === 'TimeoutError') return 'TimeoutError';
  const { code, errors, cause } = error as Error & { readonly code?: unknown; readonly errors?: readonly unknown[] };
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return code;
  const inner = errors?.[0] ?? cause;
  return inner instanceof Error ? systemCodeOf(inner) : undefined;
}
