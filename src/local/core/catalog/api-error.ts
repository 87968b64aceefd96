/** Codes whose body spells the text `Message`; every other code spells it `message` (Lambda API model). */
const CAPITAL_MESSAGE: ReadonlySet<string> = new Set([
  'CodeSigningConfigNotFoundException',
  'CodeVerificationFailedException',
  'InvalidCodeSignatureException',
  'InvalidRuntimeException',
  'InvalidZipFileException',
  'PublicPolicyException',
  'RecursiveInvocationException',
  'ResourceInUseException',
  'ResourceNotFoundException',
  'ServiceException',
  'SnapStartException',
  'SnapStartNotReadyException',
  'SnapStartTimeoutException',
  'RequestEntityTooLargeException',
  'AccessDeniedException',
  'SerializationException',
  'MissingAuthenticationTokenException',
  'IncompleteSignatureException',
]);

/** Codes of the framework in front of Lambda: their bodies have no `Type`. */
const WITHOUT_TYPE: ReadonlySet<string> = new Set([
  'ValidationException',
  'RequestEntityTooLargeException',
  'AccessDeniedException',
  'SerializationException',
  'MissingAuthenticationTokenException',
  'IncompleteSignatureException',
  'UnknownOperationException',
]);

/** An answer of the Lambda API that is not a success: its code, HTTP status and text. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly code: string,
    readonly status: number,
    /** Null where AWS sends no text. */
    readonly text: string | null,
    /** Further members of the body, such as `Reason`. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(text ?? code);
  }

  /** The JSON body as the service writes it. */
  get body(): Readonly<Record<string, unknown>> {
    const type = WITHOUT_TYPE.has(this.code) ? {} : { Type: this.status >= 500 ? 'Service' : 'User' };
    return { ...this.members, ...type, [CAPITAL_MESSAGE.has(this.code) ? 'Message' : 'message']: this.text };
  }
}

class UntypedError extends ApiError {
  override get body(): Readonly<Record<string, unknown>> {
    const { Type: _type, ...rest } = super.body;
    return rest;
  }
}

/** The error without `Type`: a few texts come so although others of their code have one (recorded from AWS). */
export function withoutType({ code, status, text, members }: ApiError): ApiError {
  return new UntypedError(code, status, text, members);
}

export function invalidParameter(text: string): ApiError {
  return new ApiError('InvalidParameterValueException', 400, text);
}

export function validationFailed(violations: readonly string[]): ApiError {
  const count = violations.length;
  const text = `${count} validation error${count === 1 ? '' : 's'} detected: ${violations.join('; ')}`;
  return new ApiError('ValidationException', 400, text);
}

export function notFound(text: string): ApiError {
  return new ApiError('ResourceNotFoundException', 404, text);
}

export function conflict(text: string): ApiError {
  return new ApiError('ResourceConflictException', 409, text);
}

/** The caller's revision id is stale; `operations` names the calls that yield the present one. */
export function stalePrecondition(operations: string): ApiError {
  return new ApiError(
    'PreconditionFailedException',
    412,
    `The Revision Id provided does not match the latest Revision Id. Call the ${operations} API to retrieve the latest Revision Id`,
  );
}

export function tooLarge(text: string): ApiError {
  return new ApiError('RequestEntityTooLargeException', 413, text);
}
