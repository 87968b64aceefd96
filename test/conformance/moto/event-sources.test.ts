import { describe, expect, it } from 'vitest';
import { readLag } from '../../../src/actions/event-sources/source-lag.js';
import { createFolder, createKit } from '../../service/deploy-kit.js';
import { useMotoServer } from './moto-server.js';

const moto = useMotoServer();

describe.skipIf(moto.missing !== '')(`the lag of an event source${moto.missing}`, () => {
  const FunctionArn = 'arn:aws:lambda:us-east-1:123456789012:function:hello:live';
  const neighboursOf = async () => {
    const { sqs, cloudWatch } = await createKit({
      folder: createFolder(),
      endpoint: moto.endpoint,
      isAws: true,
    }).context.neighbours();
    const unknown: string[] = [];
    const lagOf = (EventSourceArn: string) =>
      readLag(
        { EventSourceArn, FunctionArn },
        { queues: sqs, cloudWatch, nowMs: Date.now() + 1_000, onUnknown: (reason) => unknown.push(reason) },
      );
    return { sqs: sqs!, cloudWatch: cloudWatch!, lagOf, unknown };
  };

  it('of a queue is what SQS and CloudWatch tell', async () => {
    const { sqs, cloudWatch, lagOf } = await neighboursOf();
    const { QueueUrl } = await sqs.createQueue({ QueueName: 'lagging' });
    const arn = 'arn:aws:sqs:us-east-1:123456789012:lagging';
    expect(await lagOf(arn)).toEqual({ waiting: 0, inFlight: 0, delayed: 0 });
    await sqs.sendMessage({ QueueUrl, MessageBody: 'a' });
    await sqs.sendMessage({ QueueUrl, MessageBody: 'b', DelaySeconds: 900 });
    await cloudWatch.putMetricData({
      Namespace: 'AWS/SQS',
      MetricData: [
        {
          MetricName: 'ApproximateAgeOfOldestMessage',
          Dimensions: [{ Name: 'QueueName', Value: 'lagging' }],
          Value: 41,
          Timestamp: new Date(),
        },
      ],
    });
    expect(await lagOf(arn)).toEqual({ waiting: 1, inFlight: 0, delayed: 1, oldestSeconds: 41 });
  });

  it('of a stream is the age of its records', async () => {
    const { cloudWatch, lagOf } = await neighboursOf();
    const arn = 'arn:aws:kinesis:us-east-1:123456789012:stream/clicks';
    expect(await lagOf(arn)).toBeUndefined();
    await cloudWatch.putMetricData({
      Namespace: 'AWS/Lambda',
      MetricData: [
        {
          MetricName: 'IteratorAge',
          Dimensions: [
            { Name: 'FunctionName', Value: 'hello' },
            { Name: 'Resource', Value: 'hello:live' },
          ],
          Value: 2_500,
          Timestamp: new Date(),
        },
      ],
    });
    expect(await lagOf(arn)).toEqual({ iteratorAgeMs: 2_500 });
  });

  it('is unknown, with the reason, where a queue is gone or the source tells none', async () => {
    const { lagOf, unknown } = await neighboursOf();
    expect(await lagOf('arn:aws:sqs:us-east-1:123456789012:gone')).toBeUndefined();
    expect(unknown).toHaveLength(1);
    expect(await lagOf('arn:aws:kafka:us-east-1:123456789012:cluster/c/1')).toBeUndefined();
  });
});
