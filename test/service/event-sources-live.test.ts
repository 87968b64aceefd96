import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import {
  AddPermissionCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  GetEventSourceMappingCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodePackage, ROLE, startTestService, type TestService } from './local-service-kit.js';

const REGION = 'us-east-1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const queueArn = (name: string) => `arn:aws:sqs:${REGION}:000000000000:${name}`;

/** Puts what it was called with into the queue `out`, by the address that the service gives to functions. */
const REPORTER = nodePackage(`
  export const handler = async (event, context) => {
    const endpoint = process.env.AWS_ENDPOINT_URL_SQS;
    const body = JSON.stringify({ QueueUrl: endpoint + '/000000000000/out', MessageBody: JSON.stringify({ id: context.awsRequestId, event }) });
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' };
    const response = await fetch(endpoint, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(await response.text());
    if (JSON.stringify(event).includes('fail')) throw new Error('told to fail');
    return { done: true };
  };`);

let service: TestService;
let lambda: LambdaClient;
let sqs: SQSClient;
let outUrl: string;

beforeEach(async () => {
  service = await startTestService({ timeScale: 600, region: REGION });
  lambda = new LambdaClient({ endpoint: service.endpoint, region: REGION, credentials });
  sqs = new SQSClient({ endpoint: service.variables.AWS_ENDPOINT_URL_SQS!, region: REGION, credentials });
  outUrl = await createQueue('out');
});
afterEach(async () => {
  lambda.destroy();
  sqs.destroy();
  await service.dispose();
  expect(service.bugs).toEqual([]);
});

async function createQueue(QueueName: string): Promise<string> {
  return (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl!;
}

/** Waits for one message and removes it from sight. */
async function take(QueueUrl: string): Promise<Message> {
  for (;;) {
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        WaitTimeSeconds: 20,
        MessageAttributeNames: ['All'],
        VisibilityTimeout: 600,
      }),
    );
    if (Messages?.[0] !== undefined) return Messages[0];
  }
}

const takeReport = async () => JSON.parse((await take(outUrl)).Body!) as { id: string; event: Record<string, unknown> };

async function createFunction(FunctionName: string, zip: Buffer, more: object = {}): Promise<string> {
  const { FunctionArn } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: ROLE,
      Code: { ZipFile: zip },
      ...more,
    }),
  );
  return FunctionArn!;
}

const send = (FunctionName: string, payload: object) =>
  lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(payload) }));

