import { describe, expect, it } from 'vitest';
import { type RoleNeeds, roleStatements } from '../../../src/lambda/execution-role.js';

const BARE: RoleNeeds = {
  region: 'eu-west-1',
  partition: 'aws',
  logGroup: '/aws/lambda/hello',
  hasVpc: false,
  hasTracing: false,
  destinationArns: [],
  eventSourceArns: [],
  secretArns: [],
  accessPointArns: [],
};

const sids = (needs: Partial<RoleNeeds>): readonly string[] =>
  roleStatements({ ...BARE, ...needs }).map(({ Sid }) => Sid);

describe('the least that a role allows', () => {
  it('is writing to the log group of the function', () => {
    expect(roleStatements(BARE)).toEqual([
      {
        Sid: 'Logs',
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: ['arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello:*'],
      },
      {
        Sid: 'LogGroup',
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup'],
        Resource: ['arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello'],
      },
    ]);
  });

  it.each([
    [{ hasVpc: true }, 'Vpc'],
    [{ hasTracing: true }, 'Tracing'],
    [{ deadLetterTargetArn: 'arn:aws:sns:eu-west-1:1:dead' }, 'SendSns'],
    [{ destinationArns: ['arn:aws:events:eu-west-1:1:event-bus/b'] }, 'SendEvents'],
    [{ destinationArns: ['arn:aws:lambda:eu-west-1:1:function:next'] }, 'SendLambda'],
    [{ eventSourceArns: ['arn:aws:kinesis:eu-west-1:1:stream/s'] }, 'ReadKinesis'],
    [{ eventSourceArns: ['arn:aws:dynamodb:eu-west-1:1:table/t/stream/s'] }, 'ReadDynamodb'],
    [{ secretArns: ['arn:aws:secretsmanager:eu-west-1:1:secret:s'] }, 'Secrets'],
    [{ kmsKeyArn: 'arn:aws:kms:eu-west-1:1:key/k' }, 'Key'],
    [{ accessPointArns: ['arn:aws:elasticfilesystem:eu-west-1:1:access-point/a'] }, 'Files'],
  ])('grows by what the function uses: %j', (needs, sid) => {
    expect(sids(needs)).toEqual(['Logs', 'LogGroup', sid]);
  });

  it('gathers the resources of a service in one statement, in a fixed order, once each', () => {
    const [a, b] = ['arn:aws:sqs:eu-west-1:1:a', 'arn:aws:sqs:eu-west-1:1:b'];
    const [, , send] = roleStatements({ ...BARE, deadLetterTargetArn: b, destinationArns: [b, a] });
    expect(send).toMatchObject({ Sid: 'SendSqs', Action: ['sqs:SendMessage'], Resource: [a, b] });
  });

  it('reaches into the cluster of a Kafka source, which is in a VPC', () => {
    expect(sids({ eventSourceArns: ['arn:aws:kafka:eu-west-1:1:cluster/c/x'] })).toContain('Vpc');
  });

  it('never allows everything on everything', () => {
    const everything = roleStatements({
      ...BARE,
      hasVpc: true,
      hasTracing: true,
      destinationArns: ['arn:aws:s3:::b', 'arn:aws:sqs:eu-west-1:1:q'],
      eventSourceArns: ['arn:aws:mq:eu-west-1:1:broker:b'],
    });
    expect(everything.flatMap(({ Action }) => Action).filter((action) => action.endsWith('*'))).toEqual([]);
    expect(everything.filter(({ Resource }) => Resource.includes('*')).map(({ Sid }) => Sid)).toEqual([
      'Vpc',
      'Tracing',
    ]);
  });
});
