import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FunctionSnapshot } from '../../src/local/core/function-snapshot.js';
import type { EventSourceMappingRecord } from '../../src/local/event-sources/event-source-ports.js';
import { createEventSourceRunner, type EventSourceRunner } from '../../src/local/event-sources/event-source-runner.js';
import { type Neighbours, startNeighbours } from '../../src/local/neighbours/start-neighbours.js';
import { systemClock } from '../../src/system/clock.js';
import { createTempFolder } from '../../src/system/temp-folder.js';

const REGION = 'eu-west-1';
const arnOf = (queue: string) => `arn:aws:sqs:${REGION}:000000000000:${queue}`;

interface SqsRecord {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Record<string, string>;
  readonly [member: string]: unknown;
}
interface Answer {
  readonly functionError?: 'Unhandled';
  readonly payload?: string;
}

let folder: Awaited<ReturnType<typeof createTempFolder>>;
let neighbours: Neighbours;
let runner: EventSourceRunner;
let batches: SqsRecord[][];
let answer: (records: readonly SqsRecord[]) => Answer | Promise<Answer>;
/** Waits until a condition on what the function saw holds. */
let waiters: (() => void)[];

beforeEach(async () => {
  folder = await createTempFolder('event-sources');
  neighbours = await startNeighbours({
    folder: folder.path,
    region: REGION,
    clock: systemClock,
    invokeFunction: async () => undefined,
  });
  batches = [];
  waiters = [];
  answer = () => ({});
  const snapshot = { version: '$LATEST', functionArn: 'arn:f', timeoutSeconds: 1 } as FunctionSnapshot;
  runner = createEventSourceRunner({
    clock: systemClock,
    directory: { resolve: () => ({ snapshot, invokedFunctionArn: 'arn:f', limits: { unreserved: 10 } }) },
    dispatcher: {
      invoke: ({ requestId, payload }) => {
        const { Records } = JSON.parse(Buffer.from(payload).toString()) as { Records: SqsRecord[] };
        batches.push(Records);
        const outcome = Promise.resolve(answer(Records)).then(({ functionError, payload: result = 'null' }) => ({
          requestId,
          executedVersion: '$LATEST',
          payload: Buffer.from(result),
          ...(functionError !== undefined && { functionError }),
        }));
        return { outcome, completion: new Promise(() => undefined) };
      },
    },
    queues: neighbours.queues,
    openStream: () => undefined,
    checkpoints: { load: async () => undefined, save: async () => undefined },
    sendFailure: async () => undefined,
    newId: randomUUID,
    onNotice: () => {
      const woken = waiters;
      waiters = [];
      for (const wake of woken) wake();
    },
  });
});
afterEach(async () => {
  await runner.dispose();
  await neighbours.dispose();
  await folder.remove();
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => waiters.push(resolve));
}

async function createQueue(name: string, Attributes: Record<string, string> = {}): Promise<string> {
  const sqs = await neighbours.clients.sqs(REGION);
  return (await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }))).QueueUrl!;
}

async function send(url: string, bodies: readonly string[], group?: (body: string) => string): Promise<void> {
  const sqs = await neighbours.clients.sqs(REGION);
  for (const body of bodies) {
    const fifo = group === undefined ? {} : { MessageGroupId: group(body), MessageDeduplicationId: body };
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, ...fifo }));
  }
}

async function messagesIn(url: string): Promise<number> {
  const sqs = await neighbours.clients.sqs(REGION);
  const AttributeNames = ['ApproximateNumberOfMessages' as const, 'ApproximateNumberOfMessagesNotVisible' as const];
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames }));
  return Number(Attributes?.ApproximateNumberOfMessages) + Number(Attributes?.ApproximateNumberOfMessagesNotVisible);
}

function mapping(queue: string, settings: Record<string, unknown> = {}): EventSourceMappingRecord {
  return {
    region: REGION,
    accountId: '000000000000',
    uuid: `mapping-of-${queue}`,
    functionName: 'consumer',
    settings: { EventSourceArn: arnOf(queue), ...settings },
    isEnabled: true,
    LastModified: 0,
    tags: {},
  };
}

const bodiesOf = (records: readonly SqsRecord[]) => records.map(({ body }) => body);

