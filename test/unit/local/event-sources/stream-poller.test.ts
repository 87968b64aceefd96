import { afterEach, describe, expect, it } from 'vitest';
import type { FunctionSnapshot } from '../../../../src/local/core/function-snapshot.js';
import { InvocationThrottled } from '../../../../src/local/core/invocation.js';
import type {
  EventSourceDeps,
  EventSourceMappingRecord,
  EventSourceNotice,
} from '../../../../src/local/event-sources/event-source-ports.js';
import {
  createEventSourceRunner,
  type EventSourceRunner,
} from '../../../../src/local/event-sources/event-source-runner.js';
import type { StreamRecord, StreamSource } from '../../../../src/local/event-sources/stream-source.js';
import { createFakeClock } from '../core/async/fake-clock.js';

const STREAM_ARN = 'arn:aws:kinesis:eu-west-1:000000000000:stream/clicks';
const BUCKET = 'arn:aws:s3:::failures';
const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:failures';

interface BatchEvent {
  readonly Records: { readonly kinesis: { readonly data: string }; readonly eventID: string }[];
  readonly window?: { readonly start: string; readonly end: string };
  readonly state?: unknown;
  readonly isFinalInvokeForWindow?: boolean;
}

type Answer = { readonly functionError?: 'Unhandled'; readonly payload?: string };

let runner: EventSourceRunner | undefined;
afterEach(() => runner?.dispose());

/** A mapping on a stream in memory; `answer` is the function. */
function createWorld(
  settings: Record<string, unknown>,
  answer: (event: BatchEvent, run: number) => Answer = () => ({}),
) {
  const clock = createFakeClock(Date.UTC(2026, 10, 21, 10));
  const records: StreamRecord[] = [];
  const events: BatchEvent[] = [];
  const sizes: number[] = [];
  const failures: { readonly targetArn: string; readonly body: string; readonly objectKey: string }[] = [];
  const checkpoints = new Map<string, string>();
  const notices: EventSourceNotice[] = [];
  const source: StreamSource = {
    shardIds: async () => ['shardId-000000000000'],
    open: async (_shard, position) => {
      const begun = records.findIndex(
        ({ sequenceNumber }) => position.kind === 'after' && sequenceNumber === position.sequenceNumber,
      );
      let index = position.kind === 'latest' ? records.length : begun + 1;
      return {
        read: async (limit) => {
          const read = records.slice(index, index + limit);
          index += read.length;
          return read;
        },
      };
    },
  };
  const mapping: EventSourceMappingRecord = {
    region: 'eu-west-1',
    accountId: '000000000000',
    uuid: 'mapping-1',
    functionName: 'clicks',
    settings: { EventSourceArn: STREAM_ARN, StartingPosition: 'TRIM_HORIZON', ...settings },
    isEnabled: true,
    LastModified: 0,
    tags: {},
  };
  const snapshot = { version: '$LATEST', functionArn: 'arn:f', role: 'arn:role' } as FunctionSnapshot;
  const deps: EventSourceDeps = {
    clock,
    directory: { resolve: () => ({ snapshot, invokedFunctionArn: 'arn:f', limits: { unreserved: 1 } }) },
    dispatcher: {
      invoke: ({ requestId, payload }) => {
        const event = JSON.parse(Buffer.from(payload).toString()) as BatchEvent;
        events.push(event);
        sizes.push(payload.length);
        const { functionError, payload: result = 'null' } = answer(event, events.length);
        const outcome = Promise.resolve({
          requestId,
          executedVersion: '$LATEST',
          payload: Buffer.from(result),
          ...(functionError !== undefined && { functionError }),
        });
        return { outcome, completion: new Promise(() => undefined) };
      },
    },
    queues: {
      visibilityTimeoutSeconds: async () => 30,
      receive: async () => [],
      delete: async () => undefined,
      release: async () => undefined,
    },
    openStream: (arn) => (arn === STREAM_ARN ? source : undefined),
    checkpoints: {
      load: async (_mapping, shard) => checkpoints.get(shard),
      save: async (_mapping, shard, sequenceNumber) => void checkpoints.set(shard, sequenceNumber),
    },
    sendFailure: async (message) => void failures.push(message),
    newId: () => 'request-1',
    onNotice: (notice) => notices.push(notice),
  };
  runner = createEventSourceRunner(deps);
  const created = runner;
  const put = (data: string, partitionKey = 'p1') => {
    const sequenceNumber = String(records.length + 1);
    records.push({
      sequenceNumber,
      partitionKey,
      arrivalMs: clock.now(),
      record: { kinesis: { data: Buffer.from(data).toString('base64'), partitionKey, sequenceNumber } },
    });
  };
  const start = () => created.sync([mapping]);
  const delivered = () => events.map(dataOf);
  return { clock, put, start, delivered, events, sizes, failures, checkpoints, notices, mapping, runner: created };
}

