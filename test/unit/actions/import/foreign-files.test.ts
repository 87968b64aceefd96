import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { importProject } from '../../../../src/actions/import/import-project.js';
import { loadProject } from '../../../../src/config/load-project.js';
import { resolveFunction } from '../../../../src/config/resolve-function.js';
import { createFolder, createKit } from '../../../service/deploy-kit.js';

/** Imports one file, and loads what was made of it as any command would. */
async function imported(name: string, text: string, environment: Record<string, string> = {}) {
  const folder = createFolder({ [name]: text });
  const { context } = createKit({ folder, endpoint: 'http://127.0.0.1:9' });
  const result = await importProject({ source: name, workingFolder: folder, isForced: false }, context);
  const project = await loadProject({ folder, environment });
  const configs: Record<string, unknown> = {};
  for (const key of project.functionKeys) {
    const { config, functionName } = await resolveFunction(project, key);
    configs[key] = { ...config, functionName };
  }
  const file = JSON.parse(readFileSync(path.join(folder, 'lambdakit.json'), 'utf8'));
  return { ...result, file, configs, paths: result.unmapped.map((entry) => entry.path) };
}

const TEMPLATE = `
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Parameters:
  Table: { Type: String, Default: orders }
  Key: { Type: String }
Globals:
  Function: { Runtime: nodejs24.x, Timeout: 20, Environment: { Variables: { STAGE: dev } } }
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: esbuild, BuildProperties: { Minify: true, Target: es2022, EntryPoints: [app.ts] } }
    Properties:
      FunctionName: !Sub '\${Table}-service'
      CodeUri: ./orders
      Handler: app.handler
      MemorySize: 512
      Architectures: [arm64]
      Tracing: Active
      EphemeralStorage: { Size: 1024 }
      Layers: [!Ref Tools, !Ref Elsewhere]
      Environment: { Variables: { TABLE: !Ref Table, SECRET: !Ref Key, QUEUE: !GetAtt Work.Arn, PRICE: 'a \${b}' } }
      Tags: { team: a }
      AutoPublishAlias: live
      DeploymentPreference: { Type: Canary10Percent5Minutes, Alarms: [errors] }
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 }
      ReservedConcurrentExecutions: 5
      FunctionUrlConfig: { AuthType: AWS_IAM, Cors: { AllowOrigins: ['*'] } }
      EventInvokeConfig: { MaximumRetryAttempts: 1, DestinationConfig: { OnFailure: { Type: SQS, Destination: 'arn:aws:sqs:us-east-1:123456789012:dead' } } }
      DeadLetterQueue: { Type: SQS, TargetArn: 'arn:aws:sqs:us-east-1:123456789012:dead' }
      Policies: [AWSLambdaBasicExecutionRole]
      Events:
        Nightly: { Type: Schedule, Properties: { Schedule: cron(0 3 * * ? *), Input: '{"a":1}' } }
        Queue: { Type: SQS, Properties: { Queue: 'arn:aws:sqs:us-east-1:123456789012:q', BatchSize: 5, FilterCriteria: { Filters: [{ Pattern: '{}' }] } } }
        Mine: { Type: SQS, Properties: { Queue: !GetAtt Work.Arn } }
        Api: { Type: HttpApi }
        Item: { Type: HttpApi, Properties: { Method: get, Path: '/items/{id}' } }
        Old: { Type: Api, Properties: { Method: any, Path: '/v1/{proxy+}' } }
        Hook: { Type: SNS, Properties: { Topic: 'arn:aws:sns:us-east-1:123456789012:t' } }
  Allow:
    Type: AWS::Lambda::Permission
    Properties: { FunctionName: !Ref Orders, Action: 'lambda:InvokeFunction', Principal: s3.amazonaws.com }
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: { LogGroupName: !Sub '/aws/lambda/\${Orders}', RetentionInDays: 14 }
  Tools:
    Type: AWS::Serverless::LayerVersion
    Properties: { LayerName: tools, ContentUri: layer, CompatibleRuntimes: [nodejs24.x] }
  Work: { Type: AWS::SQS::Queue }
`;

