import type { ActionContext } from './action-context.js';
import { resolveFunctionTarget } from './function-target.js';

/** The tags of a function. */
export interface FunctionTags {
  readonly functionArn: string;
  readonly tags: Readonly<Record<string, string>>;
}

export async function listTags(target: string, context: ActionContext): Promise<FunctionTags> {
  const { calls, functionArn } = await open(target, context);
  const { Tags = {} } = await calls.listTags({ Resource: functionArn });
  return { functionArn, tags: Tags };
}

/** Sets tags beside those that there are. */
export async function setTags(
  target: string,
  tags: Readonly<Record<string, string>>,
  context: ActionContext,
): Promise<FunctionTags> {
  const { calls, functionArn } = await open(target, context);
  await calls.tagResource({ Resource: functionArn, Tags: { ...tags } });
  const { Tags = {} } = await calls.listTags({ Resource: functionArn });
  return { functionArn, tags: Tags };
}

export async function removeTags(
  target: string,
  keys: readonly string[],
  context: ActionContext,
): Promise<FunctionTags> {
  const { calls, functionArn } = await open(target, context);
  await calls.untagResource({ Resource: functionArn, TagKeys: [...keys] });
  const { Tags = {} } = await calls.listTags({ Resource: functionArn });
  return { functionArn, tags: Tags };
}

/** Tags hang on the ARN, which only the service knows in full. */
async function open(target: string, context: ActionContext) {
  const { functionName } = await resolveFunctionTarget(target, context);
  const calls = await context.lambda();
  const { FunctionArn: functionArn = '' } = await calls.getFunctionConfiguration({ FunctionName: functionName });
  return { calls, functionArn };
}