function dataOf({ Records }: BatchEvent): string {
  return Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString()).join('');
}

const failOn =
  (bad: string) =>
  (event: BatchEvent): Answer =>
    dataOf(event).includes(bad) ? { functionError: 'Unhandled', payload: '{"errorMessage":"x"}' } : {};

describe('a stream mapping', () => {
  it('delivers in order, batch by batch, and remembers how far it came', async () => {
    const { clock, put, start, delivered, events, checkpoints } = createWorld({ BatchSize: 2 });
    for (const data of ['a', 'b', 'c']) put(data);
    start();
    await clock.advance(100);
    put('d');
    await clock.advance(2000);
    expect(delivered()).toEqual(['ab', 'c', 'd']);
    expect(events[0]!.Records[0]).toMatchObject({
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: 'shardId-000000000000:1',
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: 'arn:role',
      awsRegion: 'eu-west-1',
      eventSourceARN: STREAM_ARN,
    });
    expect([...checkpoints]).toEqual([['shardId-000000000000', '4']]);
  });

  it('goes on behind the checkpoint and, with LATEST, behind what was there', async () => {
    const first = createWorld({});
    first.checkpoints.set('shardId-000000000000', '1');
    first.put('a');
    first.put('b');
    first.start();
    await first.clock.advance(100);
    expect(first.delivered()).toEqual(['b']);
    await first.runner.dispose();
    const latest = createWorld({ StartingPosition: 'LATEST' });
    latest.put('old');
    latest.start();
    await latest.clock.advance(100);
    latest.put('new');
    await latest.clock.advance(2000);
    expect(latest.delivered()).toEqual(['new']);
  });

  it('blocks the shard until a failing batch is discarded, and sends the record of it', async () => {
    const { clock, put, start, delivered, failures } = createWorld(
      { BatchSize: 1, MaximumRetryAttempts: 1, DestinationConfig: { OnFailure: { Destination: QUEUE } } },
      failOn('bad'),
    );
    put('bad');
    put('good');
    start();
    await clock.advance(10_000);
    expect(delivered()).toEqual(['bad', 'bad', 'good']);
    expect(failures).toHaveLength(1);
    expect(JSON.parse(failures[0]!.body)).toEqual({
      requestContext: {
        requestId: 'request-1',
        functionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:clicks',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 2,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: '2026-11-21T10:00:01.000Z',
      KinesisBatchInfo: {
        shardId: 'shardId-000000000000',
        startSequenceNumber: '1',
        endSequenceNumber: '1',
        approximateArrivalOfFirstRecord: '2026-11-21T10:00:00.000Z',
        approximateArrivalOfLastRecord: '2026-11-21T10:00:00.000Z',
        batchSize: 1,
        streamArn: STREAM_ARN,
      },
    });
  });

  it('finds the one bad record by bisecting and gives a bucket the records too', async () => {
    const { clock, put, start, delivered, failures } = createWorld(
      {
        BatchSize: 4,
        MaximumRetryAttempts: 0,
        BisectBatchOnFunctionError: true,
        DestinationConfig: { OnFailure: { Destination: BUCKET } },
      },
      failOn('X'),
    );
    for (const data of ['a', 'b', 'X', 'd']) put(data);
    start();
    await clock.advance(60_000);
    expect(delivered()).toEqual(['abXd', 'ab', 'Xd', 'X', 'd']);
    expect(failures[0]!.objectKey).toMatch(
      /^aws\/lambda\/mapping-1\/shardId-000000000000\/2026\/11\/21\/2026-11-21T10\.00\.\d\d-/,
    );
    expect(JSON.parse(failures[0]!.body).payload.Records).toHaveLength(1);
  });

  it('goes on at the record that the function reports', async () => {
    const { clock, put, start, delivered } = createWorld(
      { BatchSize: 3, FunctionResponseTypes: ['ReportBatchItemFailures'] },
      (_event, run) => (run === 1 ? { payload: '{"batchItemFailures":[{"itemIdentifier":"2"}]}' } : {}),
    );
    for (const data of ['a', 'b', 'c']) put(data);
    start();
    await clock.advance(5000);
    expect(delivered()).toEqual(['abc', 'bc']);
  });

  it('discards records that have become too old, without a response context', async () => {
    const { clock, put, start, delivered, failures } = createWorld(
      { MaximumRecordAgeInSeconds: 60, DestinationConfig: { OnFailure: { Destination: QUEUE } } },
      failOn('bad'),
    );
    put('bad');
    start();
    await clock.advance(120_000);
    expect(delivered().length).toBeGreaterThan(3);
    const record = JSON.parse(failures[0]!.body);
    expect(record.requestContext).toMatchObject({ condition: 'RecordAgeExceeded' });
    expect(record).not.toHaveProperty('responseContext');
  });

  it('waits out throttles without counting them', async () => {
    const { clock, put, start, delivered } = createWorld({ MaximumRetryAttempts: 0 }, (_event, run) => {
      if (run < 4) throw new InvocationThrottled('ConcurrentInvocationLimitExceeded');
      return {};
    });
    put('a');
    start();
    await clock.advance(60_000);
    expect(delivered()).toEqual(['a', 'a', 'a', 'a']);
  });

  it('drops what the filter does not let through and moves on', async () => {
    const { clock, put, start, delivered, checkpoints } = createWorld({
      FilterCriteria: { Filters: [{ Pattern: '{"data":{"kind":["new"]}}' }] },
    });
    put('{"kind":"old"}');
    put('{"kind":"new"}');
    put('no json');
    start();
    await clock.advance(100);
    expect(delivered()).toEqual(['{"kind":"new"}']);
    expect([...checkpoints.values()]).toEqual(['3']);
  });

  it('reads nothing while a filter is stored that is none, and says so once', async () => {
    const { clock, put, start, delivered, checkpoints, notices } = createWorld({
      FilterCriteria: { Filters: [{ Pattern: '{"data":["text"]}' }] },
    });
    put('text');
    start();
    start();
    await clock.advance(60_000);
    expect(delivered()).toEqual([]);
    expect([...checkpoints]).toEqual([]);
    expect(notices).toEqual([
      { uuid: 'mapping-1', type: 'source-failed', recordCount: 0, reason: 'Invalid filter pattern definition.' },
    ]);
  });

  it('keeps the order of each key in parallel lanes', async () => {
    const { clock, put, start, delivered } = createWorld({ BatchSize: 2, ParallelizationFactor: 4 });
    for (let index = 0; index < 8; index += 1) put(`${'abcd'[index % 4]}${index}`, 'abcd'[index % 4]);
    start();
    await clock.advance(100);
    const all = delivered().join('');
    for (const key of 'abcd') {
      const seen = [...all.matchAll(new RegExp(`${key}(\\d)`, 'g'))].map(([, number]) => Number(number));
      expect(seen).toEqual([...seen].sort());
      expect(seen).toHaveLength(2);
    }
  });

  it('lets no poisoned key hold back the other lanes, and keeps its place for a later life', async () => {
    // With two lanes, "a" and "b" are in different ones.
    const { clock, put, start, delivered, checkpoints } = createWorld(
      { BatchSize: 1, ParallelizationFactor: 2, MaximumRetryAttempts: -1 },
      failOn('poison'),
    );
    put('first', 'a');
    put('poison', 'a');
    put('behind', 'a');
    start();
    for (let index = 0; index < 50; index += 1) {
      put(`<${index}>`, 'b');
      await clock.advance(5000);
    }
    const all = delivered();
    expect(all.filter((data) => data.startsWith('<'))).toEqual(Array.from({ length: 50 }, (_, index) => `<${index}>`));
    expect(all.filter((data) => data === 'poison').length).toBeGreaterThan(5);
    expect(all).not.toContain('behind');
    expect([...checkpoints.values()]).toEqual(['1']);
  });

  it('fills a batch within its window', async () => {
    const { clock, put, start, delivered } = createWorld({ MaximumBatchingWindowInSeconds: 5 });
    put('a');
    start();
    await clock.advance(3000);
    put('b');
    await clock.advance(1900);
    expect(delivered()).toEqual([]);
    await clock.advance(200);
    expect(delivered()).toEqual(['ab']);
  });

  it('ends a batch at 6 MB, and waits for no more once it is full', async () => {
    const { clock, put, start, events, sizes } = createWorld({ MaximumBatchingWindowInSeconds: 60 });
    for (let index = 0; index < 10; index += 1) put('x'.repeat(900_000));
    start();
    await clock.advance(100);
    expect(events.map(({ Records }) => Records.length)).toEqual([5, 5]);
    for (const bytes of sizes) expect(bytes).toBeLessThanOrEqual(6_291_456);
  });

  it('counts the state of a window into the 6 MB', async () => {
    const state = 'x'.repeat(1_000_000);
    const { clock, put, start, events, sizes } = createWorld({ TumblingWindowInSeconds: 30 }, () => ({
      payload: JSON.stringify({ state }),
    }));
    for (let index = 0; index < 10; index += 1) put('x'.repeat(900_000));
    start();
    await clock.advance(100);
    expect(events.map(({ Records }) => Records.length)).toEqual([5, 4, 1]);
    for (const bytes of sizes) expect(bytes).toBeLessThanOrEqual(6_291_456);
  });

  it('hands the state of a tumbling window on and closes it without records', async () => {
    const { clock, put, start, events } = createWorld({ TumblingWindowInSeconds: 30 }, (event) => ({
      payload: JSON.stringify({
        state: { count: ((event.state as { count?: number }).count ?? 0) + event.Records.length },
      }),
    }));
    put('a');
    put('b');
    start();
    await clock.advance(10_000);
    put('c');
    await clock.advance(25_000);
    const shown = events.map(({ Records, window, state, isFinalInvokeForWindow }) => [
      Records.length,
      window?.start,
      state,
      isFinalInvokeForWindow,
    ]);
    expect(shown).toEqual([
      [2, '2026-11-21T10:00:00Z', {}, false],
      [1, '2026-11-21T10:00:00Z', { count: 2 }, false],
      [0, '2026-11-21T10:00:00Z', { count: 3 }, true],
    ]);
  });

  it('tries a batch of a window again whose answer has no state, with the state that it had', async () => {
    const { clock, put, start, events, notices } = createWorld(
      { TumblingWindowInSeconds: 30, BatchSize: 1 },
      (_event, run) => ({ payload: run === 2 ? '{"count":9}' : `{"state":${run}}` }),
    );
    put('a');
    put('b');
    start();
    await clock.advance(10_000);
    expect(events.map((event) => [dataOf(event), event.state])).toEqual([
      ['a', {}],
      ['b', 1],
      ['b', 1],
    ]);
    expect(notices.map(({ type }) => type)).toEqual(['batch-succeeded', 'batch-failed', 'batch-succeeded']);
  });

  it('gives the second half of a split batch the state that the first half returned', async () => {
    const { clock, put, start, events } = createWorld(
      { TumblingWindowInSeconds: 30, BisectBatchOnFunctionError: true },
      (event, run) =>
        run === 1 ? { functionError: 'Unhandled' } : { payload: JSON.stringify({ state: dataOf(event) }) },
    );
    put('a');
    put('b');
    start();
    await clock.advance(10_000);
    expect(events.map((event) => [dataOf(event), event.state])).toEqual([
      ['ab', {}],
      ['a', {}],
      ['b', 'a'],
    ]);
  });

  it('stops when the mapping is disabled', async () => {
    const { clock, put, start, delivered, mapping, runner: events } = createWorld({});
    put('early');
    start();
    await clock.advance(100);
    events.sync([{ ...mapping, isEnabled: false }]);
    put('late');
    await clock.advance(60_000);
    expect(delivered()).toEqual(['early']);
  });
});
