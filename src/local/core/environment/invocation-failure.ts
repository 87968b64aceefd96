import type { ReportedError } from '../environment-api.js';
import type { PhaseStatus } from '../platform-event.js';
import type { LaunchFailure, ProcessExit } from '../ports.js';

/** Why an init or an invocation failed: what the log says and what the invoker gets. */
export interface InvocationFailure {
  readonly status: Exclude<PhaseStatus, 'success'>;
  /** Goes into REPORT and telemetry. Absent for a timeout. */
  readonly errorType?: string;
  /** The type as a streamed response gave it, for its caller. */
  readonly rawErrorType?: string;
  /** The handler itself reported the error; nothing broke down. */
  readonly isHandlerError?: boolean;
  /** The process was killed (SIGKILL), and not for its memory: it may have happened before it saw the event. */
  readonly isKill?: boolean;
  /** What ended it, without the request id; absent where the function has its own words. */
  readonly message?: string;
  /** The payload that the invoker of this request gets. */
  payload(requestId: string): Uint8Array;
}

/** How a reported error type appears in logs: kept when it follows AWS's form (as the open runtime interface emulator does). */
export function normalizeErrorType(rawErrorType: string | undefined): string {
  if (rawErrorType !== undefined && /(Runtime|Function)\.[A-Z][a-zA-Z]+/.test(rawErrorType)) return rawErrorType;
  return rawErrorType?.startsWith('Function.') ? 'Function.Unknown' : 'Runtime.Unknown';
}

/** The runtime process ended while it was needed. */
export function runtimeExitFailure(exit: ProcessExit): InvocationFailure {
  return {
    status: 'error',
    errorType: exit.isOutOfMemory ? 'Runtime.OutOfMemory' : 'Runtime.ExitError',
    isKill: exit.signal === 'SIGKILL' && !exit.isOutOfMemory,
    ...platformError('Runtime.ExitError', runtimeExitText(exit)),
  };
}

function runtimeExitText(exit: ProcessExit): string {
  if (exit.isOutOfMemory) return 'Runtime exited with error: signal: killed';
  if (exit.signal !== undefined) return `Runtime exited with error: signal: ${signalText(exit.signal)}`;
  if (exit.exitCode === 0 || exit.exitCode === undefined) return 'Runtime exited without providing a reason';
  return `Runtime exited with error: exit status ${exit.exitCode}`;
}

/** The text that Go's `os.ProcessState` prints for a signal, which is what Lambda shows. */
const SIGNAL_TEXTS: Readonly<Record<string, string>> = {
  SIGABRT: 'aborted',
  SIGALRM: 'alarm clock',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGHUP: 'hangup',
  SIGILL: 'illegal instruction',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGPIPE: 'broken pipe',
  SIGQUIT: 'quit',
  SIGSEGV: 'segmentation fault',
  SIGSYS: 'bad system call',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
  SIGUSR1: 'user defined signal 1',
  SIGUSR2: 'user defined signal 2',
  SIGXCPU: 'CPU time limit exceeded',
  SIGXFSZ: 'file size limit exceeded',
};

function signalText(signal: string): string {
  return SIGNAL_TEXTS[signal] ?? signal;
}

/** The function did not finish within its timeout. */
export function timeoutFailure(timeoutSeconds: number): InvocationFailure {
  return {
    status: 'timeout',
    ...platformError('Sandbox.Timedout', `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`),
  };
}

/** Init ran longer than it may, outside of any invocation. */
export function initTimeoutFailure(limitMs: number): InvocationFailure {
  return timeoutFailure(limitMs / 1000);
}

/** The runtime could not be started. */
export function launchFailure(failure: LaunchFailure): InvocationFailure {
  return {
    status: failure.errorType.startsWith('Extension.') ? 'failure' : 'error',
    errorType: failure.errorType,
    ...platformError(failure.errorType, failure.message),
  };
}

/** An extension ended although it should go on. */
export function extensionCrashFailure(exit: ProcessExit): InvocationFailure {
  const text = exit.signal === undefined ? `exit code ${exit.exitCode ?? 0}` : `signal: ${signalText(exit.signal)}`;
  return { status: 'failure', errorType: 'Extension.Crash', ...platformError('Extension.Crash', text) };
}

/** An extension called `init/error` or `exit/error`. */
export function extensionErrorFailure(error: ReportedError): InvocationFailure {
  const errorType = error.errorTypeHeader ?? 'Extension.UnknownError';
  const message = errorMember(error.body, 'errorMessage') ?? errorType;
  return { status: 'failure', errorType, ...platformError(errorType, message) };
}

/** The response was longer than a response may be. */
export function responseTooLargeFailure(limitBytes: number): InvocationFailure {
  const payload = Buffer.from(
    JSON.stringify({
      errorMessage: `Response payload size exceeded maximum allowed payload size (${limitBytes} bytes).`,
      errorType: 'Function.ResponseSizeTooLarge',
    }),
  );
  return { status: 'error', errorType: 'Function.ResponseSizeTooLarge', payload: () => payload };
}

/** The runtime hung up in the middle of its response. */
export function truncatedResponseFailure(): InvocationFailure {
  return {
    status: 'error',
    errorType: 'Runtime.TruncatedResponse',
    ...platformError('Runtime.TruncatedResponse', 'Runtime closed the connection before the response ended'),
  };
}

/** The runtime sent a response mode that does not exist. */
export function invalidResponseModeFailure(): InvocationFailure {
  return {
    status: 'error',
    errorType: 'Runtime.InvalidResponseModeHeader',
    payload: () => new Uint8Array(0),
  };
}

const CAUSE_CONTENT_TYPE = 'application/vnd.aws.lambda.error.cause+json';

/** The handler posted an error; its body is the payload, byte for byte. */
export function handlerFailure(error: ReportedError): InvocationFailure {
  return { ...runtimeReportedFailure(error), isHandlerError: true };
}

/** The runtime could not initialise or restore and said why; its body is the payload, byte for byte. */
export function runtimeReportedFailure(error: ReportedError): InvocationFailure {
  const isWithCause = error.contentType?.split(';')[0]?.trim().toLowerCase() === CAUSE_CONTENT_TYPE;
  const payload = isWithCause ? withoutCause(error.body) : error.body;
  return {
    status: 'error',
    errorType: normalizeErrorType(error.errorTypeHeader),
    payload: () => payload,
  };
}

function withoutCause(body: Uint8Array): Uint8Array {
  const members = membersOf(body);
  if (members === undefined) return Buffer.from('Invalid error body');
  const { errorMessage, errorType, stackTrace } = members;
  return Buffer.from(JSON.stringify({ errorMessage, errorType, stackTrace }));
}

function errorMember(body: Uint8Array, name: string): string | undefined {
  const value = membersOf(body)?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** Undefined when the body is no JSON object. */
function membersOf(body: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function platformError(errorType: string, message: string): Pick<InvocationFailure, 'message' | 'payload'> {
  return {
    message,
    payload: (requestId) =>
      Buffer.from(JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} Error: ${message}` })),
  };
}
