import { invalidParameter, LogsError, streamNotFound } from './logs-error.js';
import { groupArn, keyOf, type LogsCall, type LogsOperations, pageOf, requireGroup } from './operations.js';
import { putLogEvents } from './put-log-events.js';
import { groupNameOf, groupNameOrIdentifierOf, streamNameOf, streamPrefixOf } from './read-input.js';

/** Log streams: make, list, delete, and write. */
export const streamOperations: LogsOperations = {
  CreateLogStream: async (call) => {
    const group = requireGroup(call, groupNameOf(call.input));
    if (!(await call.store.createStream(group, streamNameOf(call.input)))) {
      throw new LogsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
    }
    return undefined;
  },
  DeleteLogStream: async (call) => {
    const group = requireGroup(call, groupNameOf(call.input));
    await call.flush();
    if (!(await call.store.deleteStream(group, streamNameOf(call.input)))) throw streamNotFound();
    return undefined;
  },
  DescribeLogStreams: describeStreams,
  PutLogEvents: putLogEvents,
};

async function describeStreams(call: LogsCall): Promise<object> {
  const { input, store } = call;
  const name = groupNameOrIdentifierOf(input);
  const prefix = streamPrefixOf(input);
  const isByTime = input.optionalText('orderBy') === 'LastEventTime';
  if (isByTime && prefix !== undefined) {
    throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  const limit = input.optionalInteger('limit', { min: 1, max: 50 }) ?? 50;
  await call.flush();
  requireGroup(call, name);
  const found = store
    .streams(keyOf(call, name))
    .filter(({ logStreamName }) => logStreamName.startsWith(prefix ?? ''))
    .map(async ({ logStreamName, creationTime, facts }) => {
      const { firstEventTimestamp, lastEventTimestamp, lastIngestionTime } = await facts();
      return {
        logStreamName,
        creationTime,
        ...(firstEventTimestamp !== undefined && { firstEventTimestamp }),
        ...(lastEventTimestamp !== undefined && { lastEventTimestamp }),
        ...(lastIngestionTime !== undefined && { lastIngestionTime, uploadSequenceToken: uploadTokenOf(creationTime) }),
        arn: `${groupArn(call, name)}:log-stream:${logStreamName}`,
        // Deprecated, and 0 for every stream since 2019 (API reference, LogStream).
        storedBytes: 0,
      };
    });
  const streams = await Promise.all(found);
  if (isByTime) streams.sort((a, b) => timeOf(a) - timeOf(b));
  if (input.isTrue('descending')) streams.reverse();
  const { page, ...next } = pageOf(streams, input.optionalText('nextToken'), limit);
  return { logStreams: page, ...next };
}

function timeOf(stream: { readonly creationTime: number; readonly lastEventTimestamp?: number }): number {
  return stream.lastEventTimestamp ?? stream.creationTime;
}

/** Sequence tokens are given and taken, and mean nothing any more (API reference, PutLogEvents). */
function uploadTokenOf(creationTime: number): string {
  return `49${String(creationTime).padStart(54, '0')}`;
}
