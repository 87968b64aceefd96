import { describe, expect, it } from 'vitest';
import {
  extensionCrashFailure,
  extensionErrorFailure,
  handlerFailure,
  type InvocationFailure,
  launchFailure,
  normalizeErrorType,
  responseTooLargeFailure,
  runtimeExitFailure,
  timeoutFailure,
} from '../../../../../src/local/core/environment/invocation-failure.js';
import { LaunchFailure } from '../../../../../src/local/core/ports.js';

const payloadOf = (failure: InvocationFailure) => Buffer.from(failure.payload('id')).toString('utf8');
const exit = { exitCode: undefined, signal: undefined, isOutOfMemory: false };

describe('the payload of a failure', () => {
  it.each([
    [{ exitCode: 0 }, 'Runtime exited without providing a reason'],
    [{ exitCode: 127 }, 'Runtime exited with error: exit status 127'],
    [{ signal: 'SIGSEGV' }, 'Runtime exited with error: signal: segmentation fault'],
    [{ signal: 'SIGTERM' }, 'Runtime exited with error: signal: terminated'],
    [{ signal: 'SIGRTMIN' }, 'Runtime exited with error: signal: SIGRTMIN'],
    [{ exitCode: 137, isOutOfMemory: true }, 'Runtime exited with error: signal: killed'],
  ])('says how the runtime ended: %j', (how, text) => {
    expect(payloadOf(runtimeExitFailure({ ...exit, ...how }))).toBe(
      `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id Error: ${text}"}`,
    );
  });

  it.each([
    [1, '1.00'],
    [30, '30.00'],
    [900, '900.00'],
  ])('names the timeout with two decimals: %i s', (seconds, shown) => {
    expect(payloadOf(timeoutFailure(seconds))).toBe(
      `{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: id Error: Task timed out after ${shown} seconds"}`,
    );
  });

  it('of an oversized response names the limit', () => {
    expect(payloadOf(responseTooLargeFailure(6_291_556))).toBe(
      '{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}',
    );
  });

  it('of a failed launch is the reason', () => {
    expect(payloadOf(launchFailure(new LaunchFailure('Runtime.InvalidEntrypoint', 'no such file')))).toBe(
      '{"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: id Error: no such file"}',
    );
  });

  it('of the handler is its body, whatever it is', () => {
    const body = Buffer.from([0xff, 0x00]);
    expect(handlerFailure({ errorTypeHeader: undefined, body, contentType: undefined }).payload('id')).toBe(body);
  });

  it.each([
    ['{"errorMessage":"m","errorCause":{"x":1}}', '{"errorMessage":"m"}'],
    ['{}', '{}'],
    ['"text"', 'Invalid error body'],
    ['3', 'Invalid error body'],
    ['["m"]', 'Invalid error body'],
    ['null', 'Invalid error body'],
    ['no JSON', 'Invalid error body'],
  ])('with a cause is what its object says: %s', (body, payload) => {
    const contentType = 'application/vnd.aws.lambda.error.cause+json';
    const failure = handlerFailure({ errorTypeHeader: undefined, body: Buffer.from(body), contentType });
    expect(payloadOf(failure)).toBe(payload);
  });

  it('of an extension carries the type that it gave', () => {
    const body = Buffer.from('{"errorMessage":"no licence"}');
    const failure = extensionErrorFailure({ errorTypeHeader: 'Extension.NoLicence', body, contentType: undefined });
    expect(payloadOf(failure)).toBe(
      '{"errorType":"Extension.NoLicence","errorMessage":"RequestId: id Error: no licence"}',
    );
    expect(failure).toMatchObject({ status: 'failure', errorType: 'Extension.NoLicence' });
    expect(payloadOf(extensionCrashFailure({ ...exit, exitCode: 1 }))).toContain('exit code 1');
    expect(payloadOf(extensionCrashFailure({ ...exit, signal: 'SIGKILL' }))).toContain('signal: killed');
  });
});

describe('the type of a reported error', () => {
  it.each([
    ['Runtime.ImportModuleError', 'Runtime.ImportModuleError'],
    ['Function.Timeout', 'Function.Timeout'],
    ['Function.', 'Function.Unknown'],
    ['Function.1', 'Function.Unknown'],
    ['Error', 'Runtime.Unknown'],
    ['', 'Runtime.Unknown'],
    [undefined, 'Runtime.Unknown'],
  ])('%s is shown as %s', (given, shown) => {
    expect(normalizeErrorType(given)).toBe(shown);
  });
});
