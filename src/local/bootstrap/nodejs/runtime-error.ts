import type { ClientGeneration } from './client-generation.js';

/** The errors of the runtime itself; their `name` is `Runtime.<kind>`. */
export type RuntimeErrorKind =
  | 'CallbackHandlerDeprecated'
  | 'HandlerNotFound'
  | 'ImportModuleError'
  | 'InvalidStreamingOperation'
  | 'JSONStringifyError'
  | 'MalformedHandlerName'
  | 'MalformedStreamingHandler'
  | 'NodeJsExit'
  | 'PlatformError'
  | 'UnhandledPromiseRejection'
  | 'UserCodeSyntaxError';

/**
 * An error as the platform's client would throw it. The two generations differ in what JSON logs show
 * of it: the name of its class, and whether `name` is a property of its own.
 */
export function runtimeError(kind: RuntimeErrorKind, message: string, generation: ClientGeneration): Error {
  const className = generation === 3 || /Error$|^Invalid|^MalformedS/.test(kind) ? kind : `${kind}Error`;
  const ErrorClass = { [className]: class extends Error {} }[className] as new (message: string) => Error;
  if (generation === 3) ErrorClass.prototype.name = `Runtime.${kind}`;
  const error = new ErrorClass(message);
  if (generation === 4) error.name = `Runtime.${kind}`;
  return error;
}
