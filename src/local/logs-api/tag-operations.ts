import { invalidParameter } from './logs-error.js';
import { keyOf, type LogsCall, type LogsOperations, requireGroup } from './operations.js';
import { groupNameOf, groupNameOfIdentifier } from './read-input.js';

type Tags = Readonly<Record<string, string>>;

/** CloudWatch Logs API reference, TagResource. */
const MAX_TAGS = 50;

/** Tags of log groups, by ARN and, as older clients ask, by name. */
export const tagOperations: LogsOperations = {
  ListTagsForResource: async (call) => ({ tags: tagsOf(call, resourceOf(call)) }),
  ListTagsLogGroup: async (call) => ({ tags: tagsOf(call, groupNameOf(call.input)) }),
  TagResource: (call) => add(call, resourceOf(call)),
  TagLogGroup: (call) => add(call, groupNameOf(call.input)),
  UntagResource: (call) => remove(call, resourceOf(call), call.input.optionalTexts('tagKeys')),
  UntagLogGroup: (call) => remove(call, groupNameOf(call.input), call.input.optionalTexts('tags')),
};

function resourceOf({ input }: LogsCall): string {
  return groupNameOfIdentifier(input.text('resourceArn'));
}

function tagsOf(call: LogsCall, groupName: string): Tags {
  return requireGroup(call, groupName).tags ?? {};
}

async function add(call: LogsCall, groupName: string): Promise<undefined> {
  const added = call.input.optionalTextMap('tags') ?? {};
  return change(call, groupName, (tags) => {
    const merged = { ...tags, ...added };
    if (Object.keys(merged).length > MAX_TAGS) throw invalidParameter(`A log group has at most ${MAX_TAGS} tags.`);
    return merged;
  });
}

async function remove(call: LogsCall, groupName: string, keys: readonly string[] = []): Promise<undefined> {
  return change(call, groupName, (tags) =>
    Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key))),
  );
}

async function change(call: LogsCall, groupName: string, changeTags: (tags: Tags) => Tags): Promise<undefined> {
  requireGroup(call, groupName);
  await call.store.updateGroup(
    keyOf(call, groupName),
    (current) => current && { ...current, tags: changeTags(current.tags ?? {}) },
  );
  return undefined;
}
