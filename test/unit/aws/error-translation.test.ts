import { describe, expect, it } from 'vitest';
import { translateAwsError } from '../../../src/aws/error-translation.js';

interface Refusal {
  readonly name: string;
  readonly message?: string;
  readonly status?: number;
  readonly operation?: string;
  readonly more?: object;
}

function translate({
  name,
  message = 'as the service says',
  status = 400,
  operation = 'UpdateFunctionCode',
  more = {},
}: Refusal) {
  const raw = Object.assign(new Error(message), {
    name,
    $fault: 'client',
    $metadata: { httpStatusCode: status, requestId: 'r-1' },
    ...more,
  });
  return translateAwsError(raw, { service: 'Lambda', operation, signal: new AbortController().signal });
}

describe('an error of AWS', () => {
  it.each([
    [{ name: 'ResourceNotFoundException', status: 404, operation: 'Invoke' }, 'not-found', /lambdakit deploy/],
    [{ name: 'AccessDeniedException', status: 403, operation: 'Invoke' }, 'access-denied', /lambda:InvokeFunction /],
    [
      { name: 'AccessDeniedException', status: 403, operation: 'PublishVersion' },
      'access-denied',
      /lambda:PublishVersion /,
    ],
    [{ name: 'ExpiredTokenException', status: 403 }, 'credentials-missing', /aws sso login/],
    [{ name: 'UnrecognizedClientException', status: 403 }, 'credentials-missing', /access key/],
    [
      { name: 'InvalidSignatureException', message: 'Signature expired: 2020 is now earlier than 2021', status: 403 },
      'access-denied',
      /clock/,
    ],
    [
      { name: 'InvalidSignatureException', message: 'The signature does not match', status: 403 },
      'access-denied',
      /secret access key/,
    ],
    [
      {
        name: 'TooManyRequestsException',
        status: 429,
        more: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
      },
      'throttled',
      /reserved concurrency/,
    ],
    [
      { name: 'TooManyRequestsException', status: 429, more: { retryAfterSeconds: '7' } },
      'throttled',
      /Wait 7 seconds/,
    ],
    [{ name: 'RequestTooLargeException', status: 413, operation: 'Invoke' }, 'over-size', /6 MB/],
    [{ name: 'ResourceConflictException', status: 409 }, 'service-refused', /again/],
    [{ name: 'PreconditionFailedException', status: 412 }, 'service-refused', /meanwhile/],
    [{ name: 'InvalidParameterValueException' }, 'service-refused', /lambdakit.json/],
  ])('%j becomes %s', (refusal: Refusal, code, hint) => {
    expect(translate(refusal)).toMatchObject({
      code,
      hint: expect.stringMatching(hint),
      details: { service: 'lambda', awsCode: refusal.name, requestId: 'r-1' },
    });
  });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'ECONNRESET'])('says that nobody answers when the network says %s', (code) => {
    const raw = Object.assign(new AggregateError([Object.assign(new Error('inner'), { code })], ''), { code });
    const call = {
      service: 'Lambda',
      operation: 'Invoke',
      signal: new AbortController().signal,
      endpoint: 'http://127.0.0.1:1',
    };
    expect(translateAwsError(raw, call)).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('http://127.0.0.1:1'),
    });
  });

  it('says what is missing before anything is sent', () => {
    const call = { service: 'Lambda', operation: 'Invoke', signal: new AbortController().signal };
    expect(translateAwsError(new Error('Region is missing'), call)).toMatchObject({ code: 'region-missing' });
    const credentials = Object.assign(new Error('Could not load credentials from any providers'), {
      name: 'CredentialsProviderError',
    });
    expect(translateAwsError(credentials, call)).toMatchObject({
      code: 'credentials-missing',
      hint: expect.stringContaining('--local'),
    });
  });

  it('is the reason of the signal once that has aborted', () => {
    const reason = new Error('stop');
    expect(
      translateAwsError(new Error('Request aborted'), {
        service: 'Lambda',
        operation: 'Invoke',
        signal: AbortSignal.abort(reason),
      }),
    ).toBe(reason);
  });

  it('leaves a bug of ours what it is', () => {
    const bug = new TypeError('x is undefined');
    expect(
      translateAwsError(bug, { service: 'Lambda', operation: 'Invoke', signal: new AbortController().signal }),
    ).toBe(bug);
  });
});
