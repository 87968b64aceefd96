import { describe, expect, it } from 'vitest';
import { requireSameRegion } from '../../../../../src/local/core/catalog/event-source-limits.js';
import {
  describeMapping,
  initialMapping,
  refuseDuplicate,
  requireFree,
  stateOf,
  updatedMapping,
} from '../../../../../src/local/core/catalog/event-source-mapping.js';
import type { EventSourceMappingRecord } from '../../../../../src/local/core/catalog/records.js';

const UUID = '11111111-2222-3333-4444-555555555555';
const source = (service: string, rest: string) => ({
  EventSourceArn: `arn:aws:${service}:eu-west-1:000000000000:${rest}`,
});
const SQS = source('sqs', 'q');
const FIFO = source('sqs', 'q.fifo');
const KINESIS = { ...source('kinesis', 'stream/s'), StartingPosition: 'LATEST' };
const DYNAMODB = { ...source('dynamodb', 'table/t/stream/2026'), StartingPosition: 'LATEST' };
const MSK = { ...source('kafka', 'cluster/c/1'), Topics: ['t'], StartingPosition: 'TRIM_HORIZON' };
const ACCESS = [{ Type: 'BASIC_AUTH', URI: 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:s' }];
const KAFKA = {
  SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: ['kafka:1000', 'kafka:2000'] } },
  Topics: ['t'],
  SourceAccessConfigurations: ACCESS,
  StartingPosition: 'TRIM_HORIZON',
};
const MQ = { ...source('mq', 'broker:b:b-1'), Queues: ['q'], SourceAccessConfigurations: ACCESS };
const DOCDB = {
  ...source('rds', 'cluster:c'),
  DocumentDBEventSourceConfig: { DatabaseName: 'd' },
  SourceAccessConfigurations: ACCESS,
  StartingPosition: 'LATEST',
};

const AGE_RANGE = 'MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 (inclusive)';
const BOTH_SCALINGS = 'ScalingConfig and ProvisionedPollerConfig cannot be used together.';
const pollers = (ProvisionedPollerConfig: object) => ({ ProvisionedPollerConfig });
const onFailure = (Destination: string) => ({ DestinationConfig: { OnFailure: { Destination } } });
const filters = (...patterns: readonly string[]) => ({
  FilterCriteria: { Filters: patterns.map((Pattern) => ({ Pattern })) },
});
const SIX_PATTERNS = Array.from({ length: 6 }, (_, n) => `{"body":{"n":[${n}]}}`);

