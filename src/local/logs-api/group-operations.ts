import { LogsError } from './logs-error.js';
import { groupArn, keyOf, type LogsCall, type LogsOperations, pageOf, requireGroup } from './operations.js';
import { groupNameOf, groupPrefixOf } from './read-input.js';

/** The numbers of days that PutRetentionPolicy takes (CloudWatch Logs API reference). */
const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Log groups: make, list, delete, and how long they keep their events. */
export const groupOperations: LogsOperations = {
  CreateLogGroup: async (call) => {
    const name = groupNameOf(call.input);
    const { region } = call;
    const tags = call.input.optionalTextMap('tags');
    const logGroupClass = call.input.optionalText('logGroupClass');
    await call.store.updateGroup(keyOf(call, name), (current) => {
      if (current !== undefined) {
        throw new LogsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      }
      const creationTime = Math.floor(call.now());
      return {
        ...{ region, logGroupName: name, creationTime },
        ...(tags !== undefined && { tags }),
        ...(logGroupClass !== undefined && { logGroupClass }),
      };
    });
    return undefined;
  },
  DeleteLogGroup: async (call) => {
    const name = groupNameOf(call.input);
    await call.flush();
    requireGroup(call, name);
    await call.store.updateGroup(keyOf(call, name), () => undefined);
    return undefined;
  },
  DescribeLogGroups: async (call) => describeGroups(call),
  PutRetentionPolicy: async (call) => {
    const name = groupNameOf(call.input);
    const retentionInDays = call.input.integer('retentionInDays');
    if (!RETENTION_DAYS.includes(retentionInDays)) {
      throw new LogsError(
        'InvalidParameterException',
        `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTION_DAYS.join(', ')}]`,
      );
    }
    requireGroup(call, name);
    await call.store.updateGroup(keyOf(call, name), (current) => current && { ...current, retentionInDays });
    return undefined;
  },
  DeleteRetentionPolicy: async (call) => {
    const name = groupNameOf(call.input);
    requireGroup(call, name);
    await call.store.updateGroup(keyOf(call, name), (current) => {
      if (current === undefined) return undefined;
      const { retentionInDays: _, ...rest } = current;
      return rest;
    });
    return undefined;
  },
};

async function describeGroups(call: LogsCall): Promise<object> {
  const { input, store, region } = call;
  const prefix = groupPrefixOf(input);
  const pattern = input.optionalText('logGroupNamePattern', { max: 512 });
  if (prefix !== undefined && pattern !== undefined) {
    throw new LogsError(
      'InvalidParameterException',
      'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    );
  }
  const limit = input.optionalInteger('limit', { min: 1, max: 50 }) ?? 50;
  await call.flush();
  const fitting = store
    .groups(region)
    .filter(({ logGroupName }) => logGroupName.startsWith(prefix ?? ''))
    // The pattern is a part of the name in which case does not count.
    .filter(({ logGroupName }) => logGroupName.toLowerCase().includes((pattern ?? '').toLowerCase()));
  const { page, ...next } = pageOf(fitting, input.optionalText('nextToken'), limit);
  const logGroups = await Promise.all(
    page.map(async ({ logGroupName, creationTime, retentionInDays, logGroupClass = 'STANDARD' }) => ({
      logGroupName,
      creationTime,
      ...(retentionInDays !== undefined && { retentionInDays }),
      metricFilterCount: 0,
      arn: `${groupArn(call, logGroupName)}:*`,
      storedBytes: await storedBytes(call, logGroupName),
      logGroupClass,
      logGroupArn: groupArn(call, logGroupName),
    })),
  );
  return { logGroups, ...next };
}

async function storedBytes(call: LogsCall, logGroupName: string): Promise<number> {
  const facts = await Promise.all(call.store.streams(keyOf(call, logGroupName)).map((stream) => stream.facts()));
  return facts.reduce((sum, { storedBytes: bytes }) => sum + bytes, 0);
}
