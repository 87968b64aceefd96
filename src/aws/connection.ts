import type { AwsRetry } from './send-with-retries.js';

/** Where and as whom AWS is called. What is not given is looked up as the SDK does (environment, shared files). */
export interface AwsConnection {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  /** Address of another Lambda API, for example a local service. */
  readonly endpointUrl?: string | undefined;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  readonly signal: AbortSignal;
  /** Told of every finished call; carries no request or response content, so no secret can leak from it. */
  readonly onCall?: ((call: AwsCall) => void) | undefined;
  /** Told of every attempt that failed and is made again. */
  readonly onRetry?: ((retry: AwsRetry) => void) | undefined;
  /** How many calls leave each second at most. Default: as many as the service lets through. */
  readonly requestsPerSecond?: number | undefined;
  /** How long one attempt may take before it counts as lost. Default 20 s, for an upload 10 min, for an invocation without end. */
  readonly attemptTimeoutMs?: number | undefined;
}

/** One finished call, retries included. */
export interface AwsCall {
  readonly operation: string;
  readonly durationMs: number;
  /** How often it was sent; undefined when it never left the machine. */
  readonly attempts: number | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** The error's name; undefined when the call succeeded. */
  readonly error: string | undefined;
}

/** The credentials of the local service: it checks that a request is signed, not by whom. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

/** The region where neither the user nor the project names one and the service is a local one. */
export const LOCAL_REGION = 'us-east-1';

/** True for the address of a service on this machine. */
export function isLoopback(endpointUrl: string): boolean {
  if (!URL.canParse(endpointUrl)) return false;
  const { hostname } = new URL(endpointUrl);
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}
