import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import {
  CreateBucketCommand,
  GetBucketNotificationConfigurationCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, PublishBatchCommand, PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Neighbours, startNeighbours } from '../../src/local/neighbours/start-neighbours.js';
import { systemClock } from '../../src/system/clock.js';
import { createTempFolder } from '../../src/system/temp-folder.js';

const REGION = 'eu-west-1';
const FUNCTION_ARN = `arn:aws:lambda:${REGION}:000000000000:function:orders`;

let folder: Awaited<ReturnType<typeof createTempFolder>>;
let neighbours: Neighbours;
/** Grows with every function that a neighbour starts. */
let started: { readonly functionArn: string; readonly event: { readonly Records: Record<string, unknown>[] } }[];
let onStarted: () => void;

beforeEach(async () => {
  folder = await createTempFolder('neighbours');
  neighbours = await start();
});
afterEach(async () => {
  await neighbours.dispose();
  await folder.remove();
});

function start(): Promise<Neighbours> {
  started = [];
  onStarted = () => undefined;
  return startNeighbours({
    folder: folder.path,
    region: REGION,
    clock: systemClock,
    invokeFunction: async ({ functionArn, payload }) => {
      started.push({ functionArn, event: JSON.parse(Buffer.from(payload).toString()) });
      onStarted();
    },
  });
}

async function startedTimes(count: number): Promise<void> {
  while (started.length < count) {
    await new Promise<void>((resolve) => {
      onStarted = resolve;
    });
  }
}

async function createQueue(name: string): Promise<string> {
  const sqs = await neighbours.clients.sqs(REGION);
  return (await sqs.send(new CreateQueueCommand({ QueueName: name }))).QueueUrl!;
}

async function receive(url: string) {
  const sqs = await neighbours.clients.sqs(REGION);
  const command = new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 5, MessageAttributeNames: ['All'] });
  return (await sqs.send(command)).Messages?.[0];
}

const event = {
  requestId: '11111111-2222-3333-4444-555555555555',
  functionName: 'orders',
  functionArn: FUNCTION_ARN,
  qualifier: 'live',
  region: REGION,
  payload: Buffer.from('{"order":1}'),
  traceHeader: 'Root=1-5759e988-bd862e3fe1be46a994272793',
  acceptedAtMs: 0,
  progress: { attempts: 1, refusals: 0, dueAtMs: 0 },
};
const message = (condition: 'Success' | 'RetriesExhausted') => ({ event, condition, record: '{"version":"1.0"}' });
const { signal } = new AbortController();

