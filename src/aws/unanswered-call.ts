import type { AwsErrorFacts } from './error-facts.js';
import type { FailedCall, Translation } from './failed-call.js';

/** The call never left this machine. */
export function localTrouble(facts: AwsErrorFacts, { service, operation }: FailedCall): Translation | undefined {
  const { name, message } = facts;
  if (/region is missing/i.test(message)) {
    return {
      code: 'region-missing',
      message: `No AWS region is set, so ${service} cannot be called.`,
      hint: 'Give --region, set AWS_REGION, or write "region" into lambdakit.json.',
    };
  }
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    const isSso = /sso/i.test(message);
    return {
      code: 'credentials-missing',
      message: `There are no usable AWS credentials for ${operation}: ${message}`,
      hint: isSso
        ? 'Run `aws sso login` (with the same --profile) and try again.'
        : 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or choose a profile with --profile. Without an account, add --local.',
    };
  }
  return undefined;
}

/** Nobody answered, or the name of the host leads nowhere. */
export function networkTrouble(
  { message, systemCode = '', hostname }: AwsErrorFacts,
  { service, endpoint }: FailedCall,
  attempts: number,
): Translation | undefined {
  if (!NETWORK_CODES.has(systemCode)) return undefined;
  const place = endpoint === undefined ? '' : ` at ${endpoint}`;
  const name = DNS_FAILURES[systemCode];
  if (name !== undefined) {
    const times = attempts === 1 ? 'once' : `${attempts} times`;
    return {
      code: 'unreachable',
      message: `${service} cannot be reached${place}: ${name(hostname ?? 'of the host')} (${systemCode}, tried ${times}).`,
      hint:
        endpoint === undefined
          ? 'Check the region name, the network and its name server.'
          : 'Check the host name of the endpoint, the network and its name server.',
    };
  }
  return {
    code: 'unreachable',
    message: `${service} cannot be reached${place}: ${message || systemCode}`,
    hint:
      endpoint === undefined
        ? 'Check the network, the proxy settings and the region name.'
        : 'Check that a service listens there (`lambdakit local status`), or drop --endpoint-url.',
  };
}

/** What getaddrinfo's codes mean. */
const DNS_FAILURES: Readonly<Record<string, (hostname: string) => string>> = {
  ENOTFOUND: (hostname) => `DNS knows no name ${hostname}`,
  EAI_AGAIN: (hostname) => `no name server answers for the name ${hostname}`,
};

const NETWORK_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'CERT_HAS_EXPIRED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'TimeoutError',
]);
