import { readAwsError } from './error-facts.js';

/** Why a call is worth making again. */
export type RetryReason = 'throttle' | 'fault' | 'network' | 'dns' | 'unreachable';

/** How often a call is sent in all, by the reason of its last failure. */
export const MAX_ATTEMPTS: Readonly<Record<RetryReason, number>> = {
  throttle: 30,
  fault: 12,
  network: 12,
  // A name that is not found may be mistyped, or the network has just come up: about two seconds tell.
  dns: 8,
  // Nobody listens there: a person waits for this answer.
  unreachable: 3,
};

/** How long a call is tried in all before the last attempt, by the reason of its last failure: a cut network is told within a minute. */
export const PATIENCE_MS: Readonly<Record<RetryReason, number>> = {
  throttle: 180_000,
  fault: 60_000,
  network: 40_000,
  dns: 20_000,
  unreachable: 10_000,
};

const INVOCATION_ATTEMPTS = 3;

/**
 * Why a failed call may be made again, or undefined when it must not be. A client error (4xx other
 * than a throttle) is never repeated. An invocation whose connection broke may have run, so it is not
 * repeated either; every other operation ends in the same state when it is made twice.
 */
export function retryReason(error: unknown, operation: string): RetryReason | undefined {
  const facts = readAwsError(error);
  if (facts === undefined) return undefined;
  if (facts.isThrottle) return 'throttle';
  const { status, systemCode, name } = facts;
  // Without an address nothing was sent, so that also an invocation may be made again.
  if (systemCode === 'ENOTFOUND') return 'dns';
  if (systemCode === 'EAI_AGAIN') return 'network';
  if (systemCode !== undefined && UNREACHABLE.has(systemCode)) return 'unreachable';
  // The status of an answer whose body was cut off is no verdict: what it says is not known.
  if (systemCode !== undefined && BROKEN.has(systemCode)) return isInvocation(operation) ? undefined : 'network';
  if (status !== undefined && status >= 400 && status < 500) return undefined;
  if (status !== undefined && status >= 500) return NOT_READY.has(name) ? undefined : 'fault';
  // A garbled answer with a status of success counts as a broken connection.
  return GARBLED.has(name) && !isInvocation(operation) ? 'network' : undefined;
}

/** How often this operation is sent for this reason. */
export function attemptsFor(reason: RetryReason, operation: string): number {
  return isInvocation(operation) ? Math.min(INVOCATION_ATTEMPTS, MAX_ATTEMPTS[reason]) : MAX_ATTEMPTS[reason];
}

/** True for the operations that run a function. */
export function isInvocation(operation: string): boolean {
  return operation.startsWith('Invoke');
}

const FIRST_DELAY_MS = 100;
const FIRST_THROTTLE_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;
const LONGEST_DNS_DELAY_MS = 1_000;

/**
 * Milliseconds before the next attempt: full jitter below an exponential ceiling (AWS architecture
 * blog, "Exponential Backoff And Jitter"), and never less than the service asks for with Retry-After.
 */
export function retryDelayMs(
  reason: RetryReason,
  attempt: number,
  { retryAfterSeconds, random }: { readonly retryAfterSeconds: string | undefined; readonly random: () => number },
): number {
  const first = reason === 'throttle' ? FIRST_THROTTLE_DELAY_MS : FIRST_DELAY_MS;
  const longest = reason === 'dns' ? LONGEST_DNS_DELAY_MS : LONGEST_DELAY_MS;
  const ceiling = Math.min(first * 2 ** (attempt - 1), longest);
  const asked = Number(retryAfterSeconds ?? 0) * 1_000;
  return Math.max(ceiling * random(), Number.isFinite(asked) ? Math.min(asked, 30_000) : 0);
}

const UNREACHABLE: ReadonlySet<string> = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']);

const BROKEN: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ECONNABORTED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'HPE_INVALID_CONSTANT',
  'TimeoutError',
]);

const GARBLED: ReadonlySet<string> = new Set(['SyntaxError', 'TimeoutError']);

/** 5xx that say something about the function and not about the service; only the caller's own action helps. */
const NOT_READY: ReadonlySet<string> = new Set([
  'ResourceNotReadyException',
  'InvalidRuntimeException',
  'InvalidZipFileException',
  'InvalidSubnetIDException',
  'InvalidSecurityGroupIDException',
  'KMSAccessDeniedException',
  'KMSDisabledException',
  'KMSInvalidStateException',
  'KMSNotFoundException',
  'SubnetIPAddressLimitReachedException',
  'ENILimitReachedException',
]);
