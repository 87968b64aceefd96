import { gzipSync } from 'node:zlib';
import { hexId, isoSeconds, isoTime, type SampleEvent, type SampleFacts } from './sample-event.js';

interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

function busEvent(facts: SampleFacts, { source, detailType, resources, detail }: BusEvent): object {
  return {
    version: '0',
    id: facts.newId(),
    'detail-type': detailType,
    source,
    account: facts.accountId,
    time: isoSeconds(facts),
    region: facts.region,
    resources,
    detail,
  };
}

function cognito(facts: SampleFacts, triggerSource: string, request: object, response: object): object {
  return {
    version: '1',
    region: facts.region,
    userPoolId: `${facts.region}_aBcDeFgHi`,
    userName: 'ada',
    callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: hexId(facts).slice(0, 26) },
    triggerSource,
    request: { userAttributes: { sub: facts.newId(), email: 'ada@example.org', email_verified: 'true' }, ...request },
    response,
  };
}

function codePipeline(facts: SampleFacts): object {
  const location = (name: string) => ({
    name,
    revision: null,
    location: { type: 'S3', s3Location: { bucketName: 'my-artifacts', objectKey: `${name}/abc.zip` } },
  });
  return {
    'CodePipeline.job': {
      id: facts.newId(),
      accountId: facts.accountId,
      data: {
        actionConfiguration: { configuration: { FunctionName: 'my-function', UserParameters: '{"stage":"prod"}' } },
        inputArtifacts: [location('SourceArtifact')],
        outputArtifacts: [],
        artifactCredentials: { accessKeyId: 'EXAMPLE', secretAccessKey: 'EXAMPLE', sessionToken: 'EXAMPLE' },
      },
    },
  };
}

function logsSubscription(facts: SampleFacts): object {
  const content = {
    messageType: 'DATA_MESSAGE',
    owner: facts.accountId,
    logGroup: '/aws/lambda/my-function',
    logStream: '2026/01/01/[$LATEST]abcdef',
    subscriptionFilters: ['errors'],
    logEvents: [{ id: '0'.repeat(56), timestamp: facts.nowMs, message: 'ERROR something went wrong\n' }],
  };
  return { awslogs: { data: gzipSync(JSON.stringify(content)).toString('base64') } };
}

function cloudFormation(facts: SampleFacts): object {
  return {
    RequestType: 'Create',
    ServiceToken: `arn:aws:lambda:${facts.region}:${facts.accountId}:function:my-function`,
    ResponseURL: 'http://127.0.0.1:1/response',
    StackId: `arn:aws:cloudformation:${facts.region}:${facts.accountId}:stack/my-stack/${facts.newId()}`,
    RequestId: facts.newId(),
    LogicalResourceId: 'MyResource',
    ResourceType: 'Custom::MyResource',
    ResourceProperties: {
      ServiceToken: `arn:aws:lambda:${facts.region}:${facts.accountId}:function:my-function`,
      Name: 'value',
    },
  };
}

function ses(facts: SampleFacts): object {
  const messageId = hexId(facts);
  const verdict = { status: 'PASS' };
  return {
    Records: [
      {
        eventSource: 'aws:ses',
        eventVersion: '1.0',
        ses: {
          mail: {
            timestamp: isoTime(facts),
            source: 'ada@example.org',
            messageId,
            destination: ['inbox@example.com'],
            headersTruncated: false,
            headers: [{ name: 'Subject', value: 'Hello' }],
            commonHeaders: { from: ['ada@example.org'], to: ['inbox@example.com'], subject: 'Hello' },
          },
          receipt: {
            timestamp: isoTime(facts),
            processingTimeMillis: 574,
            recipients: ['inbox@example.com'],
            ...{
              spamVerdict: verdict,
              virusVerdict: verdict,
              spfVerdict: verdict,
              dkimVerdict: verdict,
              dmarcVerdict: verdict,
            },
            action: {
              type: 'Lambda',
              functionArn: `arn:aws:lambda:${facts.region}:${facts.accountId}:function:my-function`,
              invocationType: 'Event',
            },
          },
        },
      },
    ],
  };
}

