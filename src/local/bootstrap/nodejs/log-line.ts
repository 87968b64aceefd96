import { util } from './builtin-modules.js';

/** One call of a console method, ready to be written. */
export interface LogRecord {
  readonly time: Date;
  readonly level: string;
  readonly requestId: string | undefined;
  readonly tenantId: string | undefined;
  readonly args: readonly unknown[];
}

/** `<time>\t<request id>\t<level>\t<message>` (Lambda developer guide, Node.js logging). */
export function textLine({ time, requestId, level, args }: LogRecord): string {
  return `${time.toISOString()}\t${requestId}\t${level}\t${util.format(...args)}`;
}

/** One JSON object; a single argument keeps its shape, several become one formatted message. */
export function jsonLine({ time, level, requestId, tenantId, args }: LogRecord): string {
  const line: Record<string, unknown> = { timestamp: time.toISOString(), level, requestId };
  if (tenantId) line.tenantId = tenantId;
  if (args.length === 1) {
    line.message = args[0];
    try {
      return JSON.stringify(line, (_key, value) => (value instanceof Error ? loggedError(value) : value));
    } catch {
      // Cyclic or otherwise not serialisable: the text that console would print.
      line.message = util.format(args[0]);
      return JSON.stringify(line);
    }
  }
  line.message = util.format(...args);
  // The platform's own console looks behind the first argument only.
  const error = args.slice(1).find((arg) => arg instanceof Error);
  if (error !== undefined) {
    const { errorType, errorMessage, stackTrace } = loggedError(error);
    Object.assign(line, { errorType, errorMessage, stackTrace: stackTrace ?? [] });
  }
  return JSON.stringify(line);
}

function loggedError(error: Error): Record<string, unknown> {
  return {
    errorType: error.constructor?.name ?? 'UnknownError',
    errorMessage: error.message,
    stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : error.stack,
    ...error,
  };
}
