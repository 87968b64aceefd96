import { describe, expect, it } from 'vitest';
import { InvocationThrottled } from '../../../../../src/local/core/invocation.js';
import { advanceLineage } from '../../../../../src/local/core/trace-header.js';
import { createAsyncWorld, eventRequest, FUNCTION_ARN, functionError } from './async-world.js';
import { settle } from './fake-clock.js';

const SUCCESS = 'arn:aws:sqs:eu-west-1:000000000000:ok';
const FAILURE = 'arn:aws:sqs:eu-west-1:000000000000:failed';
const DEAD_LETTER = 'arn:aws:sqs:eu-west-1:000000000000:dead';

describe('the asynchronous queue', () => {
  it('runs an event once and sends the record of a success to OnSuccess', async () => {
    const { queue, runs, delivered, log } = createAsyncWorld({
      settings: { onSuccess: SUCCESS, onFailure: FAILURE, deadLetterTarget: DEAD_LETTER },
      run: () => ({ payload: Buffer.from('{"done":true}') }),
    });
    await queue.enqueue(eventRequest('id-1'));
    await queue.whenEmpty();
    expect(runs).toHaveLength(1);
    expect(delivered.map(({ targetArn, kind }) => [targetArn, kind])).toEqual([[SUCCESS, 'record']]);
    expect(JSON.parse(delivered[0]!.body)).toMatchObject({
      requestContext: { condition: 'Success', approximateInvokeCount: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST' },
      responsePayload: { done: true },
    });
    expect(log.events.size).toBe(0);
  });

  it('retries after one and two minutes with the same request id, then fails to destination and dead letters', async () => {
    const { queue, runs, delivered, clock } = createAsyncWorld({
      settings: { onSuccess: SUCCESS, onFailure: FAILURE, deadLetterTarget: DEAD_LETTER },
      run: () => functionError('no stock'),
    });
    await queue.enqueue(eventRequest('id-1'));
    await clock.advance(59_999);
    expect(runs).toHaveLength(1);
    await clock.advance(200_000);
    expect(runs.map(({ atMs }) => atMs)).toEqual([0, 60_000, 180_000]);
    expect(new Set(runs.map(({ request }) => request.requestId))).toEqual(new Set(['id-1']));
    expect(delivered.map(({ targetArn }) => targetArn)).toEqual([FAILURE, DEAD_LETTER]);
    expect(JSON.parse(delivered[0]!.body)).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      responseContext: { functionError: 'Unhandled' },
    });
    expect(delivered[1]).toMatchObject({
      body: '{"order":1}',
      attributes: { RequestID: 'id-1', ErrorCode: '200', ErrorMessage: 'no stock' },
    });
  });

  it.each([
    [0, 1],
    [1, 2],
    [2, 3],
  ])('with %i retries runs a failing event %i times', async (maximumRetryAttempts, attempts) => {
    const { queue, runs, clock } = createAsyncWorld({ settings: { maximumRetryAttempts }, run: () => functionError() });
    await queue.enqueue(eventRequest('id-1'));
    await clock.advance(600_000);
    expect(runs).toHaveLength(attempts);
    expect(queue.pending()).toEqual([]);
  });

  it('ends with EventAgeExceeded and the last response when the next retry would come too late', async () => {
    const failing = createAsyncWorld({
      settings: { maximumEventAgeSeconds: 90, onFailure: FAILURE },
      run: () => functionError(),
    });
    await failing.queue.enqueue(eventRequest('id-1'));
    await failing.clock.advance(300_000);
    expect(failing.runs).toHaveLength(2);
    expect(JSON.parse(failing.delivered[0]!.body)).toMatchObject({
      requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 2 },
      responsePayload: { errorMessage: 'boom' },
    });
  });

  it('gives up at once, without an attempt, when reserved concurrency is zero', async () => {
    const { queue, runs, delivered } = createAsyncWorld({
      reserved: 0,
      settings: { onFailure: FAILURE, deadLetterTarget: DEAD_LETTER },
    });
    await queue.enqueue(eventRequest('id-1'));
    await queue.whenEmpty();
    expect(runs).toEqual([]);
    const record = JSON.parse(delivered[0]!.body);
    expect(record.requestContext).toMatchObject({ condition: 'ZeroReservedConcurrency', approximateInvokeCount: 0 });
    expect(record).not.toHaveProperty('responseContext');
    expect(record).not.toHaveProperty('responsePayload');
    expect(delivered[1]).toMatchObject({ attributes: { ErrorCode: '429' } });
  });

  it('tells of no attempt when the reservation became zero after one', async () => {
    const { queue, runs, delivered, clock, world } = createAsyncWorld({
      settings: { onFailure: FAILURE, deadLetterTarget: DEAD_LETTER },
      run: () => functionError(),
    });
    await queue.enqueue(eventRequest('id-1'));
    await settle();
    expect(runs).toHaveLength(1);
    world.reserved = 0;
    await clock.advance(60_000);
    expect(runs).toHaveLength(1);
    const record = JSON.parse(delivered[0]!.body);
    expect(record.requestContext).toMatchObject({ condition: 'ZeroReservedConcurrency', approximateInvokeCount: 0 });
    expect(record).not.toHaveProperty('responseContext');
    expect(record).not.toHaveProperty('responsePayload');
    expect(delivered[1]).toMatchObject({ attributes: { ErrorCode: '429', ErrorMessage: 'Rate Exceeded.' } });
  });

  it('backs off from throttles without using up retries and starts over after an attempt that ran', async () => {
    const { queue, runs, clock } = createAsyncWorld({
      run: (_, run) => {
        if ([1, 2, 3, 5].includes(run)) throw new InvocationThrottled('ConcurrentInvocationLimitExceeded');
        return functionError();
      },
    });
    await queue.enqueue(eventRequest('id-1'));
    await clock.advance(600_000);
    // 1, 2 and 4 s of backoff, a run, a minute, a throttle, 1 s, a run, two minutes, the last run.
    expect(runs.map(({ atMs }) => atMs / 1000)).toEqual([0, 1, 3, 7, 67, 68, 188]);
  });

  it('treats a rejected invocation as a system error', async () => {
    const { queue, runs, notices } = createAsyncWorld({
      run: (_, run) => (run === 1 ? Promise.reject(new Error('no room for a process')) : {}),
      deps: { timeScale: 1_000_000 },
    });
    await queue.enqueue(eventRequest('id-1'));
    await settle();
    expect(runs).toHaveLength(1);
    expect(notices.at(-1)).toMatchObject({ type: 'waiting', cause: 'system-error', delaySeconds: 1 });
  });

  it('ends a throttled event by age with no response in the record', async () => {
    const { queue, runs, delivered, clock } = createAsyncWorld({
      settings: { maximumEventAgeSeconds: 60, onFailure: FAILURE },
      run: () => {
        throw new InvocationThrottled('ReservedFunctionConcurrentInvocationLimitExceeded');
      },
    });
    await queue.enqueue(eventRequest('id-1'));
    await clock.advance(120_000);
    expect(runs).toHaveLength(6);
    const record = JSON.parse(delivered[0]!.body);
    expect(record.requestContext).toMatchObject({ condition: 'EventAgeExceeded', approximateInvokeCount: 0 });
    expect(record).not.toHaveProperty('responseContext');
  });

  it('drops an event whose function was deleted, and says so', async () => {
    const { queue, world, notices, log } = createAsyncWorld();
    world.resolveError = Object.assign(new Error('Function not found: orders'), { name: 'ResourceNotFoundException' });
    await queue.enqueue(eventRequest('id-1'));
    await queue.whenEmpty();
    expect(notices.at(-1)).toMatchObject({ type: 'dropped', reason: 'Function not found: orders' });
    expect(log.events.size).toBe(0);
  });

  it('runs waits faster by the time scale', async () => {
    const { queue, runs, clock } = createAsyncWorld({ run: () => functionError(), deps: { timeScale: 60 } });
    await queue.enqueue(eventRequest('id-1'));
    await clock.advance(10_000);
    expect(runs.map(({ atMs }) => atMs)).toEqual([0, 1000, 3000]);
  });

  it('starts the next retry at once when asked', async () => {
    const { queue, runs } = createAsyncWorld({ run: () => functionError() });
    await queue.enqueue(eventRequest('id-1'));
    await settle();
    queue.retryNow('id-1');
    await settle();
    queue.retryNow();
    await settle();
    expect(runs).toHaveLength(3);
    expect(queue.pending()).toEqual([]);
  });

  it('runs no more events of a function at once than its reservation', async () => {
    let release: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { queue, runs } = createAsyncWorld({
      reserved: 2,
      run: () => gate.then(() => ({})) as Promise<never>,
    });
    for (const id of ['a', 'b', 'c', 'd']) await queue.enqueue(eventRequest(id));
    await settle();
    expect(runs).toHaveLength(2);
    release!();
    await queue.whenEmpty();
    expect(runs).toHaveLength(4);
  });

  it('takes up what an earlier life left, waits included', async () => {
    const first = createAsyncWorld({ run: () => functionError() });
    await first.queue.enqueue(eventRequest('id-1'));
    await settle();
    await first.queue.dispose();
    expect(first.log.events.size).toBe(1);
    const second = createAsyncWorld({ recovered: [...first.log.events.values()] });
    await second.clock.advance(59_999);
    expect(second.runs).toEqual([]);
    await second.clock.advance(1);
    expect(second.runs).toHaveLength(1);
    expect(second.log.events.size).toBe(0);
  });

  it('keeps an event whose attempt is cut off by disposal', async () => {
    let end: (() => void) | undefined;
    const { queue, log, delivered } = createAsyncWorld({
      settings: { onFailure: FAILURE, maximumRetryAttempts: 0 },
      run: () =>
        new Promise((resolve) => {
          end = () => resolve(functionError() as never);
        }),
    });
    await queue.enqueue(eventRequest('id-1'));
    await settle();
    await queue.dispose();
    end!();
    await settle();
    expect(log.events.get('id-1')?.progress.attempts).toBe(0);
    expect(delivered).toEqual([]);
  });

  it('tries a target that refuses again, and reports it when it stays refused', async () => {
    let tries = 0;
    const { queue, notices, clock, log } = createAsyncWorld({
      settings: { onSuccess: SUCCESS },
      deps: {
        delivery: {
          deliverRecord: async () => {
            tries += 1;
            throw new Error('no such queue');
          },
          deliverDeadLetter: async () => undefined,
        },
      },
    });
    await queue.enqueue(eventRequest('id-1'));
    await clock.advance(60_000);
    expect(tries).toBe(5);
    expect(notices.at(-1)).toMatchObject({ type: 'delivery-failed', targetArn: SUCCESS, reason: 'no such queue' });
    expect(log.events.size).toBe(0);
  });

  it.each([
    ['stops', 16, undefined, 0],
    ['lets go on', 15, undefined, 1],
    ['lets go on, where recursion is allowed,', 40, true, 1],
  ])('%s a function that ran %i times in its own chain', async (_, count, allowsRecursion, expectedRuns) => {
    let traceHeader = 'Root=1-0-1';
    for (let run = 0; run <= count; run += 1) traceHeader = advanceLineage(traceHeader, FUNCTION_ARN).traceHeader;
    const { queue, runs, delivered } = createAsyncWorld({
      settings: { deadLetterTarget: DEAD_LETTER, ...(allowsRecursion && { allowsRecursion }) },
    });
    await queue.enqueue({ ...eventRequest('id-1'), traceHeader });
    await queue.whenEmpty();
    expect(runs).toHaveLength(expectedRuns);
    expect(delivered).toHaveLength(1 - expectedRuns);
  });

  it('gives an event without a trace header one of its own', async () => {
    const { queue, runs } = createAsyncWorld();
    await queue.enqueue({ ...eventRequest('id-1'), traceHeader: '' });
    await queue.whenEmpty();
    expect(runs[0]!.request.traceHeader).toMatch(/^Root=1-/);
  });

  it('rejects an event that could not be written', async () => {
    const log = { recovered: [], add: () => Promise.reject(new Error('disk full')) };
    const { queue, runs } = createAsyncWorld({
      deps: { log: { ...log, progress: async () => undefined, remove: async () => undefined } },
    });
    await expect(queue.enqueue(eventRequest('id-1'))).rejects.toThrow('disk full');
    expect(runs).toEqual([]);
    expect(queue.pending()).toEqual([]);
  });
});