function alarm(facts: SampleFacts): object {
  const state = (value: string) => ({ value, reason: 'Threshold Crossed', timestamp: isoTime(facts) });
  return {
    source: 'aws.cloudwatch',
    alarmArn: `arn:aws:cloudwatch:${facts.region}:${facts.accountId}:alarm:my-alarm`,
    accountId: facts.accountId,
    time: isoTime(facts),
    region: facts.region,
    alarmData: {
      alarmName: 'my-alarm',
      state: state('ALARM'),
      previousState: state('OK'),
      configuration: { metrics: [] },
    },
  };
}

/** Events of the other services (Lambda developer guide and the guides of the services). */
export const serviceEvents: readonly SampleEvent[] = [
  {
    name: 'eventbridge',
    description: 'EventBridge: an event of your own',
    contentPath: 'detail',
    make: (facts) =>
      busEvent(facts, { source: 'my.app', detailType: 'Order placed', resources: [], detail: { orderId: 42 } }),
  },
  {
    name: 'schedule',
    description: 'EventBridge: a scheduled rule',
    make: (facts) =>
      busEvent(facts, {
        source: 'aws.events',
        detailType: 'Scheduled Event',
        resources: [`arn:aws:events:${facts.region}:${facts.accountId}:rule/my-schedule`],
        detail: {},
      }),
  },
  {
    name: 's3-eventbridge',
    description: 'EventBridge: an object was created in S3',
    make: (facts) =>
      busEvent(facts, {
        source: 'aws.s3',
        detailType: 'Object Created',
        resources: ['arn:aws:s3:::my-bucket'],
        detail: {
          version: '0',
          bucket: { name: 'my-bucket' },
          object: { key: 'folder/file.txt', size: 1_024, etag: hexId(facts), sequencer: hexId(facts).slice(0, 18) },
          'request-id': hexId(facts).slice(0, 16),
          requester: facts.accountId,
          'source-ip-address': '203.0.113.7',
          reason: 'PutObject',
        },
      }),
  },
  {
    name: 'cognito-pre-signup',
    description: 'Cognito user pool: before a sign-up',
    make: (facts) =>
      cognito(
        facts,
        'PreSignUp_SignUp',
        { validationData: null },
        { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
      ),
  },
  {
    name: 'cognito-post-confirmation',
    description: 'Cognito user pool: after a confirmation',
    make: (facts) => cognito(facts, 'PostConfirmation_ConfirmSignUp', {}, {}),
  },
  {
    name: 'cognito-pre-token',
    description: 'Cognito user pool: before a token is made',
    make: (facts) =>
      cognito(
        facts,
        'TokenGeneration_Authentication',
        { groupConfiguration: { groupsToOverride: ['admins'], iamRolesToOverride: [], preferredRole: null } },
        { claimsOverrideDetails: null },
      ),
  },
  { name: 'codepipeline', description: 'CodePipeline: a job', make: codePipeline },
  { name: 'cloudformation', description: 'CloudFormation: a custom resource', make: cloudFormation },
  { name: 'cloudwatch-logs', description: 'CloudWatch Logs: a subscription (gzip, base64)', make: logsSubscription },
  { name: 'cloudwatch-alarm', description: 'CloudWatch: an alarm action', make: alarm },
  { name: 'ses', description: 'SES: a mail was received', make: ses },
  {
    name: 'secrets-manager',
    description: 'Secrets Manager: a step of a rotation',
    make: (facts) => ({
      Step: 'createSecret',
      SecretId: `arn:aws:secretsmanager:${facts.region}:${facts.accountId}:secret:my-secret-AbCdEf`,
      ClientRequestToken: facts.newId(),
    }),
  },
  {
    name: 'iot',
    description: 'IoT rule: the message as the rule selects it',
    make: () => ({ deviceId: 'thermometer-1', temperature: 21.5 }),
  },
];
