import { describe, expect, it } from 'vitest';
import { planOf } from './plan-kit.js';

const BASE = { code: 'src', runtime: 'nodejs24.x', handler: 'index.handler', build: { builder: 'none' }, role: 'auto' };
const ROLE = 'arn:aws:iam::123456789012:role/app';
const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:hello';

const project = (settings: object, more: object = {}): Readonly<Record<string, string>> => ({
  'lambdakit.json': JSON.stringify({ service: 'plans', functions: { hello: { ...BASE, ...settings } }, ...more }),
});

/** A function that is there, with the archive of another source. */
const deployedAs = (settings: object = {}, tags: object = {}): Readonly<Record<string, unknown>> => ({
  getFunction: {
    Configuration: {
      FunctionName: 'hello',
      FunctionArn: ARN,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: ROLE,
      Timeout: 3,
      MemorySize: 128,
      CodeSha256: 'b2xkIGNvZGUgb2xkIGNvZGUgb2xkIGNvZGUgb2xkIGM=',
      State: 'Active',
      LastUpdateStatus: 'Successful',
      ...settings,
    },
    Tags: tags,
  },
});

describe('the plan of a new function', () => {
  it('is the same from JSON, JSONC and YAML', async () => {
    const json = await planOf({ files: project({ timeout: 5 }) });
    const jsonc = await planOf({
      files: {
        'lambdakit.jsonc': `{
  // what it is for
  "service": "plans",
  "functions": { "hello": { "code": "src", "runtime": "nodejs24.x", "handler": "index.handler",
    "build": { "builder": "none" }, "role": "auto", "timeout": 5, /* seconds */ } },
}`,
      },
    });
    const yaml = await planOf({
      files: {
        'lambdakit.yaml': `service: plans
functions:
  hello:
    code: src
    runtime: nodejs24.x
    handler: index.handler
    build: { builder: none }
    role: auto
    timeout: 5
`,
      },
    });
    expect(json).toMatchInlineSnapshot(`
      "hello: would
        create role hello-eu-west-1
          + Policy.LogGroup: {"Action":["logs:CreateLogGroup"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello"]}
          + Policy.Logs: {"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello:*"]}
        create the function
          + Handler: index.handler
          + Runtime: nodejs24.x
          + Role: (new role hello-eu-west-1)
          + Timeout: 5
          + Code: (sha256)"
    `);
    expect([jsonc, yaml]).toEqual([json, json]);
  });

  it('takes what a stage says before what the function and the defaults say', async () => {
    const files = project(
      { timeout: 5, environment: { TABLE: 'dev', DEBUG: '1' } },
      {
        defaults: { memorySize: 256, tags: { team: 'a' } },
        stages: {
          prod: {
            defaults: { memorySize: 512 },
            functions: { hello: { timeout: 30, environment: { TABLE: 'prod' }, functionName: 'hello-prod' } },
          },
        },
      },
    );
    expect(await planOf({ files })).toMatchInlineSnapshot(`
      "hello: would
        create role hello-eu-west-1
          + Policy.LogGroup: {"Action":["logs:CreateLogGroup"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello"]}
          + Policy.Logs: {"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello:*"]}
        create the function
          + Handler: index.handler
          + Runtime: nodejs24.x
          + Role: (new role hello-eu-west-1)
          + Timeout: 5
          + MemorySize: 256
          + Environment.Variables.DEBUG: (hidden 6b86b2)
          + Environment.Variables.TABLE: (hidden ef260e)
          + Code: (sha256)
          + Tags.team: a"
    `);
    expect(await planOf({ files, stage: 'prod' })).toMatchInlineSnapshot(`
      "hello-prod: would
        create role hello-prod-eu-west-1
          + Policy.LogGroup: {"Action":["logs:CreateLogGroup"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello-prod"]}
          + Policy.Logs: {"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello-prod:*"]}
        create the function
          + Handler: index.handler
          + Runtime: nodejs24.x
          + Role: (new role hello-prod-eu-west-1)
          + Timeout: 30
          + MemorySize: 512
          + Environment.Variables.DEBUG: (hidden 6b86b2)
          + Environment.Variables.TABLE: (hidden 6754af)
          + Code: (sha256)
          + Tags.team: a"
    `);
  });

  it('puts references in place', async () => {
    const files = {
      'lambdakit.yaml': `functions:
  hello:
    functionName: hello-\${stage}
    description: \${env:WHAT, nothing in particular} from \${file:VERSION}
    code: src
    runtime: nodejs24.x
    handler: index.handler
    build: { builder: none }
    role: auto
    timeout: \${env:TIMEOUT, 7}
    tags: { costs: "$\${literal}", owner: "\${env:OWNER}" }
`,
      VERSION: '1.2.3\n',
    };
    expect(await planOf({ files, stage: 'dev', environment: { OWNER: 'ada', TIMEOUT: '20' } })).toMatchInlineSnapshot(`
      "hello-dev: would
        create role hello-dev-eu-west-1
          + Policy.LogGroup: {"Action":["logs:CreateLogGroup"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello-dev"]}
          + Policy.Logs: {"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello-dev:*"]}
        create the function
          + Description: nothing in particular from 1.2.3
          + Handler: index.handler
          + Runtime: nodejs24.x
          + Role: (new role hello-dev-eu-west-1)
          + Timeout: 20
          + Code: (sha256)
          + Tags.costs: \${literal}
          + Tags.owner: ada"
    `);
  });

  it('reads env files, and shows no value of them', async () => {
    const files = {
      ...project({ envFile: ['.env', '.env.local'], environment: { MODE: 'plan' } }),
      '.env': 'API_KEY="one two"\nexport REGION_NAME=eu # where\n',
      '.env.local': 'API_KEY=three\n',
    };
    expect(await planOf({ files })).toMatchInlineSnapshot(`
      "hello: would
        create role hello-eu-west-1
          + Policy.LogGroup: {"Action":["logs:CreateLogGroup"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello"]}
          + Policy.Logs: {"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello:*"]}
        create the function
          + Handler: index.handler
          + Runtime: nodejs24.x
          + Role: (new role hello-eu-west-1)
          + Environment.Variables.API_KEY: (hidden 8b5b9d)
          + Environment.Variables.MODE: (hidden 64879f)
          + Environment.Variables.REGION_NAME: (hidden 4d0282)
          + Code: (sha256)"
    `);
  });

  it('publishes the layers that are used, before the function', async () => {
    const files = {
      ...project(
        { layers: ['vendor', 'arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:38'] },
        { layers: { vendor: { content: 'vendor', compatibleRuntimes: ['nodejs24.x'] }, unused: { content: 'none' } } },
      ),
      'vendor/nodejs/answer.mjs': 'export const answer = 42;\n',
    };
    expect(await planOf({ files })).toMatchInlineSnapshot(`
      "hello: would
        create role hello-eu-west-1
          + Policy.LogGroup: {"Action":["logs:CreateLogGroup"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello"]}
          + Policy.Logs: {"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello:*"]}
        create the function
          + Handler: index.handler
          + Runtime: nodejs24.x
          + Role: (new role hello-eu-west-1)
          + Layers: ["(new version of layer vendor)","arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:38"]
          + Code: (sha256)"
    `);
  });

  it('sets what stands beside it', async () => {
    const files = project({
      concurrency: { reserved: 5 },
      eventInvokeConfig: {
        maximumRetryAttempts: 1,
        maximumEventAgeInSeconds: 600,
        destinationConfig: { onFailure: { destination: 'arn:aws:sqs:eu-west-1:123456789012:failed' } },
      },
      permissions: [
        {
          statementId: 'bucket',
          principal: 's3.amazonaws.com',
          sourceArn: 'arn:aws:s3:::in',
          sourceAccount: '123456789012',
        },
      ],
      runtimeManagement: { updateRuntimeOn: 'FunctionUpdate' },
      recursiveLoop: 'Allow',
      loggingConfig: { logFormat: 'JSON', logRetentionDays: 14 },
    });
    expect(await planOf({ files })).toMatchInlineSnapshot(`
      "hello: would
        create role hello-eu-west-1
          + Policy.LogGroup: {"Action":["logs:CreateLogGroup"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello"]}
          + Policy.Logs: {"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello:*"]}
          + Policy.SendSqs: {"Action":["sqs:SendMessage"],"Resource":["arn:aws:sqs:eu-west-1:123456789012:failed"]}
        create log group /aws/lambda/hello
        retention of log group /aws/lambda/hello
          + RetentionInDays: 14
        create the function
          + Handler: index.handler
          + Runtime: nodejs24.x
          + Role: (new role hello-eu-west-1)
          + LoggingConfig: {"LogFormat":"JSON"}
          + Code: (sha256)
        set reserved concurrency
          + ReservedConcurrentExecutions: 5
        set runtime management
          + UpdateRuntimeOn: FunctionUpdate
        set recursive loop
          + RecursiveLoop: Allow
        set asynchronous invocation
          + MaximumRetryAttempts: 1
          + MaximumEventAgeInSeconds: 600
          + DestinationConfig: {"OnFailure":{"Destination":"arn:aws:sqs:eu-west-1:123456789012:failed"}}
        add permission bucket
          + Principal: s3.amazonaws.com
          + SourceArn: arn:aws:s3:::in
          + SourceAccount: 123456789012
          + Action: lambda:InvokeFunction"
    `);
  });

  it('publishes a version, points the alias to it, and gives that a public URL and ready environments', async () => {
    const files = project({
      alias: 'live',
      concurrency: { provisioned: 2 },
      url: {
        authType: 'NONE',
        invokeMode: 'RESPONSE_STREAM',
        cors: { allowOrigins: ['https://example.org'], maxAge: 60 },
      },
    });
    expect(await planOf({ files })).toMatchInlineSnapshot(`
      "hello: would
        create role hello-eu-west-1
          + Policy.LogGroup: {"Action":["logs:CreateLogGroup"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello"]}
          + Policy.Logs: {"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello:*"]}
        create the function
          + Handler: index.handler
          + Runtime: nodejs24.x
          + Role: (new role hello-eu-west-1)
          + Code: (sha256)
        publish a version
        create alias live
          + FunctionVersion: (the published version)
        add permission FunctionURLAllowPublicAccess
          + Action: lambda:InvokeFunctionUrl
          + Principal: *
          + FunctionUrlAuthType: NONE
        add permission FunctionURLInvokeAllowPublicAccess
          + Action: lambda:InvokeFunction
          + Principal: *
          + InvokedViaFunctionUrl: true
        create function URL
          + AuthType: NONE
          + InvokeMode: RESPONSE_STREAM
          + Cors: {"AllowOrigins":["https://example.org"],"MaxAge":60}
        set provisioned concurrency
          + ProvisionedConcurrentExecutions: 2"
    `);
  });

  it('reads queues and streams', async () => {
    const files = project({
      eventSources: [
        {
          eventSourceArn: 'arn:aws:sqs:eu-west-1:123456789012:orders',
          batchSize: 5,
          functionResponseTypes: ['ReportBatchItemFailures'],
          filterCriteria: { filters: [{ pattern: '{"body":{"kind":["order"]}}' }] },
        },
        {
          eventSourceArn: 'arn:aws:kinesis:eu-west-1:123456789012:stream/clicks',
          startingPosition: 'LATEST',
          bisectBatchOnFunctionError: true,
        },
      ],
    });
    expect(await planOf({ files })).toMatchInlineSnapshot(`
      "hello: would
        create role hello-eu-west-1
          + Policy.LogGroup: {"Action":["logs:CreateLogGroup"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello"]}
          + Policy.Logs: {"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello:*"]}
          + Policy.ReadKinesis: {"Action":["kinesis:DescribeStream","kinesis:DescribeStreamSummary","kinesis:GetRecords","kinesis:GetShardIterator","kinesis:ListShards","kinesis:SubscribeToShard"],"Resource":["arn:aws:kinesis:eu-west-1:123456789012:stream/clicks"]}
          + Policy.ReadSqs: {"Action":["sqs:DeleteMessage","sqs:GetQueueAttributes","sqs:ReceiveMessage"],"Resource":["arn:aws:sqs:eu-west-1:123456789012:orders"]}
        create the function
          + Handler: index.handler
          + Runtime: nodejs24.x
          + Role: (new role hello-eu-west-1)
          + Code: (sha256)
        create event source arn:aws:sqs:eu-west-1:123456789012:orders
          + EventSourceArn: arn:aws:sqs:eu-west-1:123456789012:orders
          + BatchSize: 5
          + FilterCriteria: {"Filters":[{"Pattern":"{\\"body\\":{\\"kind\\":[\\"order\\"]}}"}]}
          + FunctionResponseTypes: ["ReportBatchItemFailures"]
        create event source arn:aws:kinesis:eu-west-1:123456789012:stream/clicks
          + EventSourceArn: arn:aws:kinesis:eu-west-1:123456789012:stream/clicks
          + StartingPosition: LATEST
          + BisectBatchOnFunctionError: true"
    `);
  });

  it('gives the role what the settings need', async () => {
    const files = project({
      deadLetterConfig: { targetArn: 'arn:aws:sns:eu-west-1:123456789012:dead' },
      tracingConfig: { mode: 'Active' },
      vpcConfig: { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] },
      kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1',
    });
    expect(await planOf({ files })).toMatchInlineSnapshot(`
      "hello: would
        create role hello-eu-west-1
          + Policy.Key: {"Action":["kms:Decrypt"],"Resource":["arn:aws:kms:eu-west-1:123456789012:key/1"]}
          + Policy.LogGroup: {"Action":["logs:CreateLogGroup"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello"]}
          + Policy.Logs: {"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello:*"]}
          + Policy.SendSns: {"Action":["sns:Publish"],"Resource":["arn:aws:sns:eu-west-1:123456789012:dead"]}
          + Policy.Tracing: {"Action":["xray:PutTelemetryRecords","xray:PutTraceSegments"],"Resource":["*"]}
          + Policy.Vpc: {"Action":["ec2:AssignPrivateIpAddresses","ec2:CreateNetworkInterface","ec2:DeleteNetworkInterface","ec2:DescribeNetworkInterfaces","ec2:DescribeSecurityGroups","ec2:DescribeSubnets","ec2:DescribeVpcs","ec2:UnassignPrivateIpAddresses"],"Resource":["*"]}
        create the function
          + Handler: index.handler
          + Runtime: nodejs24.x
          + Role: (new role hello-eu-west-1)
          + VpcConfig: {"SubnetIds":["subnet-1"],"SecurityGroupIds":["sg-1"]}
          + TracingConfig: {"Mode":"Active"}
          + KMSKeyArn: arn:aws:kms:eu-west-1:123456789012:key/1
          + DeadLetterConfig: {"TargetArn":"arn:aws:sns:eu-west-1:123456789012:dead"}
          + Code: (sha256)"
    `);
  });

  it('runs on a schedule', async () => {
    const files = project({
      schedules: [{ name: 'nightly', scheduleExpression: 'cron(0 3 * * ? *)', input: { full: true } }],
    });
    expect(await planOf({ files })).toMatchInlineSnapshot(`
      "hello: would
        create role hello-eu-west-1
          + Policy.LogGroup: {"Action":["logs:CreateLogGroup"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello"]}
          + Policy.Logs: {"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":["arn:aws:logs:eu-west-1:*:log-group:/aws/lambda/hello:*"]}
        create the function
          + Handler: index.handler
          + Runtime: nodejs24.x
          + Role: (new role hello-eu-west-1)
          + Code: (sha256)
        create schedule hello-nightly
          + ScheduleExpression: cron(0 3 * * ? *)
          + State: ENABLED
          + Input: {"full":true}"
    `);
  });

  it('may be an image', async () => {
    const image = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1';
    const files = {
      'lambdakit.json': JSON.stringify({
        functions: { hello: { code: image, role: ROLE, imageConfig: { command: ['app.handler'] } } },
      }),
    };
    expect(await planOf({ files })).toMatchInlineSnapshot(`
      "hello: would
        create the function
          + Role: arn:aws:iam::123456789012:role/app
          + ImageConfig: {"Command":["app.handler"]}
          + Code: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1"
    `);
  });
});

