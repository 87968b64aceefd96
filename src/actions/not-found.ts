import { isLambdakitError } from '../errors/lambdakit-error.js';

/** True when the service says that the thing asked for does not exist. */
export function isNotFound(error: unknown): boolean {
  return isLambdakitError(error) && error.code === 'not-found';
}
