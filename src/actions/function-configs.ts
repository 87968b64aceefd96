import type { LambdaCalls } from '../aws/lambda-calls.js';
import type { ActionContext } from './action-context.js';
import { allPages } from './all-pages.js';
import { recordOf } from './api-record.js';
import { resolveFunctionTarget } from './function-target.js';

/** One page of the configurations that Lambda keeps for the qualifiers of a function. */
interface ConfigsPage {
  readonly items: readonly object[] | undefined;
  readonly next: string | undefined;
}

/**
 * Every configuration of one kind that the qualifiers of a function have, in this project's spelling. `readPage` asks
 * for one page of them.
 * @throws LambdakitError `invalid-input` when FUNCTION cannot be read
 */
export async function listFunctionConfigs(
  target: string,
  context: ActionContext,
  readPage: (calls: LambdaCalls, request: { FunctionName: string; Marker?: string }) => Promise<ConfigsPage>,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { functionName } = await resolveFunctionTarget(target, context);
  const calls = await context.lambda();
  const configs = await allPages(
    (marker) => readPage(calls, { FunctionName: functionName, ...marker }),
    (page) => page,
  );
  return configs.map(recordOf);
}