describe('a new event source mapping', () => {
  it.each([
    ['a queue', SQS, { BatchSize: 10, MaximumBatchingWindowInSeconds: 0, FunctionResponseTypes: [] }],
    ['a stream', KINESIS, { BatchSize: 100, ParallelizationFactor: 1, DestinationConfig: { OnFailure: {} } }],
    ['an MSK cluster', MSK, { BatchSize: 100, AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: UUID } }],
    ['a Kafka cluster', KAFKA, { BatchSize: 100, SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: UUID } }],
    ['a broker', MQ, { BatchSize: 100, MaximumBatchingWindowInSeconds: 0 }],
    [
      'a database',
      DOCDB,
      { BatchSize: 100, DocumentDBEventSourceConfig: { DatabaseName: 'd', FullDocument: 'Default' } },
    ],
  ])('gets the defaults of %s', (_, members, expected) => {
    expect(initialMapping(members, UUID)).toEqual(expect.objectContaining({ ...members, ...expected }));
  });

  it('keeps a consumer group that was named', () => {
    const members = { ...MSK, AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: 'mine' } };
    expect(initialMapping(members, UUID)).toMatchObject(members);
  });

  it.each([
    [{}, 'Unrecognized event source.'],
    [source('ec2', 'x'), 'Unrecognized event source.'],
    [{ ...SQS, StartingPosition: 'LATEST' }, 'StartingPosition is not valid for SQS event sources.'],
    [{ ...KINESIS, StartingPosition: undefined }, /Value null at 'startingPosition'/],
    [{ ...KAFKA, StartingPosition: undefined }, /Value null at 'startingPosition'/],
    [{ ...KINESIS, StartingPosition: 'AT_TIMESTAMP' }, 'Need to specify a timestamp'],
    [
      { ...DYNAMODB, StartingPosition: 'AT_TIMESTAMP' },
      /^Unsupported starting position for arn type: arn:aws:dynamodb/,
    ],
    [
      { ...KAFKA, SourceAccessConfigurations: undefined },
      "Required 'sourceAccessConfigurations' parameter is missing.",
    ],
    [{ ...MQ, Queues: undefined }, "Required 'queues' parameter is missing."],
    [{ ...MSK, Topics: undefined }, "Required 'topics' parameter is missing."],
    [{ ...DOCDB, DocumentDBEventSourceConfig: undefined }, /^Required 'documentDBEventSourceConfig'/],
    [
      { ...FIFO, MaximumBatchingWindowInSeconds: 5, BatchSize: 100 },
      'Batching window is not supported for FIFO queues',
    ],
    [{ ...FIFO, BatchSize: 11 }, /FIFO queues is 10/],
    [{ ...SQS, BatchSize: 11 }, /^Maximum batch window in seconds must be greater than 0/],
    ...[
      'BisectBatchOnFunctionError',
      'MaximumRetryAttempts',
      'ParallelizationFactor',
      'TumblingWindowInSeconds',
      'Topics',
    ].map(
      (name) => [{ ...SQS, [name]: 1 }, `Unsupported ${name} parameter for given event source mapping type.`] as const,
    ),
    [{ ...KINESIS, ScalingConfig: { MaximumConcurrency: 2 } }, /^Unsupported ScalingConfig parameter/],
    [{ ...KINESIS, DestinationConfig: { OnSuccess: {} } }, /^Unsupported DestinationConfig parameter/],
    [{ ...KINESIS, MaximumRecordAgeInSeconds: 0 }, AGE_RANGE],
    [{ ...DYNAMODB, MaximumRecordAgeInSeconds: 59 }, AGE_RANGE],
    [{ ...MSK, MaximumRecordAgeInSeconds: 59 }, AGE_RANGE],
    [{ ...SQS, ScalingConfig: { MaximumConcurrency: 2 }, ...pollers({ MinimumPollers: 2 }) }, BOTH_SCALINGS],
    [{ ...SQS, ...pollers({ MinimumPollers: 1 }) }, /^MinimumPollers must be between 2 and 200/],
    [{ ...SQS, ...pollers({ MaximumPollers: 1 }) }, /^MaximumPollers must be between 2 and 2000/],
    [{ ...SQS, ...pollers({ MaximumPollers: 2001 }) }, /^MaximumPollers must be between 2 and 2000/],
    [{ ...SQS, ...pollers({ MinimumPollers: 9, MaximumPollers: 8 }) }, /^MinimumPollers \(9\) must be less than/],
    [{ ...MSK, ...pollers({ MinimumPollers: 9, MaximumPollers: 8 }) }, /^MinimumPollers \(9\) must be less than/],
    [{ ...KINESIS, ...onFailure('arn:aws:sqs:eu-west-1:000000000000:q.fifo') }, /q\.fifo is invalid\.$/],
    [{ ...KINESIS, ...onFailure('arn:aws:sns:eu-west-1:000000000000:t.fifo') }, /t\.fifo is invalid\.$/],
    [
      { ...DYNAMODB, ...onFailure('arn:aws:iam::000000000000:role/r') },
      'The provided destination config DestinationConfig(onSuccess=null, onFailure=OnFailure(destination=arn:aws:iam::000000000000:role/r)) is invalid.',
    ],
    [{ ...MSK, ...onFailure('arn:aws:lambda:eu-west-1:000000000000:function:f') }, /^The provided destination config/],
    [{ ...SQS, ...filters('"text"') }, 'Invalid filter pattern definition.'],
    [{ ...MSK, ...filters('{"value":"text"}') }, 'Invalid filter pattern definition.'],
    [{ ...KINESIS, ...filters('{"data":["text"]}') }, 'Invalid filter pattern definition.'],
    [{ ...SQS, ...filters(...SIX_PATTERNS) }, 'An event source mapping can have at most 5 filters.'],
  ] as const)('is refused with %j', (members, text) => {
    expect(() => initialMapping(members, UUID)).toThrow(text);
  });
});

describe('what is within the limits of a mapping', () => {
  it.each([
    [{ ...KINESIS, MaximumRecordAgeInSeconds: -1 }],
    [{ ...KINESIS, MaximumRecordAgeInSeconds: 60 }],
    [{ ...DYNAMODB, MaximumRecordAgeInSeconds: 604_800 }],
    [{ ...SQS, ...pollers({ MinimumPollers: 2, MaximumPollers: 2 }) }],
    [{ ...SQS, ...pollers({ MinimumPollers: 200, MaximumPollers: 2000 }) }],
    [{ ...SQS, ScalingConfig: { MaximumConcurrency: 2 }, ...pollers({}) }],
    [{ ...SQS, ScalingConfig: {}, ...pollers({ MinimumPollers: 3 }) }],
    [{ ...MSK, ...pollers({ MaximumPollers: 1 }) }],
    [{ ...KINESIS, ...onFailure('arn:aws:sqs:eu-west-1:000000000000:q') }],
    [{ ...KINESIS, ...onFailure('arn:aws:s3:::bucket.fifo') }],
    [{ ...DYNAMODB, ...onFailure('arn:aws:sns:eu-west-1:000000000000:t') }],
    [{ ...MSK, ...onFailure('kafka://failures') }],
  ])('is taken: %j', (members) => {
    expect(initialMapping(members, UUID)).toMatchObject(members);
  });

  it('holds in an update as well', () => {
    const scaled = initialMapping({ ...SQS, ScalingConfig: { MaximumConcurrency: 2 } }, UUID);
    expect(() => updatedMapping(scaled, pollers({ MinimumPollers: 2 }))).toThrow(BOTH_SCALINGS);
    expect(() => updatedMapping(scaled, { ScalingConfig: {}, ...pollers({ MinimumPollers: 2 }) })).not.toThrow();
    const stream = initialMapping(KINESIS, UUID);
    expect(() => updatedMapping(stream, { MaximumRecordAgeInSeconds: 30 })).toThrow(AGE_RANGE);
    expect(() => updatedMapping(stream, onFailure('arn:aws:iam::000000000000:role/r'))).toThrow(/is invalid\.$/);
  });

  it('is a queue in the Region of the function alone', () => {
    expect(() => requireSameRegion(SQS, 'eu-west-1')).not.toThrow();
    expect(() => requireSameRegion(SQS, 'us-east-1')).toThrow(/must be in the same Region \(us-east-1\)\.$/);
    expect(() => requireSameRegion(KAFKA, 'us-east-1')).not.toThrow();
  });
});

