import { LambdakitError } from '../errors/lambdakit-error.js';
import type { ActionContext } from './action-context.js';
import { resolveFunctionTarget } from './function-target.js';

/** The tags of a function, an event source mapping or a code signing configuration. */
export interface ResourceTags {
  readonly resourceArn: string;
  /** The same, for a function. */
  readonly functionArn?: string;
  readonly tags: Readonly<Record<string, string>>;
}

export async function listTags(target: string, context: ActionContext): Promise<ResourceTags> {
  const { calls, resource } = await open(target, context);
  const { Tags = {} } = await calls.listTags({ Resource: resource.resourceArn });
  return { ...resource, tags: Tags };
}

/** Sets tags beside those that there are. */
export async function setTags(
  target: string,
  tags: Readonly<Record<string, string>>,
  context: ActionContext,
): Promise<ResourceTags> {
  const { calls, resource } = await open(target, context);
  await calls.tagResource({ Resource: resource.resourceArn, Tags: { ...tags } });
  const { Tags = {} } = await calls.listTags({ Resource: resource.resourceArn });
  return { ...resource, tags: Tags };
}

export async function removeTags(
  target: string,
  keys: readonly string[],
  context: ActionContext,
): Promise<ResourceTags> {
  const { calls, resource } = await open(target, context);
  await calls.untagResource({ Resource: resource.resourceArn, TagKeys: [...keys] });
  const { Tags = {} } = await calls.listTags({ Resource: resource.resourceArn });
  return { ...resource, tags: Tags };
}

/** Tags hang on the ARN, which of a function only the service knows in full. */
async function open(target: string, context: ActionContext) {
  const calls = await context.lambda();
  if (OTHER_RESOURCE.test(target)) return { calls, resource: { resourceArn: target } };
  const { functionName, qualifier } = await resolveFunctionTarget(target, context);
  if (qualifier !== undefined) {
    throw new LambdakitError('invalid-input', `Tags belong to a function, not to ${qualifier} of it.`, {
      hint: `Leave the qualifier out: ${functionName}`,
    });
  }
  const { FunctionArn: functionArn = '' } = await calls.getFunctionConfiguration({ FunctionName: functionName });
  return { calls, resource: { resourceArn: functionArn, functionArn } };
}

/** What has tags beside functions (Lambda API reference, TagResource). */
const OTHER_RESOURCE = /^arn:[^:]+:lambda:[^:]+:\d+:(event-source-mapping|code-signing-config|capacity-provider):/;