describe('the local S3, SQS and SNS', () => {
  it('listens on loopback only and refuses foreign hosts', async () => {
    const { hostname, port } = new URL(neighbours.endpoint);
    expect(hostname).toBe('127.0.0.1');
    const statuses = await Promise.all(
      ['attacker.example', '127.0.0.1.attacker.example', `localhost:${port}@evil.example`].map(async (host) => {
        const sent = request({ host: '127.0.0.1', port, headers: { host } }).end();
        const [response] = await once(sent, 'response');
        response.resume();
        return response.statusCode;
      }),
    );
    expect(statuses).toEqual([403, 403, 403]);
    expect((await fetch(`${neighbours.endpoint}/health`)).status).toBe(200);
  });

  it('hands out queue URLs at its own address', async () => {
    expect(await createQueue('orders')).toBe(`${neighbours.endpoint}/000000000000/orders`);
  });

  it('keeps queues, messages, objects and notifications over a restart', async () => {
    const url = await createQueue('orders');
    await (await neighbours.clients.sqs(REGION)).send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'kept' }));
    const s3 = await neighbours.clients.s3(REGION);
    await s3.send(new CreateBucketCommand({ Bucket: 'photos' }));
    await s3.send(new PutObjectCommand({ Bucket: 'photos', Key: 'a/b c.txt', Body: 'content' }));
    await neighbours.dispose();
    neighbours = await start();
    expect((await receive(`${neighbours.endpoint}/000000000000/orders`))?.Body).toBe('kept');
    const again = await neighbours.clients.s3(REGION);
    const object = await again.send(new GetObjectCommand({ Bucket: 'photos', Key: 'a/b c.txt' }));
    expect(await object.Body!.transformToString()).toBe('content');
  });

  it('takes an object as large as a deployment package in one request', async () => {
    const s3 = await neighbours.clients.s3(REGION);
    await s3.send(new CreateBucketCommand({ Bucket: 'packages' }));
    const Body = Buffer.alloc(50 * 1024 * 1024, 'zip');
    await s3.send(new PutObjectCommand({ Bucket: 'packages', Key: 'code.zip', Body }));
    const object = await s3.send(new GetObjectCommand({ Bucket: 'packages', Key: 'code.zip' }));
    expect(Body.equals(await object.Body!.transformToByteArray())).toBe(true);
  });

  it('keeps the trace header of a message where it is one', async () => {
    const queueArn = `arn:aws:sqs:${REGION}:000000000000:orders`;
    const QueueUrl = await createQueue('orders');
    const sqs = await neighbours.clients.sqs(REGION);
    const headers = ['Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1', 'Root=1\r\nx-more: 1'];
    for (const StringValue of headers) {
      const MessageSystemAttributes = { AWSTraceHeader: { DataType: 'String', StringValue } };
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: StringValue, MessageSystemAttributes }));
    }
    const received = [];
    while (received.length < 2) {
      received.push(...(await neighbours.queues.receive({ queueArn, maxMessages: 10, waitSeconds: 5 })));
    }
    const kept = received.map(({ body, attributes }) => [body, attributes.AWSTraceHeader]);
    expect(Object.fromEntries(kept)).toEqual({ [headers[0]!]: headers[0], [headers[1]!]: undefined });
  });

  it('gives a message back when it is made visible at once, also over a restart', async () => {
    const queueArn = `arn:aws:sqs:${REGION}:000000000000:orders`;
    const url = await createQueue('orders');
    await (await neighbours.clients.sqs(REGION)).send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'again' }));
    const take = () => neighbours.queues.receive({ queueArn, maxMessages: 1, waitSeconds: 5 });
    const [first] = await take();
    await neighbours.queues.release(queueArn, [first!.receiptHandle]);
    await neighbours.dispose();
    neighbours = await start();
    const [second] = await take();
    expect(second).toMatchObject({ body: 'again', attributes: { ApproximateReceiveCount: '2' } });
  });

  it('starts functions for objects that match a notification', async () => {
    const s3 = await neighbours.clients.s3(REGION);
    await s3.send(new CreateBucketCommand({ Bucket: 'photos' }));
    const configuration = {
      LambdaFunctionConfigurations: [
        {
          Id: 'thumbnails',
          LambdaFunctionArn: FUNCTION_ARN,
          Events: ['s3:ObjectCreated:*' as const],
          Filter: {
            Key: {
              FilterRules: [
                { Name: 'prefix' as const, Value: 'in/' },
                { Name: 'suffix' as const, Value: '.jpg' },
              ],
            },
          },
        },
      ],
    };
    await s3.send(
      new PutBucketNotificationConfigurationCommand({ Bucket: 'photos', NotificationConfiguration: configuration }),
    );
    const shown = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: 'photos' }));
    expect(shown.LambdaFunctionConfigurations).toMatchObject(configuration.LambdaFunctionConfigurations);
    await s3.send(new PutObjectCommand({ Bucket: 'photos', Key: 'out/cat.jpg', Body: 'x' }));
    await s3.send(new PutObjectCommand({ Bucket: 'photos', Key: 'in/my cat.jpg', Body: 'meow' }));
    await startedTimes(1);
    expect(started).toHaveLength(1);
    expect(started[0]).toMatchObject({
      functionArn: FUNCTION_ARN,
      event: {
        Records: [
          {
            eventSource: 'aws:s3',
            awsRegion: REGION,
            eventName: 'ObjectCreated:Put',
            s3: {
              configurationId: 'thumbnails',
              bucket: { name: 'photos' },
              object: { key: 'in/my+cat.jpg', size: 4 },
            },
          },
        ],
      },
    });
  });

  it('starts functions that subscribed to a topic, through their filter policy', async () => {
    const sns = await neighbours.clients.sns(REGION);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'orders' }));
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'lambda',
        Endpoint: FUNCTION_ARN,
        Attributes: { FilterPolicy: JSON.stringify({ kind: ['new'] }) },
      }),
    );
    const attributes = (value: string) => ({ kind: { DataType: 'String', StringValue: value } });
    await sns.send(new PublishCommand({ TopicArn, Message: 'old one', MessageAttributes: attributes('old') }));
    const { MessageId } = await sns.send(
      new PublishCommand({ TopicArn, Message: 'new one', Subject: 'hi', MessageAttributes: attributes('new') }),
    );
    await sns.send(
      new PublishBatchCommand({
        TopicArn,
        PublishBatchRequestEntries: [
          { Id: 'a', Message: 'batch old', MessageAttributes: attributes('old') },
          { Id: 'b', Message: 'batch new', MessageAttributes: attributes('new') },
        ],
      }),
    );
    await startedTimes(2);
    expect(started[0]!.event.Records[0]).toMatchObject({
      EventSource: 'aws:sns',
      EventSubscriptionArn: SubscriptionArn,
      Sns: {
        MessageId,
        TopicArn,
        Subject: 'hi',
        Message: 'new one',
        MessageAttributes: { kind: { Type: 'String', Value: 'new' } },
      },
    });
    expect(started.map(({ event: { Records } }) => (Records[0] as { Sns: { Message: string } }).Sns.Message)).toEqual([
      'new one',
      'batch new',
    ]);
  });
});

