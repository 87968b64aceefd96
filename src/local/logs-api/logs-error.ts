/** An answer of the Logs API that is not a success. */
export class LogsError extends Error {
  override readonly name = 'LogsError';

  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

export function groupNotFound(): LogsError {
  return new LogsError('ResourceNotFoundException', 'The specified log group does not exist.');
}

export function streamNotFound(): LogsError {
  return new LogsError('ResourceNotFoundException', 'The specified log stream does not exist.');
}

export function invalidParameter(message: string): LogsError {
  return new LogsError('InvalidParameterException', message);
}
