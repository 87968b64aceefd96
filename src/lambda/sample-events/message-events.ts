import { createHash } from 'node:crypto';
import { base64, hexId, isoTime, type SampleEvent, type SampleFacts } from './sample-event.js';

const MESSAGE = '{"orderId":42}';
const SEQUENCE = '49590338271490256608559692538361571095921575989136588898';

function s3Record(facts: SampleFacts, eventName: string): object {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: facts.region,
    eventTime: isoTime(facts),
    eventName,
    userIdentity: { principalId: 'AWS:AIDAEXAMPLE' },
    requestParameters: { sourceIPAddress: '203.0.113.7' },
    responseElements: {
      'x-amz-request-id': hexId(facts).slice(0, 16).toUpperCase(),
      'x-amz-id-2': base64(hexId(facts)),
    },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'notification',
      bucket: { name: 'my-bucket', ownerIdentity: { principalId: 'A3NL1KOZZKExample' }, arn: 'arn:aws:s3:::my-bucket' },
      object: {
        key: 'folder/file.txt',
        ...(eventName.startsWith('ObjectCreated') && { size: 1_024, eTag: hexId(facts) }),
        sequencer: hexId(facts).slice(0, 18).toUpperCase(),
      },
    },
  };
}

function sns(facts: SampleFacts): object {
  const TopicArn = `arn:aws:sns:${facts.region}:${facts.accountId}:my-topic`;
  const host = `https://sns.${facts.region}.amazonaws.com`;
  const EventSubscriptionArn = `${TopicArn}:${facts.newId()}`;
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn,
        Sns: {
          Type: 'Notification',
          MessageId: facts.newId(),
          TopicArn,
          Subject: null,
          Message: MESSAGE,
          Timestamp: isoTime(facts),
          SignatureVersion: '1',
          Signature: base64(hexId(facts)),
          SigningCertUrl: `${host}/SimpleNotificationService-${hexId(facts)}.pem`,
          UnsubscribeUrl: `${host}/?Action=Unsubscribe&SubscriptionArn=${EventSubscriptionArn}`,
          MessageAttributes: {},
        },
      },
    ],
  };
}

function sqs(facts: SampleFacts): object {
  const sent = String(facts.nowMs);
  return {
    Records: [
      {
        messageId: facts.newId(),
        receiptHandle: base64(hexId(facts)),
        body: MESSAGE,
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: sent,
          SenderId: 'AIDAEXAMPLE',
          ApproximateFirstReceiveTimestamp: sent,
        },
        messageAttributes: {},
        md5OfBody: md5(MESSAGE),
        eventSource: 'aws:sqs',
        eventSourceARN: `arn:aws:sqs:${facts.region}:${facts.accountId}:my-queue`,
        awsRegion: facts.region,
      },
    ],
  };
}

