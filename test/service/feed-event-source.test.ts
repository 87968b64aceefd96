import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { feedEventSource } from '../../src/local/index.js';
import { type EventSink, openEventSink } from '../soak/checks/event-sink.js';
import { until } from '../soak/checks/load.js';
import { nodePackage, ROLE, startTestService, type TestService } from './local-service-kit.js';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const region = 'us-east-1';
const KINESIS = 'arn:aws:kinesis:us-east-1:000000000000:stream/clicks';
const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/users/stream/local';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:orders';

/** Notes the records of a batch with one path. */
const NOTER = nodePackage(`
  const textOf = (record) => record.kinesis ? Buffer.from(record.kinesis.data, 'base64').toString()
    : record.dynamodb ? record.dynamodb.Keys.id.S : record.body;
  export const handler = async ({ Records }) => {
    await fetch(process.env.SINK + '/' + Records.map(textOf).join('+'));
  };`);

let service: TestService;
let sink: EventSink;
let lambda: LambdaClient;
beforeEach(async () => {
  service = await startTestService();
  sink = await openEventSink();
  lambda = new LambdaClient({ endpoint: service.endpoint, region, credentials });
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'noter',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: ROLE,
      Code: { ZipFile: NOTER },
      Environment: { Variables: { SINK: sink.url } },
    }),
  );
});
afterEach(async () => {
  lambda.destroy();
  await service.dispose();
  await sink.close();
  expect(service.bugs).toEqual([]);
});

const feed = (sourceArn: string, records: readonly string[]) =>
  feedEventSource({ stateFolder: service.stateFolder, sourceArn, records, signal: new AbortController().signal });

const connect = (EventSourceArn: string, more: object = {}) =>
  lambda.send(new CreateEventSourceMappingCommand({ FunctionName: 'noter', EventSourceArn, ...more }));

const noted = (count: number) =>
  until(
    async () => [...sink.notes.keys()],
    (notes) => notes.join('+').split('+').length >= count,
  );

describe('records that are fed to an event source', () => {
  it('reach a function in batches of its mapping, from a stream', async () => {
    await feed(KINESIS, ['1', '2', '3', '4', '5']);
    await connect(KINESIS, { StartingPosition: 'TRIM_HORIZON', BatchSize: 3 });
    expect(await noted(5)).toEqual(['1+2+3', '4+5']);
    await feed(KINESIS, ['6']);
    expect(await noted(6)).toEqual(['1+2+3', '4+5', '6']);
  });

  it('pass the filter of the mapping, from a table', async () => {
    const Filters = [{ Pattern: JSON.stringify({ eventName: ['INSERT'] }) }];
    await connect(TABLE, { StartingPosition: 'TRIM_HORIZON', FilterCriteria: { Filters } });
    const record = (eventName: string, id: string) =>
      JSON.stringify({ eventName, dynamodb: { Keys: { id: { S: id } } } });
    await feed(TABLE, [record('INSERT', 'a'), record('REMOVE', 'b'), record('INSERT', 'c')]);
    expect((await noted(2)).join('+')).toBe('a+c');
  });

  it('are messages of a queue', async () => {
    const sqs = new SQSClient({ endpoint: service.variables.AWS_ENDPOINT_URL_SQS!, region, credentials });
    await sqs.send(new CreateQueueCommand({ QueueName: 'orders' }));
    sqs.destroy();
    await connect(QUEUE, { BatchSize: 1 });
    await feed(
      QUEUE,
      Array.from({ length: 12 }, (_, index) => `order-${index}`),
    );
    expect((await noted(12)).sort()).toEqual(Array.from({ length: 12 }, (_, index) => `order-${index}`).sort());
  });

  it('are refused when the queue is not there, as is a mapping on it', async () => {
    await expect(feed(QUEUE, ['1'])).rejects.toMatchObject({
      code: 'not-found',
      message: `There is no local queue ${QUEUE}.`,
    });
    await expect(connect(QUEUE)).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining('AWS.SimpleQueueService.NonExistentQueue'),
    });
    expect((await lambda.send(new ListEventSourceMappingsCommand({}))).EventSourceMappings).toEqual([]);
  });

  it('are refused as a whole when a line is no record of a table', async () => {
    const lines = ['{"eventName":"INSERT","dynamodb":{}}', 'text'];
    await expect(feed(TABLE, lines)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('Line 2'),
    });
    await expect(feed('arn:aws:sns:us-east-1:000000000000:topic', ['1'])).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });
});
