import { type ErrorCode, isLambdakitError, LambdakitError } from '../errors/lambdakit-error.js';
import { type AwsErrorFacts, readAwsError } from './error-facts.js';
import { attemptsOf } from './send-with-retries.js';

/** The call that failed. */
export interface FailedCall {
  /** The service's name as people say it: `Lambda`, `S3`. */
  readonly service: string;
  readonly operation: string;
  readonly signal: AbortSignal;
  readonly endpoint?: string | undefined;
  /** Read for the name of the resource only. */
  readonly request?: object;
}

interface Translation {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

/**
 * Our error for what an AWS client threw: what was refused, by the service's own words, and the next
 * step. An abort gives the signal's own reason.
 */
export function translateAwsError(error: unknown, call: FailedCall): unknown {
  if (call.signal.aborted) return call.signal.reason;
  if (isLambdakitError(error)) return error;
  const facts = readAwsError(error);
  if (facts === undefined) return error;
  const { code, message, hint } =
    localTrouble(facts, call) ??
    networkTrouble(facts, call, attemptsOf(error)) ??
    identityTrouble(facts, call) ??
    refusal(facts, call);
  return new LambdakitError(code, message, {
    ...(hint !== undefined && { hint }),
    details: {
      service: call.service.toLowerCase(),
      operation: call.operation,
      awsCode: facts.name,
      ...(facts.status !== undefined && { status: facts.status }),
      ...(facts.requestId !== undefined && { requestId: facts.requestId }),
    },
    cause: error,
  });
}

/** The call never left this machine. */
function localTrouble(facts: AwsErrorFacts, { service, operation }: FailedCall): Translation | undefined {
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
function networkTrouble(
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

/** AWS does not accept who we are, or what we may do. */
function identityTrouble(
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

function refusal(facts: AwsErrorFacts, call: FailedCall): Translation {
  const { name, status } = facts;
  const text =
    facts.message === '' || facts.message === 'UnknownError'
      ? status === undefined
        ? name
        : `HTTP status ${status}`
      : facts.message;
  if (facts.isThrottle) {
    return {
      code: 'throttled',
      message: `${call.service} throttled ${call.operation}: ${text}`,
      hint: throttleHint(facts),
    };
  }
  if (
    name === 'ResourceNotFoundException' ||
    name === 'NotFoundException' ||
    name === 'NoSuchBucket' ||
    name === 'NoSuchKey' ||
    name === 'NoSuchEntity' ||
    name === 'NoSuchEntityException' ||
    name === 'NotFound' ||
    name === 'ParameterNotFound' ||
    name === 'RepositoryNotFoundException' ||
    name === 'QueueDoesNotExist' ||
    name === 'ImageNotFoundException' ||
    name === 'ProvisionedConcurrencyConfigNotFoundException'
  ) {
    return {
      code: 'not-found',
      message: withFullStop(text),
      hint: notFoundHint(call.operation, text),
    };
  }
  if (status === 413 || name === 'RequestEntityTooLargeException' || name === 'RequestTooLargeException') {
    return {
      code: 'over-size',
      message: `${call.operation}: ${withFullStop(text)}`,
      ...(SIZE_HINT[call.operation] !== undefined && { hint: SIZE_HINT[call.operation] }),
    };
  }
  const hint = HINTS[name];
  if (name === 'SyntaxError') {
    return {
      code: 'service-refused',
      message: `${call.service} answered ${call.operation} with something else than JSON (HTTP status ${status ?? 'unknown'}).`,
      hint: 'Something other than the service answers there: check the endpoint and the proxy settings.',
    };
  }
  return {
    code: 'service-refused',
    message: `${call.service} refused ${call.operation}: ${text}${text.includes(name) ? '' : ` (${name})`}`,
    ...(hint !== undefined && { hint }),
  };
}

/** Where the names are told that there are; the text says whether it is the function that is missing. */
function notFoundHint(operation: string, text: string): string {
  if (operation.startsWith('Invoke'))
    return 'Deploy it first with `lambdakit deploy`, or check the name, --region and --profile.';
  const [, command = 'list', what = 'the functions'] = /^Function not found/i.test(text)
    ? []
    : (LISTS.find(([pattern]) => pattern.test(operation)) ?? []);
  return `Check the name, --region and --profile; \`lambdakit ${command}\` shows ${what} there.`;
}

const LISTS: readonly (readonly [RegExp, string, string])[] = [
  [/EventSourceMapping$/, 'event-source list', 'the event sources'],
  [/^(Get|Update|Delete|Put|List).*CodeSigningConfig$/, 'code-signing list', 'the code signing configurations'],
  [/Alias$/, 'alias list FUNCTION', 'the aliases'],
  [/^(Add|Remove)Permission$|^GetPolicy$/, 'permission list FUNCTION', 'the statements'],
  [/FunctionUrlConfig$/, 'url list FUNCTION', 'the URLs'],
  [/ProvisionedConcurrencyConfig$/, 'concurrency show FUNCTION', 'what is provisioned'],
  [/LayerVersion/, 'layer list', 'the layers'],
];

const SIZE_HINT: Readonly<Record<string, string>> = {
  Invoke: 'A synchronous event may have 6 MB, an asynchronous one 1 MB. Put the data into S3 and pass its key.',
  CreateFunction: 'Above 50 MB the package has to come from S3: give --s3-bucket.',
  UpdateFunctionCode: 'Above 50 MB the package has to come from S3: give --s3-bucket.',
  PublishLayerVersion: 'Above 50 MB the layer has to come from S3.',
};

const HINTS: Readonly<Record<string, string>> = {
  ResourceConflictException:
    'Another change is going on, or the thing exists already. Look at `lambdakit status FUNCTION` and run the command again.',
  PreconditionFailedException:
    'Someone else changed it meanwhile. Run the command again to work with the current state.',
  CodeStorageExceededException: 'Remove old versions with `lambdakit version prune`.',
  ResourceNotReadyException: 'The function is being woken up. Run the command again in a minute.',
  InvalidParameterValueException: 'Correct the value in lambdakit.json or on the command line.',
  ValidationException: 'Correct the value in lambdakit.json or on the command line.',
  CodeVerificationFailedException:
    'The package is not signed as the code signing configuration asks: name a profile that it allows as "signing" in lambdakit.json.',
  InvalidCodeSignatureException:
    'The package was changed after it was signed, or its signature is of no use any more: remove the signed object from the bucket and deploy again.',
  ServiceException: 'This is a fault inside the service; run the command again.',
};

function throttleHint({ reason, retryAfterSeconds }: AwsErrorFacts): string {
  if (reason?.startsWith('ReservedFunctionConcurrent'))
    return 'The function uses all of its reserved concurrency: raise it, or call less at once.';
  if (reason?.startsWith('ConcurrentInvocation'))
    return "The account's concurrency is used up: ask for a higher quota, or call less at once.";
  return `Wait ${retryAfterSeconds ?? 'a few'} seconds and run the command again.`;
}

/** AWS repeats the request that it has seen, with the session token in it. */
function withoutRequest(message: string): string {
  return message.split(/\s*The Canonical String for this request/)[0] ?? '';
}

function withFullStop(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