describe('a running service', () => {
  it('retries a failing asynchronous event under one id and delivers record and dead letter', async () => {
    const deadUrl = await createQueue('dead');
    const failedUrl = await createQueue('failed');
    await createFunction('worker', REPORTER, { DeadLetterConfig: { TargetArn: queueArn('dead') } });
    const DestinationConfig = { OnFailure: { Destination: queueArn('failed') } };
    await lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName: 'worker', DestinationConfig }));
    const { StatusCode, $metadata } = await send('worker', { order: 'fail' });
    expect(StatusCode).toBe(202);
    const runs = [await takeReport(), await takeReport(), await takeReport()];
    expect(new Set(runs.map(({ id }) => id))).toEqual(new Set([$metadata.requestId]));
    const record = JSON.parse((await take(failedUrl)).Body!);
    expect(record).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { order: 'fail' },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'Error', errorMessage: 'told to fail' },
    });
    expect(await take(deadUrl)).toMatchObject({
      Body: '{"order":"fail"}',
      MessageAttributes: { ErrorCode: { StringValue: '200' }, ErrorMessage: { StringValue: 'told to fail' } },
    });
  });

  it('sends the record of a success to another function', async () => {
    const target = await createFunction('listener', REPORTER);
    await createFunction('worker', nodePackage('export const handler = async (event) => ({ doubled: event.n * 2 });'));
    const DestinationConfig = { OnSuccess: { Destination: target } };
    await lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName: 'worker', DestinationConfig }));
    await send('worker', { n: 21 });
    expect((await takeReport()).event).toMatchObject({
      requestContext: { condition: 'Success' },
      requestPayload: { n: 21 },
      responsePayload: { doubled: 42 },
    });
  });

  it('polls a queue for a mapping and reports how it goes', async () => {
    const inUrl = await createQueue('in');
    await createFunction('worker', REPORTER);
    const { UUID } = await lambda.send(
      new CreateEventSourceMappingCommand({ FunctionName: 'worker', EventSourceArn: queueArn('in'), BatchSize: 5 }),
    );
    await sqs.send(new SendMessageCommand({ QueueUrl: inUrl, MessageBody: 'hello' }));
    expect((await takeReport()).event).toMatchObject({
      Records: [{ body: 'hello', eventSource: 'aws:sqs', eventSourceARN: queueArn('in') }],
    });
    expect(await lambda.send(new GetEventSourceMappingCommand({ UUID }))).toMatchObject({
      State: 'Enabled',
      BatchSize: 5,
    });
  });

  it('refuses a mapping on a queue that does not exist', async () => {
    await createFunction('worker', REPORTER);
    const command = new CreateEventSourceMappingCommand({
      FunctionName: 'worker',
      EventSourceArn: queueArn('nowhere'),
    });
    await expect(lambda.send(command)).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining('The specified queue does not exist.'),
    });
  });

  it('refuses a mapping on a queue in another Region, and a filter that no record of a stream could meet', async () => {
    await createFunction('worker', REPORTER);
    const refusalOf = (EventSourceArn: string, more: object) =>
      lambda
        .send(new CreateEventSourceMappingCommand({ FunctionName: 'worker', EventSourceArn, ...more }))
        .then(({ UUID }) => UUID, String);
    const elsewhere = 'arn:aws:sqs:eu-west-1:000000000000:in';
    expect(await refusalOf(elsewhere, {})).toContain('must be in the same Region (us-east-1).');
    const stream = `arn:aws:kinesis:${REGION}:000000000000:stream/clicks`;
    const Filters = [{ Pattern: '{"data":["text"]}' }];
    const more = { StartingPosition: 'LATEST', FilterCriteria: { Filters } };
    expect(await refusalOf(stream, more)).toBe('InvalidParameterValueException: Invalid filter pattern definition.');
  });

  it('refuses a mapping on a queue that hides messages for less than the function may run', async () => {
    await createQueue('in');
    await createFunction('worker', REPORTER, { Timeout: 300 });
    const command = new CreateEventSourceMappingCommand({ FunctionName: 'worker', EventSourceArn: queueArn('in') });
    await expect(lambda.send(command)).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'Queue visibility timeout: 30 seconds is less than Function timeout: 300 seconds',
    });
  });

  it('reads a stream out of a file', async () => {
    await createFunction('worker', REPORTER);
    const EventSourceArn = `arn:aws:kinesis:${REGION}:000000000000:stream/clicks`;
    const folder = path.join(service.stateFolder, 'streams', 'kinesis');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'clicks.jsonl'), '{"click":1}\n{"click":2}\n');
    await lambda.send(
      new CreateEventSourceMappingCommand({ FunctionName: 'worker', EventSourceArn, StartingPosition: 'TRIM_HORIZON' }),
    );
    const { Records } = (await takeReport()).event as { Records: { kinesis: { data: string }; eventSource: string }[] };
    expect(Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString())).toEqual([
      '{"click":1}',
      '{"click":2}',
    ]);
  });

  it('starts functions for objects and topics', async () => {
    const functionArn = await createFunction('worker', REPORTER);
    const s3 = new S3Client({
      endpoint: service.variables.AWS_ENDPOINT_URL_S3!,
      region: REGION,
      credentials,
      forcePathStyle: true,
    });
    await s3.send(new CreateBucketCommand({ Bucket: 'photos' }));
    const NotificationConfiguration = {
      LambdaFunctionConfigurations: [{ LambdaFunctionArn: functionArn, Events: ['s3:ObjectCreated:*' as const] }],
    };
    await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: 'photos', NotificationConfiguration }));
    await s3.send(new PutObjectCommand({ Bucket: 'photos', Key: 'cat.jpg', Body: 'meow' }));
    expect((await takeReport()).event).toMatchObject({
      Records: [{ eventSource: 'aws:s3', s3: { object: { key: 'cat.jpg' } } }],
    });
    const sns = new SNSClient({ endpoint: service.variables.AWS_ENDPOINT_URL_SNS!, region: REGION, credentials });
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'news' }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'lambda', Endpoint: functionArn }));
    await sns.send(new PublishCommand({ TopicArn, Message: 'hello' }));
    expect((await takeReport()).event).toMatchObject({
      Records: [{ EventSource: 'aws:sns', Sns: { Message: 'hello' } }],
    });
    s3.destroy();
    sns.destroy();
  });

  it.each(['invocation', 'topic', 'queue', 'bucket'] as const)(
    'stops a function that feeds its own %s after 16 runs',
    async (kind) => {
      const endpoint = service.variables.AWS_ENDPOINT_URL_SQS!;
      const seenUrl = `${endpoint}/000000000000/out`;
      // What the SDKs do inside a function: hand the trace header of the run on.
      const source = `
      const call = (url, init) => fetch(url, { ...init, headers: { ...init.headers, 'x-amzn-trace-id': process.env._X_AMZN_TRACE_ID } });
      const json = (name, body) => call('${endpoint}', { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.' + name } });
      const again = {
        invocation: () => call('${service.endpoint}/2015-03-31/functions/loop/invocations', { method: 'POST', body: '{"Records":[]}', headers: { 'x-amz-invocation-type': 'Event', authorization: 'AWS4-HMAC-SHA256 Credential=test/20261121/${REGION}/lambda/aws4_request, SignedHeaders=host, Signature=' + '0'.repeat(64) } }),
        topic: () => call('${endpoint}', { method: 'POST', body: new URLSearchParams({ Action: 'Publish', TopicArn: 'arn:aws:sns:${REGION}:000000000000:loop', Message: 'again' }), headers: { authorization: 'AWS4-HMAC-SHA256 Credential=test/20261121/${REGION}/sns/aws4_request' } }),
        queue: () => json('SendMessage', { QueueUrl: '${endpoint}/000000000000/loop', MessageBody: 'again' }),
        bucket: () => call('${endpoint}/loop/object', { method: 'PUT', body: 'again' }),
      };
      export const handler = async () => {
        await json('SendMessage', { QueueUrl: '${seenUrl}', MessageBody: 'ran' });
        const response = await again.${kind}();
        if (!response.ok) throw new Error(await response.text());
      };`;
      const deadUrl = await createQueue('dead');
      const functionArn = await createFunction('loop', nodePackage(source), {
        DeadLetterConfig: { TargetArn: queueArn('dead') },
      });
      await startLoop(kind, functionArn);
      for (let run = 0; run < 16; run += 1) await take(outUrl);
      // Its messages return until the queue itself gives them up; events end as dead letters.
      if (kind === 'queue') return;
      expect(JSON.parse((await take(deadUrl)).Body!)).toHaveProperty('Records');
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: outUrl }));
      expect(Messages).toBeUndefined();
    },
  );

  it('serves a function URL, buffered and streamed', async () => {
    const source = `
      export const handler = async (event) => ({ statusCode: 201, headers: { 'x-path': event.rawPath }, body: event.requestContext.http.method });
      export const stream = awslambda.streamifyResponse(async (event, out) => {
        const http = awslambda.HttpResponseStream.from(out, { statusCode: 202, headers: { 'content-type': 'text/plain' } });
        http.write('one ');
        http.write('two');
        http.end();
      });`;
    await createFunction('web', nodePackage(source));
    await createFunction('streaming', nodePackage(source), { Handler: 'index.stream' });
    const buffered = await urlOf('web', 'BUFFERED');
    expect(await get(buffered, '/a/b?c=d')).toMatchObject({ status: 201, headers: { 'x-path': '/a/b' }, text: 'GET' });
    const streamed = await urlOf('streaming', 'RESPONSE_STREAM');
    expect(await get(streamed, '/')).toMatchObject({
      status: 202,
      headers: { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' },
      text: 'one two',
    });
  });
});

