import { describe, expect, it } from 'vitest';
import { refuseUnfit } from '../../../src/actions/event-sources/source-rules.js';
import { judgeVisibility } from '../../../src/actions/event-sources/visibility-rules.js';
import { newEventSourceSettings } from '../../../src/cli/event-source-flags.js';
import { LambdakitError } from '../../../src/errors/lambdakit-error.js';

const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:orders';
const FIFO = `${QUEUE}.fifo`;
const STREAM = 'arn:aws:kinesis:eu-west-1:123456789012:stream/clicks';
const TABLE = 'arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/2026-01-01T00:00:00.000';

describe('a new event source', () => {
  it.each([
    [{ EventSourceArn: QUEUE }],
    [{ EventSourceArn: QUEUE, BatchSize: 10_000, MaximumBatchingWindowInSeconds: 1 }],
    [{ EventSourceArn: FIFO, BatchSize: 10 }],
    [{ EventSourceArn: STREAM, StartingPosition: 'LATEST', BisectBatchOnFunctionError: true }],
    [{ EventSourceArn: STREAM, StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: new Date(0) }],
    [{ SelfManagedEventSource: {}, Topics: ['t'], StartingPosition: 'LATEST' }],
  ])('may be %j', (source) => {
    expect(() => refuseUnfit(source)).not.toThrow();
  });

  it.each([
    [{ EventSourceArn: 'arn:aws:sqs:eu-west-1:1:orders' }, 'is not the ARN of a queue'],
    [{ EventSourceArn: `${FIFO}.fifo` }, 'is not the ARN of a queue'],
    [{}, 'It is not said what invokes the function'],
    [{ EventSourceArn: QUEUE, StartingPosition: 'LATEST' }, 'startingPosition is for streams'],
    [{ EventSourceArn: QUEUE, ParallelizationFactor: 2 }, 'parallelizationFactor is for streams'],
    [{ EventSourceArn: QUEUE, BatchSize: 11 }, 'A batch of 11 messages needs a batching window'],
    [{ EventSourceArn: FIFO, BatchSize: 11 }, 'A batch of a FIFO queue has at most 10 messages, not 11'],
    [{ EventSourceArn: FIFO, MaximumBatchingWindowInSeconds: 1 }, 'A FIFO queue gathers no batches'],
    [{ EventSourceArn: STREAM }, 'It is not said where reading the stream'],
    [{ EventSourceArn: STREAM, StartingPosition: 'AT_TIMESTAMP' }, 'AT_TIMESTAMP needs a moment'],
    [{ EventSourceArn: TABLE, StartingPosition: 'AT_TIMESTAMP' }, 'A DynamoDB stream has no AT_TIMESTAMP'],
    [{ EventSourceArn: STREAM, StartingPosition: 'LATEST', ScalingConfig: {} }, 'A maximum concurrency is for queues'],
  ])('is refused as %j', (source, text) => {
    expect(() => refuseUnfit(source)).toThrow(text);
  });
});

describe('the visibility timeout of a queue', () => {
  const judge = (visibility: number | Error, functionTimeoutSeconds: number) =>
    judgeVisibility({
      queues: {
        getQueueUrl: async () => {
          if (visibility instanceof Error) throw visibility;
          return { QueueUrl: 'http://queue' } as never;
        },
        getQueueAttributes: async () => ({ Attributes: { VisibilityTimeout: String(visibility) } }) as never,
      },
      eventSourceArn: QUEUE,
      functionName: 'hello',
      functionTimeoutSeconds,
    });

  it('is good from six times the timeout of the function, and warned of below', async () => {
    expect(await judge(60, 10)).toBeUndefined();
    expect(await judge(59, 10)).toBe(
      'the queue orders hides a message for 59 s; AWS advises six times the timeout of hello (10 s), that is 60 s',
    );
    expect(await judge(10, 10)).toContain('10 s');
  });

  it('is refused below the timeout, with both numbers', async () => {
    await expect(judge(9, 10)).rejects.toMatchObject({
      code: 'invalid-input',
      message: 'The queue orders hides a message for 9 s, and hello may work on it for 10 s.',
      details: { visibilityTimeoutSeconds: 9, functionTimeoutSeconds: 10 },
    });
  });

  it('that may not be read is left to Lambda; what is broken is not hidden', async () => {
    expect(await judge(new LambdakitError('access-denied', 'no'), 10)).toBeUndefined();
    expect(await judge(new LambdakitError('not-found', 'no'), 10)).toBeUndefined();
    await expect(judge(new LambdakitError('credentials-missing', 'none'), 10)).rejects.toMatchObject({
      code: 'credentials-missing',
    });
  });
});

describe('the flags of an event source', () => {
  it('become the words of the project file, above those of --settings', () => {
    expect(
      newEventSourceSettings(undefined, {
        'bootstrap-server': ['a:9092', 'b:9092'],
        topic: 'orders',
        'starting-position': 'LATEST',
        access: ['SASL_SCRAM_512_AUTH=arn:aws:secretsmanager:eu-west-1:123456789012:secret:a'],
        'report-failures': false,
        'batch-size': 5,
        'min-pollers': 1,
        tag: ['team=a'],
        settings: '{"batchSize":9,"selfManagedKafkaEventSourceConfig":{"consumerGroupId":"g"}}',
      }),
    ).toEqual({
      batchSize: 5,
      functionResponseTypes: [],
      provisionedPollerConfig: { minimumPollers: 1 },
      selfManagedEventSource: { endpoints: { KAFKA_BOOTSTRAP_SERVERS: ['a:9092', 'b:9092'] } },
      selfManagedKafkaEventSourceConfig: { consumerGroupId: 'g' },
      sourceAccessConfigurations: [
        { type: 'SASL_SCRAM_512_AUTH', uri: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:a' },
      ],
      startingPosition: 'LATEST',
      tags: { team: 'a' },
      topics: ['orders'],
    });
  });

  it.each(['{', '[]', '3'])('refuse --settings %s', (settings) => {
    expect(() => newEventSourceSettings(QUEUE, { settings })).toThrow(/^--settings is/);
  });
});
