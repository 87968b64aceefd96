import type { LambdaCalls } from '../aws/lambda-calls.js';
import type { ActionContext } from './action-context.js';
import { resolveFunctionTarget } from './function-target.js';

/** A function, or a version or alias of it. */
export interface QualifiedFunction {
  /** Key of the project file, name or ARN; a qualifier may follow. */
  readonly target: string;
  /** Goes before one that is written behind the name. */
  readonly qualifier?: string | undefined;
}

/** How a call of the Lambda API names it. */
export interface QualifiedFunctionKey {
  readonly FunctionName: string;
  readonly Qualifier?: string;
}

/**
 * Finds out which function is meant, and opens the API for it.
 * @throws LambdakitError `invalid-input` when FUNCTION cannot be read
 */
export async function openQualifiedFunction(
  { target, qualifier }: QualifiedFunction,
  context: ActionContext,
): Promise<{ readonly calls: LambdaCalls; readonly key: QualifiedFunctionKey }> {
  const { functionName, qualifier: written } = await resolveFunctionTarget(target, context);
  const chosen = qualifier ?? written;
  const key = { FunctionName: functionName, ...(chosen !== undefined && { Qualifier: chosen }) };
  return { calls: await context.lambda(), key };
}