describe('destinations', () => {
  it('puts the record into a queue and a dead letter with its attributes into another', async () => {
    const url = await createQueue('ok');
    await neighbours.delivery.deliverRecord(`arn:aws:sqs:${REGION}:123456789012:ok`, message('Success'), signal);
    expect((await receive(url))?.Body).toBe('{"version":"1.0"}');
    const deadUrl = await createQueue('dead');
    await neighbours.delivery.deliverDeadLetter(
      `arn:aws:sqs:${REGION}:000000000000:dead`,
      event,
      { RequestID: event.requestId, ErrorCode: '200', ErrorMessage: 'boom' },
      signal,
    );
    expect(await receive(deadUrl)).toMatchObject({
      Body: '{"order":1}',
      MessageAttributes: {
        RequestID: { DataType: 'String', StringValue: event.requestId },
        ErrorCode: { DataType: 'Number', StringValue: '200' },
        ErrorMessage: { DataType: 'String', StringValue: 'boom' },
      },
    });
  });

  it('publishes to a topic, from which a subscribed queue gets it', async () => {
    const url = await createQueue('fans');
    const sns = await neighbours.clients.sns(REGION);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'results' }));
    await sns.send(
      new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: `arn:aws:sqs:${REGION}:000000000000:fans` }),
    );
    await neighbours.delivery.deliverRecord(TopicArn!, message('Success'), signal);
    expect(JSON.parse((await receive(url))!.Body!)).toMatchObject({
      Type: 'Notification',
      Message: '{"version":"1.0"}',
    });
  });

  it('writes an object under the name that Lambda gives it', async () => {
    const s3 = await neighbours.clients.s3(REGION);
    await s3.send(new CreateBucketCommand({ Bucket: 'failures' }));
    await neighbours.delivery.deliverRecord('arn:aws:s3:::failures', message('RetriesExhausted'), signal);
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'failures' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual([
      expect.stringMatching(
        /^aws\/lambda\/async\/orders\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
      ),
    ]);
  });

  it('starts a function with the record', async () => {
    await neighbours.delivery.deliverRecord(`${FUNCTION_ARN}:2`, message('Success'), signal);
    expect(started).toEqual([{ functionArn: `${FUNCTION_ARN}:2`, event: { version: '1.0' } }]);
  });

  it('appends an event for EventBridge', async () => {
    const bus = `arn:aws:events:${REGION}:000000000000:event-bus/default`;
    await neighbours.delivery.deliverRecord(bus, message('RetriesExhausted'), signal);
    expect(JSON.parse(await readFile(neighbours.eventBusLog, 'utf8'))).toMatchObject({
      source: 'lambda',
      'detail-type': 'Lambda Function Invocation Result - Failure',
      account: '000000000000',
      region: REGION,
      resources: [bus, `${FUNCTION_ARN}:live`],
      detail: { version: '1.0' },
    });
  });

  it('rejects when the queue does not exist or the target is of no known kind', async () => {
    const deliver = (arn: string) => neighbours.delivery.deliverRecord(arn, message('Success'), signal);
    await expect(deliver(`arn:aws:sqs:${REGION}:000000000000:none`)).rejects.toThrow(/does not exist/);
    await expect(deliver('arn:aws:kinesis:eu-west-1:000000000000:stream/s')).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });
});