describe('a queue mapping', () => {
  it('delivers batches in the documented shape and deletes what succeeded', async () => {
    const url = await createQueue('orders');
    await send(url, ['1', '2', '3', '4', '5']);
    runner.sync([mapping('orders', { BatchSize: 2 })]);
    await until(() => batches.flat().length === 5);
    expect(batches.every((batch) => batch.length <= 2)).toBe(true);
    expect(Object.keys(batches[0]![0]!)).toEqual([
      'messageId',
      'receiptHandle',
      'body',
      'attributes',
      'messageAttributes',
      'md5OfBody',
      'eventSource',
      'eventSourceARN',
      'awsRegion',
    ]);
    expect(batches[0]![0]).toMatchObject({
      eventSource: 'aws:sqs',
      eventSourceARN: arnOf('orders'),
      awsRegion: REGION,
      attributes: { ApproximateReceiveCount: '1', SenderId: expect.any(String), SentTimestamp: expect.any(String) },
    });
    await runner.dispose();
    expect(await messagesIn(url)).toBe(0);
  });

  it('keeps exactly the reported failures, which reach the dead-letter queue after maxReceiveCount', async () => {
    const deadUrl = await createQueue('dead');
    const redrive = JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 2 });
    const url = await createQueue('orders', { VisibilityTimeout: '1', RedrivePolicy: redrive });
    const isBad = (body: string) => body.startsWith('bad');
    answer = (records) => ({
      payload: JSON.stringify({
        batchItemFailures: records
          .filter(({ body }) => isBad(body))
          .map(({ messageId }) => ({ itemIdentifier: messageId })),
      }),
    });
    await send(url, ['good-1', 'bad-1', 'good-2', 'bad-2']);
    runner.sync([mapping('orders', { FunctionResponseTypes: ['ReportBatchItemFailures'] })]);
    const sqs = await neighbours.clients.sqs(REGION);
    const dead: string[] = [];
    while (dead.length < 2) {
      const command = new ReceiveMessageCommand({ QueueUrl: deadUrl, WaitTimeSeconds: 5, MaxNumberOfMessages: 10 });
      dead.push(...((await sqs.send(command)).Messages ?? []).map(({ Body }) => Body!));
    }
    expect(dead.sort()).toEqual(['bad-1', 'bad-2']);
    const seen = batches.flat();
    for (const body of ['good-1', 'good-2']) expect(bodiesOf(seen).filter((other) => other === body)).toHaveLength(1);
    for (const body of ['bad-1', 'bad-2']) {
      expect(
        seen.filter((record) => record.body === body).map(({ attributes }) => attributes.ApproximateReceiveCount),
      ).toEqual(['1', '2']);
    }
  });

  it('gives a failed batch back as a whole', async () => {
    const url = await createQueue('orders', { VisibilityTimeout: '1' });
    answer = () => (batches.length === 1 ? { functionError: 'Unhandled' } : {});
    await send(url, ['1', '2']);
    runner.sync([mapping('orders')]);
    await until(() => batches.length > 1 && batches.slice(1).flat().length >= batches[0]!.length);
    const again = bodiesOf(batches.slice(1).flat());
    for (const body of bodiesOf(batches[0]!)) expect(again).toContain(body);
  });

  it('deletes what the filter drops', async () => {
    const url = await createQueue('orders');
    await send(url, ['{"kind":"old"}', '{"kind":"new"}', 'plain']);
    const Filters = [{ Pattern: '{"body":{"kind":["new"]}}' }];
    runner.sync([mapping('orders', { FilterCriteria: { Filters } })]);
    await until(() => batches.length > 0);
    while ((await messagesIn(url)) > 0);
    expect(bodiesOf(batches.flat())).toEqual(['{"kind":"new"}']);
  });

  it('gathers more than one receive within its window', async () => {
    const url = await createQueue('orders');
    await send(
      url,
      Array.from({ length: 25 }, (_, index) => `m${index}`),
    );
    runner.sync([mapping('orders', { BatchSize: 25, MaximumBatchingWindowInSeconds: 5 })]);
    await until(() => batches.length > 0);
    expect(batches.map((batch) => batch.length)).toEqual([25]);
  });

  it('never runs more batches at once than MaximumConcurrency', async () => {
    const url = await createQueue('orders');
    let running = 0;
    let most = 0;
    answer = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return {};
    };
    await send(
      url,
      Array.from({ length: 12 }, (_, index) => `m${index}`),
    );
    runner.sync([mapping('orders', { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } })]);
    await until(() => batches.flat().length === 12);
    expect(most).toBeLessThanOrEqual(2);
  });

  it('runs more than five batches at once while the queue is busy', async () => {
    const url = await createQueue('orders');
    let running = 0;
    let enough: () => void = () => undefined;
    const enoughRun = new Promise<void>((resolve) => {
      enough = resolve;
    });
    answer = async () => {
      running += 1;
      if (running === 8) enough();
      await enoughRun;
      return {};
    };
    await send(
      url,
      Array.from({ length: 8 }, (_, index) => `m${index}`),
    );
    runner.sync([mapping('orders', { BatchSize: 1 })]);
    await enoughRun;
    expect(batches.flat()).toHaveLength(8);
  });

  it('keeps the order of each message group, one batch of a group at a time', async () => {
    const url = await createQueue('orders.fifo', { FifoQueue: 'true' });
    const inFlight = new Set<string>();
    let clashes = 0;
    answer = async (records) => {
      const groups = new Set(records.map(({ attributes }) => attributes.MessageGroupId!));
      for (const group of groups) {
        if (inFlight.has(group)) clashes += 1;
        inFlight.add(group);
      }
      await new Promise((resolve) => setImmediate(resolve));
      for (const group of groups) inFlight.delete(group);
      return {};
    };
    const bodies = Array.from({ length: 20 }, (_, index) => `${'ab'[index % 2]}${String(index).padStart(2, '0')}`);
    await send(url, bodies, (body) => body[0]!);
    runner.sync([mapping('orders.fifo', { BatchSize: 3 })]);
    await until(() => batches.flat().length === 20);
    expect(clashes).toBe(0);
    for (const group of 'ab') {
      const seen = bodiesOf(batches.flat()).filter((body) => body.startsWith(group));
      expect(seen).toEqual([...seen].sort());
    }
  });

  it('leaves the messages alone once the mapping is removed', async () => {
    const url = await createQueue('orders');
    runner.sync([mapping('orders')]);
    await send(url, ['first']);
    await until(() => batches.length === 1);
    runner.sync([]);
    await send(url, ['second']);
    const sqs = await neighbours.clients.sqs(REGION);
    let late: string | undefined;
    // The last look of the poller may catch it first and then gives it back.
    while (late === undefined) {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 5 }));
      late = Messages?.[0]?.Body;
    }
    expect(late).toBe('second');
    expect(bodiesOf(batches.flat())).toEqual(['first']);
  });

  it('reports a queue that does not exist and finds it once it was made', async () => {
    runner.sync([mapping('late')]);
    await new Promise<void>((resolve) => waiters.push(resolve));
    await send(await createQueue('late'), ['hello']);
    await until(() => batches.length === 1);
    expect(bodiesOf(batches[0]!)).toEqual(['hello']);
  });
});
