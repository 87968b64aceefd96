import type { AwsErrorFacts } from './error-facts.js';
import type { FailedCall, Translation } from './failed-call.js';

/** AWS does not accept who we are, or what we may do. */
export function identityTrouble(
  { name, message }: AwsErrorFacts,
  { service, operation }: FailedCall,
): Translation | undefined {
  if (EXPIRED.has(name)) {
    return {
      code: 'credentials-missing',
      message: `The AWS credentials have expired (${operation}).`,
      hint: 'Fetch new ones, for example with `aws sso login`, and run the command again.',
    };
  }
  if (UNKNOWN_KEY.has(name)) {
    return {
      code: 'credentials-missing',
      message: `${service} does not know these AWS credentials (${operation}: ${message})`,
      hint: 'Check the access key, the session token that belongs to it, and that the profile is for this partition.',
    };
  }
  if (BAD_SIGNATURE.has(name)) {
    const isClock = /skew|expired|not yet current|too large/i.test(`${name} ${message}`);
    return {
      code: 'access-denied',
      message: `${service} refused the signature of ${operation}: ${withoutRequest(message)}`,
      hint: isClock
        ? 'The clock of this machine is wrong: set it (for example with NTP) and try again.'
        : 'Check the secret access key.',
    };
  }
  if (/^AccessDenied|^UnauthorizedOperation|^NotAuthorized|^Forbidden/.test(name)) {
    return {
      code: 'access-denied',
      message: `You may not call ${operation}${message === '' || message === name ? '.' : `: ${message}`}`,
      hint: `Allow the action ${service.toLowerCase()}:${IAM_ACTION[operation] ?? operation} on this resource, or use another --profile.`,
    };
  }
  return undefined;
}

const EXPIRED: ReadonlySet<string> = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired']);
const UNKNOWN_KEY: ReadonlySet<string> = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
]);
const BAD_SIGNATURE: ReadonlySet<string> = new Set([
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'RequestTimeTooSkewed',
  'RequestExpired',
  'IncompleteSignatureException',
]);

/** Operations whose IAM action has another name (Service Authorization Reference, "Actions for AWS Lambda"). */
const IAM_ACTION: Readonly<Record<string, string>> = {
  Invoke: 'InvokeFunction',
  InvokeWithResponseStream: 'InvokeFunction',
  InvokeAsync: 'InvokeAsync',
  HeadBucket: 'ListBucket',
  HeadObject: 'GetObject',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  ListObjectsV2: 'ListBucket',
};

/** AWS repeats the request that it has seen, with the session token in it. */
function withoutRequest(message: string): string {
  return message.split(/\s*The Canonical String for this request/)[0] ?? '';
}
