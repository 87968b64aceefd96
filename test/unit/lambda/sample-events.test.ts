import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { SAMPLE_EVENTS } from '../../../src/lambda/sample-events/index.js';
import { albEvent } from '../../../src/local/function-url/alb-event.js';
import type { HttpRequestFacts } from '../../../src/local/function-url/http-request-facts.js';
import { payloadV2Event } from '../../../src/local/function-url/payload-v2-event.js';
import { restApiEvent } from '../../../src/local/function-url/rest-api-event.js';

let ids = 0;
const facts = {
  region: 'eu-west-1',
  accountId: '123456789012',
  nowMs: Date.UTC(2026, 3, 9, 12, 34, 56, 789),
  newId: () => `00000000-0000-4000-8000-${String(ids++).padStart(12, '0')}`,
};

// biome-ignore lint/suspicious/noExplicitAny: events are read member by member, as a function would
function make(name: string): any {
  return SAMPLE_EVENTS.find((event) => event.name === name)?.make(facts);
}

/** Names of members, and of theirs; lists by their first member. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return value === null ? null : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]));
}

const REQUEST: HttpRequestFacts = {
  method: 'POST',
  rawPath: '/items/42',
  rawQueryString: 'colour=red&colour=blue&page=1',
  headers: [
    ['host', 'abc.lambda-url.eu-west-1.on.aws'],
    ['accept', '*/*'],
    ['content-type', 'application/json'],
    ['content-length', '14'],
    ['user-agent', 'curl'],
    ['cookie', 'session=abc'],
  ],
  body: Buffer.from('{"name":"Ada"}'),
  sourceIp: '203.0.113.7',
  protocol: 'HTTP/1.1',
  requestId: 'id',
  receivedAtMs: facts.nowMs,
  traceHeader: 'Root=1-2-3',
};

it('has one event of each name, and each is JSON', () => {
  const names = SAMPLE_EVENTS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const event of SAMPLE_EVENTS) {
    const made = event.make(facts);
    expect(JSON.parse(JSON.stringify(made))).toEqual(made);
    expect(JSON.stringify(made)).not.toMatch(/undefined|NaN|\[object/);
  }
});

describe('events of HTTP', () => {
  it('have the members that the local function URL sends', () => {
    const endpoint = {
      ...{ accountId: 'anonymous', apiId: 'abc', domainName: 'abc.lambda-url.eu-west-1.on.aws', stage: '$default' },
      ...{ routeKey: '$default', forwarded: { port: '443', proto: 'https' } },
    };
    const { headers: sent, ...expected } = payloadV2Event(REQUEST, endpoint);
    const { headers, ...made } = make('function-url');
    expect(shapeOf(made)).toEqual(shapeOf(expected));
    expect(Object.keys(sent as object)).toEqual(expect.arrayContaining(Object.keys(headers)));
    expect(made.requestContext).toMatchObject({ accountId: 'anonymous', time: '09/Apr/2026:12:34:56 +0000' });
    expect(make('api-gateway-v2')).toMatchObject({ routeKey: 'POST /items/{id}', pathParameters: { id: '42' } });
  });

  it('have the members that load balancers send', () => {
    const target = { targetGroupArn: 'arn', hasMultiValueHeaders: false, port: '80', proto: 'http' } as const;
    expect(Object.keys(make('alb')).sort()).toEqual(Object.keys(albEvent(REQUEST, target)).sort());
  });

  it('have the members of the REST proxy integration', () => {
    const made = make('api-gateway-v1');
    const stage = { accountId: '1', apiId: 'a', stage: 'prod', domainName: 'd', resource: '/items/{id}' };
    const sent = restApiEvent(REQUEST, stage as never) as { readonly requestContext: object };
    expect(Object.keys(made).sort()).toEqual(Object.keys(sent).sort());
    expect(Object.keys(made.requestContext.identity)).toHaveLength(12);
    expect(made.multiValueQueryStringParameters).toEqual({ colour: ['red', 'blue'] });
  });
});

describe('events of messages', () => {
  it('carry what the services promise', () => {
    const [queued] = make('sqs').Records;
    expect(queued.md5OfBody).toBe(createHash('md5').update(queued.body).digest('hex'));
    expect(Object.keys(queued.attributes)).toEqual([
      'ApproximateReceiveCount',
      'SentTimestamp',
      'SenderId',
      'ApproximateFirstReceiveTimestamp',
    ]);
    const [record] = make('kinesis').Records;
    expect(Buffer.from(record.kinesis.data, 'base64').toString()).toBe('{"orderId":42}');
    expect(record.eventID).toBe(`shardId-000000000006:${record.kinesis.sequenceNumber}`);
    expect(make('dynamodb').Records.map(({ eventName }: { eventName: string }) => eventName)).toEqual([
      'INSERT',
      'MODIFY',
      'REMOVE',
    ]);
    expect(make('sns').Records[0]).toMatchObject({
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      Sns: { Type: 'Notification' },
    });
    expect(make('s3-put').Records[0]).toMatchObject({
      eventVersion: '2.1',
      eventName: 'ObjectCreated:Put',
      eventTime: '2026-04-09T12:34:56.789Z',
      s3: { bucket: { arn: 'arn:aws:s3:::my-bucket' }, object: { size: 1024 } },
    });
    expect(make('s3-delete').Records[0].s3.object).not.toHaveProperty('size');
    const { data } = make('cloudwatch-logs').awslogs;
    expect(JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString())).toMatchObject({
      messageType: 'DATA_MESSAGE',
    });
  });

  it('name region and account of the facts', () => {
    expect(make('schedule')).toMatchObject({
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '123456789012',
      region: 'eu-west-1',
      time: '2026-04-09T12:34:56Z',
      detail: {},
    });
    expect(make('cognito-pre-signup')).toMatchObject({
      version: '1',
      triggerSource: 'PreSignUp_SignUp',
      callerContext: {},
    });
    expect(make('codepipeline')['CodePipeline.job'].data).toHaveProperty(
      'actionConfiguration.configuration.UserParameters',
    );
    expect(make('cloudfront-request').Records[0].cf.config.eventType).toBe('viewer-request');
  });
});