describe('the plan of a function that is there', () => {
  it('names each value before and after', async () => {
    const files = project({
      role: ROLE,
      timeout: 10,
      memorySize: 256,
      environment: { TABLE: 'new', KEPT: 'same' },
      tags: { team: 'b', cost: 'c' },
    });
    const variables = { TABLE: 'old', KEPT: 'same', GONE: 'x' };
    const deployed = deployedAs({ Environment: { Variables: variables } }, { team: 'a', 'aws:stack': 's', old: 'o' });
    expect(await planOf({ files, deployed })).toMatchInlineSnapshot(`
      "hello: would
        update settings
          ~ Timeout: 3 → 10
          ~ MemorySize: 128 → 256
          - Environment.Variables.GONE: (hidden 2d7116)
          ~ Environment.Variables.TABLE: (hidden cba06b) → (hidden 11507a)
        update code
          ~ CodeSha256: (sha256) → (sha256)
        set tags
          ~ team: a → b
          + cost: c
        remove tags
          - old: o"
    `);
    expect(await planOf({ files, deployed, request: { mergesEnvironment: true } })).toMatchInlineSnapshot(`
      "hello: would
        update settings
          ~ Timeout: 3 → 10
          ~ MemorySize: 128 → 256
          ~ Environment.Variables.TABLE: (hidden cba06b) → (hidden 11507a)
        update code
          ~ CodeSha256: (sha256) → (sha256)
        set tags
          ~ team: a → b
          + cost: c
        remove tags
          - old: o
        (environment variable GONE (hidden 2d7116) was set elsewhere and stays)"
    `);
    expect(await planOf({ files, deployed, request: { scope: 'code' } })).toMatchInlineSnapshot(`
      "hello: would
        update code
          ~ CodeSha256: (sha256) → (sha256)"
    `);
    expect(await planOf({ files, deployed, request: { scope: 'settings' } })).toMatchInlineSnapshot(`
      "hello: would
        update settings
          ~ Timeout: 3 → 10
          ~ MemorySize: 128 → 256
          - Environment.Variables.GONE: (hidden 2d7116)
          ~ Environment.Variables.TABLE: (hidden cba06b) → (hidden 11507a)
        set tags
          ~ team: a → b
          + cost: c
        remove tags
          - old: o"
    `);
  });

  it('is empty where nothing differs', async () => {
    const files = project({ role: ROLE, timeout: 3 });
    const request = { scope: 'settings' } as const;
    expect(await planOf({ files, deployed: deployedAs(), request })).toMatchInlineSnapshot(
      `"hello: unchanged (the settings are equal)"`,
    );
  });

  it('shifts the alias where the project asks for a canary', async () => {
    const files = project({ role: ROLE, alias: 'live', deployment: { type: 'canary', percentage: 10, wait: '5m' } });
    const deployed = { ...deployedAs(), getFunctionConfiguration: { Version: '7', CodeSha256: 'other' } };
    expect(await planOf({ files, deployed })).toMatchInlineSnapshot(`
      "hello: would
        update code
          ~ CodeSha256: (sha256) → (sha256)
        publish a version
        shift alias live: 10 %, then all after 5m
          ~ FunctionVersion: 7 → (the published version)"
    `);
  });

  it('leaves what the project does not name, unless it is told to prune', async () => {
    const files = project({ role: ROLE, permissions: [{ statementId: 'mine', principal: 's3.amazonaws.com' }] });
    const statement = (Sid: string) => ({
      Sid,
      Effect: 'Allow',
      Action: 'lambda:InvokeFunction',
      Principal: { Service: 's3.amazonaws.com' },
      Resource: ARN,
    });
    const deployed = {
      ...deployedAs(),
      getPolicy: { Policy: JSON.stringify({ Statement: [statement('mine'), statement('theirs')] }) },
    };
    const request = { scope: 'settings' } as const;
    expect(await planOf({ files, deployed, request })).toMatchInlineSnapshot(`
      "hello: unchanged (the settings are equal)
        (permission theirs was set elsewhere and stays (--prune removes it))"
    `);
    expect(await planOf({ files, deployed, request: { ...request, prunes: true } })).toMatchInlineSnapshot(`
      "hello: would
        remove permission theirs
          - Action: lambda:InvokeFunction
          - Principal: s3.amazonaws.com"
    `);
  });

  it('tries again what has failed', async () => {
    const files = project({ role: ROLE, timeout: 3 });
    const deployed = deployedAs({ LastUpdateStatus: 'Failed', LastUpdateStatusReason: 'no free addresses' });
    expect(await planOf({ files, deployed, request: { scope: 'settings' } })).toMatchInlineSnapshot(`
      "hello: would
        update settings
          ~ LastUpdateStatus: Failed (no free addresses) → Successful"
    `);
  });
});