/** A consumer may check the checksum of a body that was set. */
function withChecksums(event: unknown): unknown {
  const { Records } = event as { readonly Records?: unknown };
  if (!Array.isArray(Records)) return event;
  const checked = Records.map((record: { readonly body?: unknown }) =>
    typeof record?.body === 'string' ? { ...record, md5OfBody: md5(record.body) } : record,
  );
  return { ...(event as object), Records: checked };
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function kinesis({ region, accountId, nowMs }: SampleFacts): object {
  return {
    Records: [
      {
        kinesis: {
          kinesisSchemaVersion: '1.0',
          partitionKey: '1',
          sequenceNumber: SEQUENCE,
          data: base64(MESSAGE),
          approximateArrivalTimestamp: nowMs / 1_000,
        },
        eventSource: 'aws:kinesis',
        eventVersion: '1.0',
        eventID: `shardId-000000000006:${SEQUENCE}`,
        eventName: 'aws:kinesis:record',
        invokeIdentityArn: `arn:aws:iam::${accountId}:role/lambda-role`,
        awsRegion: region,
        eventSourceARN: `arn:aws:kinesis:${region}:${accountId}:stream/my-stream`,
      },
    ],
  };
}

function dynamodb(facts: SampleFacts): object {
  const { region, accountId, nowMs } = facts;
  const Keys = { Id: { N: '101' } };
  const first = { ...Keys, Message: { S: 'New item!' } };
  const second = { ...Keys, Message: { S: 'This item has changed' } };
  const record = (eventName: string, sequence: number, images: object) => ({
    eventID: hexId(facts),
    eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(nowMs / 1_000),
      Keys,
      ...images,
      SequenceNumber: String(111_100_000_000_000 + sequence),
      SizeBytes: 26 + sequence,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: `arn:aws:dynamodb:${region}:${accountId}:table/my-table/stream/2026-01-01T00:00:00.000`,
  });
  return {
    Records: [
      record('INSERT', 1, { NewImage: first }),
      record('MODIFY', 2, { NewImage: second, OldImage: first }),
      record('REMOVE', 3, { OldImage: second }),
    ],
  };
}

function kafka({ region, accountId, nowMs }: SampleFacts): object {
  return {
    eventSource: 'aws:kafka',
    eventSourceArn: `arn:aws:kafka:${region}:${accountId}:cluster/my-cluster/b5e5e5e5-0000-4000-8000-000000000000-1`,
    bootstrapServers: `b-1.my-cluster.abcdef.c1.kafka.${region}.amazonaws.com:9092`,
    records: {
      'my-topic-0': [
        {
          topic: 'my-topic',
          partition: 0,
          offset: 15,
          timestamp: nowMs,
          timestampType: 'CREATE_TIME',
          key: base64('key'),
          value: base64(MESSAGE),
          headers: [{ source: [...Buffer.from('lambdakit')] }],
        },
      ],
    },
  };
}

function rabbitMq({ region, accountId }: SampleFacts): object {
  return {
    eventSource: 'aws:rmq',
    eventSourceArn: `arn:aws:mq:${region}:${accountId}:broker:my-broker:b-9bcfa592-423a-4942-879d-eb284b418fc8`,
    rmqMessagesByQueue: {
      'my-queue::/': [
        {
          basicProperties: {
            contentType: 'application/json',
            contentEncoding: null,
            headers: {},
            deliveryMode: 1,
            priority: 0,
            bodySize: MESSAGE.length,
          },
          redelivered: false,
          data: base64(MESSAGE),
        },
      ],
    },
  };
}

/** Events of storage, queues, topics and streams (Lambda developer guide, the page of each service). */
export const messageEvents: readonly SampleEvent[] = [
  {
    name: 's3-put',
    description: 'S3: an object was created',
    make: (facts) => ({ Records: [s3Record(facts, 'ObjectCreated:Put')] }),
  },
  {
    name: 's3-delete',
    description: 'S3: an object was removed',
    make: (facts) => ({ Records: [s3Record(facts, 'ObjectRemoved:Delete')] }),
  },
  { name: 'sns', description: 'SNS: a notification', contentPath: 'Records[0].Sns.Message', make: sns },
  { name: 'sqs', description: 'SQS: a message', contentPath: 'Records[0].body', make: sqs, finish: withChecksums },
  {
    name: 'kinesis',
    description: 'Kinesis: a record',
    contentPath: 'Records[0].kinesis.data',
    contentEncoding: 'base64',
    make: kinesis,
  },
  {
    name: 'firehose',
    description: 'Data Firehose: a record to transform',
    contentPath: 'records[0].data',
    contentEncoding: 'base64',
    make: (facts) => ({
      invocationId: facts.newId(),
      deliveryStreamArn: `arn:aws:firehose:${facts.region}:${facts.accountId}:deliverystream/my-stream`,
      region: facts.region,
      records: [{ recordId: SEQUENCE, approximateArrivalTimestamp: facts.nowMs, data: base64(MESSAGE) }],
    }),
  },
  { name: 'dynamodb', description: 'DynamoDB stream: insert, modify, remove', make: dynamodb },
  {
    name: 'kafka',
    description: 'Amazon MSK (Kafka): a record',
    contentPath: "records['my-topic-0'][0].value",
    contentEncoding: 'base64',
    make: kafka,
  },
  {
    name: 'rabbitmq',
    description: 'Amazon MQ (RabbitMQ): a message',
    contentPath: "rmqMessagesByQueue['my-queue::/'][0].data",
    contentEncoding: 'base64',
    make: rabbitMq,
  },
];