describe('an event source mapping', () => {
  const record = (members: Readonly<Record<string, unknown>>): EventSourceMappingRecord => ({
    region: 'eu-west-1',
    accountId: '000000000000',
    uuid: UUID,
    functionName: 'fn',
    settings: initialMapping(members, UUID),
    isEnabled: true,
    changeState: 'Creating',
    LastModified: 1000,
    tags: {},
  });

  it('takes settings of its own kind alone in an update', () => {
    const { settings } = record(SQS);
    expect(updatedMapping(settings, { BatchSize: 5 })).toMatchObject({
      BatchSize: 5,
      EventSourceArn: SQS.EventSourceArn,
    });
    expect(() => updatedMapping(settings, { ParallelizationFactor: 2 })).toThrow(/^Unsupported ParallelizationFactor/);
    expect(() => updatedMapping(settings, { BatchSize: 20 })).toThrow(/^Maximum batch window/);
  });

  it('takes up to five sound filters, in an update as well', () => {
    const { settings } = record({ ...KINESIS, ...filters('{"partitionKey":["p"]}') });
    expect(updatedMapping(settings, filters(...SIX_PATTERNS.slice(1)))).toMatchObject(
      filters(...SIX_PATTERNS.slice(1)),
    );
    expect(() => updatedMapping(settings, filters('{"data":["text"]}'))).toThrow('Invalid filter pattern definition.');
    expect(() => updatedMapping(settings, filters(...SIX_PATTERNS))).toThrow('at most 5 filters');
  });

  it('cannot be changed or deleted while it changes', () => {
    expect(stateOf(record(SQS), 1500, 1000)).toBe('Creating');
    expect(stateOf(record(SQS), 2000, 1000)).toBe('Enabled');
    expect(stateOf({ ...record(SQS), isEnabled: false }, 1000, 0)).toBe('Disabled');
    expect(() => requireFree('Creating', 'update')).toThrow(
      expect.objectContaining({
        code: 'ResourceInUseException',
        status: 400,
        text: 'Cannot update the event source mapping because it is in use.',
      }),
    );
    expect(() => requireFree('Enabled', 'delete')).not.toThrow();
  });

  it('is there once for a source, a function and a qualifier', () => {
    const duplicate = (existing: object, wanted: object, qualifier?: string) => () =>
      refuseDuplicate([record(existing as never)], { ...record(wanted as never), qualifier });
    expect(duplicate(SQS, SQS)).toThrow(
      `An event source mapping with SQS arn (" ${SQS.EventSourceArn} ") and function (" fn ") already exists. Please update or delete the existing mapping with UUID ${UUID}`,
    );
    expect(duplicate(KINESIS, KINESIS)).toThrow(
      `The event source arn (" ${KINESIS.EventSourceArn} ") and function (" fn ") provided mapping already exists.`,
    );
    const oneServer = { SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: ['kafka:1000'] } } };
    expect(duplicate(KAFKA, { ...KAFKA, ...oneServer })).toThrow(
      `An event source mapping with event source ("kafka:1000"), function ("arn:aws:lambda:eu-west-1:000000000000:function:fn"), topics ("t") already exists. Please update or delete the existing mapping with UUID ${UUID}`,
    );
    expect(duplicate(KAFKA, { ...KAFKA, Topics: ['other'] })).not.toThrow();
    expect(duplicate(SQS, SQS, 'live')).not.toThrow();
    expect(duplicate(SQS, KAFKA)).not.toThrow();
  });

  it('shows the last result of streams alone', () => {
    expect(describeMapping(record(KINESIS), 'Enabled', 'OK')).toMatchObject({
      LastProcessingResult: 'OK',
      StateTransitionReason: 'User action',
    });
    const queue = describeMapping(record(SQS), 'Enabled', 'OK');
    expect(queue).toMatchObject({ StateTransitionReason: 'USER_INITIATED' });
    expect(queue).not.toHaveProperty('LastProcessingResult');
  });
});
