import { isLambdakitError } from '../errors/lambdakit-error.js';

/** True when the service says that the thing asked for does not exist. */
export function isNotFound(error: unknown): boolean {
  return isLambdakitError(error) && error.code === 'not-found';
}

/** What the service answers, or undefined when it says that the thing asked for does not exist. */
export async function unlessNotFound<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