describe('a project that is wrong', () => {
  it.each([
    ['an unknown key', 'lambdakit.json', '{\n  "functions": {\n    "hello": { "memorySise": 256 }\n  }\n}'],
    [
      'an unknown key of a stage',
      'lambdakit.yaml',
      'stages:\n  dev:\n    functions:\n      hello:\n        Timeout: 3\n',
    ],
    [
      'several mistakes',
      'lambdakit.yaml',
      'functions:\n  hello:\n    timeout: soon\n    memorySize: 64\n    architectures: [arm]\n',
    ],
    ['a comma too much', 'lambdakit.json', '{\n  "functions": {},\n}'],
    ['a key that is there twice', 'lambdakit.json', '{"functions":{"hello":{"timeout":1,"timeout":2}}}'],
    ['no YAML', 'lambdakit.yaml', 'functions:\n  hello: {timeout: 3\n'],
    [
      'an alias of YAML without its anchor',
      'lambdakit.yaml',
      'functions:\n  hello:\n    environment: {KEY: *secret}\n',
    ],
    ['a tag of YAML that nobody knows', 'lambdakit.yaml', 'functions:\n  hello:\n    environment: {KEY: !secret}\n'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of the project file
    ['a reference without a value', 'lambdakit.yaml', 'functions:\n  hello:\n    handler: ${env:HANDLER}\n'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of the project file
    ['an unknown kind of reference', 'lambdakit.yaml', 'functions:\n  hello:\n    handler: ${vault:HANDLER}\n'],
    ['a reference to nothing', 'lambdakit.yaml', 'functions:\n  hello:\n    handler: "${env:HANDLER"\n'],
    [
      'an env file that is not there',
      'lambdakit.json',
      JSON.stringify({ functions: { hello: { ...BASE, envFile: '.env' } } }),
    ],
    [
      'a layer that is none',
      'lambdakit.json',
      JSON.stringify({ functions: { hello: { ...BASE, layers: ['vendro'] } }, layers: { vendor: { content: 'v' } } }),
    ],
    [
      'ready environments without an alias',
      'lambdakit.json',
      JSON.stringify({ functions: { hello: { ...BASE, concurrency: { provisioned: 1 } } } }),
    ],
    ['no functions', 'lambdakit.json', '{}'],
  ])('%s', async (title, name, text) => {
    expect(`${title}\n${await planOf({ files: { [name]: text } })}`).toMatchSnapshot();
  });

  it('an unknown stage', async () => {
    const files = project({}, { stages: { prod: {}, test: {} } });
    expect(await planOf({ files, stage: 'pord' })).toMatchInlineSnapshot(`
      "config-invalid: the project has no stage "pord"
        Its stages are prod, test."
    `);
  });

  it('two project files', async () => {
    const files = { 'lambdakit.json': '{}', 'lambdakit.yaml': '{}' };
    expect(await planOf({ files })).toMatchInlineSnapshot(`
      "config-invalid: /project holds more than one project file: lambdakit.json, lambdakit.yaml
        Keep one of them, or name the right one with --config."
    `);
  });
});
