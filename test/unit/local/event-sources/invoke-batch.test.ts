import { expect, it } from 'vitest';
import type { EventSourceMappingRecord } from '../../../../src/local/core/catalog/records.js';
import type { Invocation, InvocationRequest } from '../../../../src/local/core/invocation.js';
import { invokeBatch } from '../../../../src/local/event-sources/invoke-batch.js';

it.each([
  [undefined, true, /^Root=1-00000000-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1;Lineage=/],
  [undefined, false, /;Sampled=0;Lineage=/],
  ['Root=1-0-1;Parent=2;Sampled=0', true, /^Root=1-0-1;Parent=2;Sampled=0;Lineage=/],
])('a batch with the trace header %s, where sampling says %s', async (traceHeader, isSampled, expected) => {
  const requests: InvocationRequest[] = [];
  const outcome = Promise.resolve({ requestId: 'id', executedVersion: '$LATEST', payload: new Uint8Array() });
  const mapping = { functionName: 'fed', region: 'us-east-1' } as EventSourceMappingRecord;
  await invokeBatch(
    { mapping, event: { Records: [] }, traceHeader },
    {
      clock: { now: () => 0, monotonic: () => 0, schedule: () => () => undefined },
      directory: {
        resolve: () => ({
          snapshot: { functionArn: 'arn:fed' } as never,
          invokedFunctionArn: 'arn:fed',
          limits: { unreserved: 1 },
        }),
      },
      dispatcher: {
        invoke: (request) => {
          requests.push(request);
          return { outcome } as Invocation;
        },
      },
      newId: () => 'id',
      isTraceSampled: () => isSampled,
    },
  );
  expect(requests[0]?.traceHeader).toMatch(expected);
});
