import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from './local-service-kit.js';

describe('one endpoint for all services (AWS_ENDPOINT_URL)', () => {
  let service: TestService;
  let settings: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  beforeAll(async () => {
    service = await startTestService();
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    settings = { endpoint: service.endpoint, region: 'us-east-1', credentials };
  });
  afterAll(() => service.dispose());

  it('leads to S3, links that are signed in their query included', async () => {
    const s3 = new S3Client({ ...settings, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'things' }));
    await s3.send(new PutObjectCommand({ Bucket: 'things', Key: 'a b.txt', Body: 'content' }));
    const object = await s3.send(new GetObjectCommand({ Bucket: 'things', Key: 'a b.txt' }));
    expect(await object.Body?.transformToString()).toBe('content');
    s3.destroy();
    const signed =
      'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=local%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=00';
    const signedTheOldWay = 'AWSAccessKeyId=local&Signature=00%3D&Expires=1900000000';
    for (const query of [signed, signedTheOldWay]) {
      expect(await (await fetch(`${service.endpoint}/things/a%20b.txt?${query}`)).text()).toBe('content');
    }
  });

  it('takes no request without a signature, nor one that a page sends', async () => {
    const refused = async (init: RequestInit, query = '') =>
      (await fetch(`${service.endpoint}/things/a%20b.txt?${query}`, init)).status;
    expect(await refused({})).toBe(403);
    expect(
      await refused({}, 'X-Amz-Credential=local%2F20260101%2Fus-east-1%2Flambda%2Faws4_request&X-Amz-Signature=00'),
    ).toBe(403);
    const signed = 'X-Amz-Credential=local%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=00';
    expect(await refused({ headers: { origin: 'http://evil.test' } }, signed)).toBe(403);
  });

  it('leads to SQS, whose addresses lead back to it', async () => {
    const sqs = new SQSClient(settings);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'orders' }));
    expect(QueueUrl).toContain(new URL(service.endpoint).host);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages?.map(({ Body }) => Body)).toEqual(['one']);
    sqs.destroy();
  });

  it('leads to SNS', async () => {
    const sns = new SNSClient(settings);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'news' }));
    expect(TopicArn).toBe('arn:aws:sns:us-east-1:000000000000:news');
    sns.destroy();
  });

  it('knows who calls, and says of everything else that it is not here', async () => {
    const sts = new STSClient(settings);
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:root',
      UserId: '000000000000',
    });
    await expect(sts.send(new GetSessionTokenCommand({}))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
    sts.destroy();
  });
});