/** Connects a source named `loop` with the function and gives it the first push. */
async function startLoop(kind: 'invocation' | 'topic' | 'queue' | 'bucket', functionArn: string): Promise<void> {
  const config = { endpoint: service.variables.AWS_ENDPOINT_URL_SQS!, region: REGION, credentials };
  if (kind === 'invocation') {
    await send('loop', { Records: [] });
  } else if (kind === 'queue') {
    const QueueUrl = await createQueue('loop');
    const command = new CreateEventSourceMappingCommand({ FunctionName: 'loop', EventSourceArn: queueArn('loop') });
    await lambda.send(command);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'first' }));
  } else if (kind === 'topic') {
    const sns = new SNSClient(config);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'loop' }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'lambda', Endpoint: functionArn }));
    await sns.send(new PublishCommand({ TopicArn, Message: 'first' }));
    sns.destroy();
  } else {
    const s3 = new S3Client({ ...config, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'loop' }));
    const NotificationConfiguration = {
      LambdaFunctionConfigurations: [{ LambdaFunctionArn: functionArn, Events: ['s3:ObjectCreated:*' as const] }],
    };
    await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: 'loop', NotificationConfiguration }));
    await s3.send(new PutObjectCommand({ Bucket: 'loop', Key: 'object', Body: 'first' }));
    s3.destroy();
  }
}

async function urlOf(FunctionName: string, InvokeMode: 'BUFFERED' | 'RESPONSE_STREAM'): Promise<URL> {
  const { FunctionUrl } = await lambda.send(
    new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE', InvokeMode }),
  );
  await lambda.send(
    new AddPermissionCommand({
      FunctionName,
      StatementId: 'public',
      Action: 'lambda:InvokeFunctionUrl',
      Principal: '*',
      FunctionUrlAuthType: 'NONE',
    }),
  );
  return new URL(FunctionUrl!);
}

/** By address and Host header, because not every machine resolves names under localhost. */
function get(url: URL, pathname: string) {
  return new Promise<{ status: number | undefined; headers: object; text: string }>((resolve, reject) => {
    request({ host: '127.0.0.1', port: url.port, path: pathname, headers: { host: url.host } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() }),
      );
    })
      .on('error', reject)
      .end();
  });
}