describe('a SAM template', () => {
  it('becomes a project; what a stack alone knows is named with its path', async () => {
    const { configs, file, paths } = await imported('template.yaml', TEMPLATE, { Key: 'k' });
    expect(configs.Orders).toMatchObject({
      functionName: 'orders-service',
      code: 'orders',
      handler: 'app.handler',
      runtime: 'nodejs24.x',
      timeout: 20,
      memorySize: 512,
      role: 'auto',
      architectures: ['arm64'],
      tracingConfig: { mode: 'Active' },
      ephemeralStorage: { size: 1024 },
      layers: ['Tools'],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: what the template says is no reference
      environment: { STAGE: 'dev', TABLE: 'orders', SECRET: 'k', PRICE: 'a ${b}' },
      tags: { team: 'a' },
      alias: 'live',
      deployment: { type: 'canary', percentage: 10, wait: '5m', alarms: ['errors'] },
      concurrency: { reserved: 5, provisioned: 2 },
      url: { authType: 'AWS_IAM', cors: { allowOrigins: ['*'] } },
      eventInvokeConfig: {
        maximumRetryAttempts: 1,
        destinationConfig: { onFailure: { destination: 'arn:aws:sqs:us-east-1:123456789012:dead' } },
      },
      deadLetterConfig: { targetArn: 'arn:aws:sqs:us-east-1:123456789012:dead' },
      schedules: [{ name: 'Nightly', scheduleExpression: 'cron(0 3 * * ? *)', input: { a: 1 } }],
      eventSources: [
        {
          eventSourceArn: 'arn:aws:sqs:us-east-1:123456789012:q',
          batchSize: 5,
          filterCriteria: { filters: [{ pattern: '{}' }] },
        },
      ],
      routes: ['$default', 'GET /items/{id}', { route: 'ANY /v1/{proxy+}', front: 'rest' }],
      permissions: [{ statementId: 'Allow', action: 'lambda:InvokeFunction', principal: 's3.amazonaws.com' }],
      loggingConfig: { logRetentionDays: 14 },
      build: { builder: 'esbuild', minify: true, target: 'es2022', entry: ['app.ts'] },
    });
    expect(file.layers).toEqual({
      Tools: { layerName: 'tools', content: 'layer', compatibleRuntimes: ['nodejs24.x'] },
    });
    expect(paths.toSorted()).toEqual([
      'Resources.Orders.Properties.Environment.Variables.QUEUE',
      'Resources.Orders.Properties.Events.Api',
      'Resources.Orders.Properties.Events.Hook',
      'Resources.Orders.Properties.Events.Item',
      'Resources.Orders.Properties.Events.Mine.Properties.Queue',
      'Resources.Orders.Properties.Events.Old',
      'Resources.Orders.Properties.Layers[1]',
      'Resources.Orders.Properties.Policies',
      'Resources.Work',
    ]);
  });
});

const SERVERLESS = `
service: shop
custom: { table: 'orders-\${opt:stage, "dev"}', memory: 512 }
provider:
  name: aws
  runtime: nodejs22.x
  region: eu-west-1
  stage: \${opt:stage, 'dev'}
  tracing: { lambda: true }
  logRetentionInDays: 14
  iam: { role: { statements: [] } }
package: { patterns: ['!test/**'] }
plugins: [serverless-esbuild]
functions:
  create:
    handler: src/create.handler
    memorySize: \${self:custom.memory}
    timeout: \${env:TIMEOUT, 12}
    architecture: arm64
    environment: { TABLE: '\${self:custom.table}', KEY: '\${ssm:/shop/key, none}', FILE: '\${file(x.yml):a}' }
    url: { authorizer: aws_iam }
    reservedConcurrency: 3
    maximumRetryAttempts: 0
    destinations: { onFailure: 'arn:aws:sqs:eu-west-1:123456789012:dead' }
    events:
      - schedule: rate(5 minutes)
      - schedule: { rate: ['cron(0 3 * * ? *)'], enabled: false, input: { a: 1 } }
      - sqs: { arn: 'arn:aws:sqs:eu-west-1:123456789012:q', batchSize: 5, filterPatterns: [{ body: { a: [1] } }], functionResponseType: ReportBatchItemFailures }
      - stream: { type: dynamodb, arn: { 'Fn::GetAtt': [Table, StreamArn] } }
      - httpApi: '*'
      - http: GET users/{id}
      - httpApi: { method: post, path: /users }
  named: { handler: src/named.handler, name: by-name, image: { name: base } }
resources: { Resources: {} }
`;

