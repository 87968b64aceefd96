import type { ClientGeneration } from './client-generation.js';
import { runtimeError } from './runtime-error.js';

/**
 * The handler's result as JSON text; nothing becomes `null`. A function or a symbol has no JSON: the
 * platform's client then fails with the TypeError that is thrown here.
 */
export function responseBody(result: unknown, generation: ClientGeneration): string {
  const text = stringify(result === undefined ? null : result, generation);
  if (text === undefined) throw new TypeError('Wrong arguments');
  return text;
}

function stringify(value: unknown, generation: ClientGeneration): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    const message = 'Unable to stringify response body';
    throw generation === 4 ? runtimeError('JSONStringifyError', message, generation) : new Error(message);
  }
}
