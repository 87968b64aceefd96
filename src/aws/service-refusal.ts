import type { AwsErrorFacts } from './error-facts.js';
import type { FailedCall, Translation } from './failed-call.js';

/** The service understood who calls, and did not do it. */
export function serviceRefusal(facts: AwsErrorFacts, call: FailedCall): Translation {
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

function withFullStop(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