describe('serverless.yml', () => {
  it('becomes a project whose functions keep their deployed names', async () => {
    const { configs, file, paths } = await imported('serverless.yml', SERVERLESS, { TIMEOUT: '7' });
    expect(file).toMatchObject({ service: 'shop', region: 'eu-west-1' });
    expect(configs.create).toMatchObject({
      functionName: 'shop-dev-create',
      code: '.',
      handler: 'src/create.handler',
      runtime: 'nodejs22.x',
      role: 'auto',
      memorySize: 512,
      timeout: 7,
      architectures: ['arm64'],
      tracingConfig: { mode: 'Active' },
      loggingConfig: { logRetentionDays: 14 },
      environment: { TABLE: 'orders-dev', KEY: 'none' },
      url: { authType: 'AWS_IAM' },
      concurrency: { reserved: 3 },
      exclude: ['test/**'],
      eventInvokeConfig: {
        maximumRetryAttempts: 0,
        destinationConfig: { onFailure: { destination: 'arn:aws:sqs:eu-west-1:123456789012:dead' } },
      },
      schedules: [
        { scheduleExpression: 'rate(5 minutes)' },
        { scheduleExpression: 'cron(0 3 * * ? *)', enabled: false, input: { a: 1 } },
      ],
      eventSources: [
        {
          eventSourceArn: 'arn:aws:sqs:eu-west-1:123456789012:q',
          batchSize: 5,
          filterCriteria: { filters: [{ pattern: '{"body":{"a":[1]}}' }] },
          functionResponseTypes: ['ReportBatchItemFailures'],
        },
      ],
      routes: ['$default', { route: 'GET /users/{id}', front: 'rest' }, 'POST /users'],
    });
    expect(configs.named).toMatchObject({ functionName: 'by-name' });
    expect(paths.toSorted()).toEqual([
      'functions.create.environment.FILE',
      'functions.create.events[3].stream.arn',
      'functions.create.events[4].httpApi',
      'functions.create.events[5].http',
      'functions.create.events[6].httpApi',
      'plugins',
      'provider.iam',
      'resources',
    ]);
  });
});

describe('aws-lambda-tools-defaults.json', () => {
  it('becomes a project of one function', async () => {
    const { configs, file, unmapped } = await imported(
      'aws-lambda-tools-defaults.json',
      `\uFEFF${JSON.stringify({
        Information: ['This file provides default values'],
        profile: 'work',
        region: 'eu-west-1',
        configuration: 'Release',
        'function-name': 'orders',
        'function-runtime': 'dotnet10',
        'function-memory-size': 512,
        'function-timeout': 30,
        'function-handler': 'App::App.Function::Handle',
        'function-role': 'arn:aws:iam::123456789012:role/orders',
        'function-architecture': 'arm64',
        'environment-variables': '"TABLE"="orders";"URL"="https://x/?a=b"',
        tags: 'team=a;cost=b',
        'function-subnets': 'subnet-1,subnet-2',
        'function-security-groups': 'sg-1',
        'tracing-mode': 'Active',
        'msbuild-parameters': '--self-contained true',
        's3-bucket': 'packages',
      })}`,
    );
    expect(file).toMatchObject({ region: 'eu-west-1', profile: 'work' });
    expect(configs.orders).toMatchObject({
      code: '.',
      runtime: 'dotnet10',
      memorySize: 512,
      timeout: 30,
      handler: 'App::App.Function::Handle',
      role: 'arn:aws:iam::123456789012:role/orders',
      architectures: ['arm64'],
      environment: { TABLE: 'orders', URL: 'https://x/?a=b' },
      tags: { team: 'a', cost: 'b' },
      vpcConfig: { subnetIds: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-1'] },
      tracingConfig: { mode: 'Active' },
      build: { args: ['--self-contained', 'true'] },
    });
    expect(unmapped).toEqual([{ path: 's3-bucket', reason: 'give it with `deploy --s3-bucket`' }]);
  });
});

describe('a file that is none of these', () => {
  it.each([
    ['other.yaml', 'a: 1', 'other.yaml is none of the files that can be imported.'],
    ['broken.yaml', 'a: [', 'broken.yaml cannot be read'],
    ['list.json', '[]', 'list.json cannot be read: it holds no mapping'],
  ])('is refused: %s', async (name, text, message) => {
    await expect(imported(name, text)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(message),
    });
  });
});
