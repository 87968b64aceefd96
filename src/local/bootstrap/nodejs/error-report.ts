import { util } from './builtin-modules.js';

/** The body of an error as the invoker sees it; the order of the members is the platform's. */
export interface ErrorReport {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** Makes the payload of a function error out of whatever was thrown. */
export function errorReport(thrown: unknown): ErrorReport {
  try {
    if (looksLikeError(thrown)) {
      return {
        errorType: escapeDelete(thrown.name),
        errorMessage: escapeDelete(thrown.message),
        trace: escapeDelete(thrown.stack)?.split('\n') ?? [],
      };
    }
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  } catch {
    // A getter or toString of the thrown value threw itself.
    return {
      errorType: 'handled',
      errorMessage:
        'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
      trace: [],
    };
  }
}

/** What is thrown as an `Error`: itself, or a new one around its text. */
export function intoError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** The JSON of an error in text logs: type, message, code, its own properties, then the stack by lines. */
export function errorLogText(error: Error): string {
  try {
    return JSON.stringify(error, (_key, value) => (value instanceof Error ? errorProperties(value) : value));
  } catch {
    return JSON.stringify(errorReport(error));
  }
}

/** The cause document for X-Ray; empty when it cannot be made. Source: X-Ray guide, segment documents. */
export function xrayCause(thrown: unknown): string {
  try {
    const error = thrown as Error;
    const stack = (escapeDelete(error.stack) ?? '').split('\n').slice(1).map(stackFrame);
    return JSON.stringify({
      working_directory: process.cwd(),
      exceptions: [{ type: escapeDelete(error.name), message: escapeDelete(error.message), stack }],
      paths: [...new Set(stack.map((frame) => frame.path))],
    });
  } catch {
    return '';
  }
}

function looksLikeError(value: unknown): value is Error {
  if (util.types.isNativeError(value) || value instanceof Error) return true;
  if (typeof value !== 'object' || value === null) return false;
  const { name, message, stack } = value as Record<string, unknown>;
  return [name, message, stack].every((member) => typeof member === 'string' && member !== '');
}

/** The platform writes the DEL character as %7F because header values may not hold it. */
function escapeDelete<T extends string | undefined>(text: T): T {
  return (typeof text === 'string' ? text.replaceAll('\x7F', '%7F') : text) as T;
}

function errorProperties(error: Error): Record<string, unknown> {
  const { code } = error as { code?: unknown };
  const properties: Record<string, unknown> = { errorType: error.name, errorMessage: error.message, code };
  Object.assign(properties, error);
  if (typeof error.stack === 'string') properties.stack = error.stack.split('\n');
  return properties;
}

/** `    at label (path:line:column)` or `    at path:line:column`. */
function stackFrame(line: string): { path: string | undefined; line: number; label: string } {
  const text = line
    .trim()
    .replace(/[()]/g, '')
    .replace(/^\S*\s/, '');
  const space = text.lastIndexOf(' ');
  const [path, number] = text.slice(space + 1).split(':');
  return { path, line: Number.parseInt(number ?? '', 10), label: space < 0 ? 'anonymous' : text.slice(0, space) };
}
