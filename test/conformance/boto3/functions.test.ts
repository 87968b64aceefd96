import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECHO, nodePackage, ROLE, startTestService, type TestService } from '../../service/local-service-kit.js';
import { makeZip } from '../../service/zip-maker.js';
import { Boto3, boto3Missing, bytes } from './boto3-client.js';
import { fails, ok } from './expectations.js';

const missing = boto3Missing();
const ARN = 'arn:aws:lambda:eu-west-1:000000000000:function';

function creation(name: string, more: Record<string, unknown> = {}) {
  return {
    FunctionName: name,
    Role: ROLE,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: bytes(ECHO) },
    ...more,
  };
}

describe.skipIf(missing !== undefined)(`functions through boto3${missing === undefined ? '' : `: ${missing}`}`, () => {
  let service: TestService;
  let boto: Boto3;
  beforeAll(async () => {
    service = await startTestService();
    boto = new Boto3(service.endpoint);
    await ok(boto, 'create_function', creation('base', { Tags: { team: 'a' } }), 201);
  });
  afterAll(async () => {
    await boto?.dispose();
    await service?.dispose();
    expect(service?.bugs).toEqual([]);
  });

  it('creates a function with the defaults and member set of AWS', async () => {
    const created = await ok(boto, 'create_function', creation('created'), 201);
    expect(created).toEqual({
      FunctionName: 'created',
      FunctionArn: `${ARN}:created`,
      Runtime: 'nodejs24.x',
      Role: ROLE,
      Handler: 'index.handler',
      CodeSize: ECHO.length,
      Description: '',
      Timeout: 3,
      MemorySize: 128,
      LastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/),
      CodeSha256: createHash('sha256').update(ECHO).digest('base64'),
      Version: '$LATEST',
      TracingConfig: { Mode: 'PassThrough' },
      RevisionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      State: 'Pending',
      StateReason: 'The function is being created.',
      StateReasonCode: 'Creating',
      PackageType: 'Zip',
      Architectures: ['x86_64'],
      EphemeralStorage: { Size: 512 },
      SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
      RuntimeVersionConfig: {
        RuntimeVersionArn: expect.stringMatching(/^arn:aws:lambda:eu-west-1::runtime:[0-9a-f]{64}$/),
      },
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/created' },
    });
    const active = await ok(boto, 'get_function_configuration', { FunctionName: 'created' });
    expect(active).toMatchObject({ State: 'Active', LastUpdateStatus: 'Successful' });
    expect(active.RevisionId).not.toBe(created.RevisionId);
    expect(active.StateReason).toBeUndefined();
  });

  it('shows code, tags and reserved concurrency with GetFunction', async () => {
    const found = await ok(boto, 'get_function', { FunctionName: 'base' });
    expect(found.Tags).toEqual({ team: 'a' });
    expect(found.Code.RepositoryType).toBe('S3');
    expect(found.Concurrency).toBeUndefined();
    const download = await fetch(found.Code.Location);
    expect(Buffer.from(await download.arrayBuffer()).equals(ECHO)).toBe(true);
    const forged = await fetch(found.Code.Location.replace(/Signature=./, 'Signature=x'));
    expect(forged.status).toBe(403);
    await ok(boto, 'put_function_concurrency', { FunctionName: 'base', ReservedConcurrentExecutions: 7 });
    const again = await ok(boto, 'get_function', { FunctionName: 'base' });
    expect(again.Concurrency).toEqual({ ReservedConcurrentExecutions: 7 });
    await ok(boto, 'delete_function_concurrency', { FunctionName: 'base' }, 204);
  });

  it.each([
    ['$LATEST', `${ARN}:base:$LATEST`],
    [undefined, `${ARN}:base`],
  ])('qualifies the ARN only when asked (%s)', async (Qualifier, arn) => {
    const found = await ok(boto, 'get_function', { FunctionName: 'base', ...(Qualifier && { Qualifier }) });
    expect(found.Configuration.FunctionArn).toBe(arn);
  });

  it.each(['base', '000000000000:function:base', `${ARN}:base`, 'function:base', 'base:$LATEST'])(
    'finds a function by %s',
    async (FunctionName) => {
      const found = await ok(boto, 'get_function_configuration', { FunctionName });
      expect(found.FunctionName).toBe('base');
    },
  );

  it.each([
    [
      { FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:base' },
      404,
      'ResourceNotFoundException',
      "Functions from 'us-east-1' are not reachable in this region ('eu-west-1')",
    ],
    [{ FunctionName: 'arn:aws:lambda:eu-west-1:999999999999:function:base' }, 403, 'AccessDeniedException', null],
    [{ FunctionName: 'nothing' }, 404, 'ResourceNotFoundException', `Function not found: ${ARN}:nothing`],
    [{ FunctionName: 'base', Qualifier: '42' }, 404, 'ResourceNotFoundException', `Function not found: ${ARN}:base:42`],
    [
      { FunctionName: 'base', Qualifier: 'noalias' },
      404,
      'ResourceNotFoundException',
      `Function not found: ${ARN}:base:noalias`,
    ],
    [
      { FunctionName: 'base:1', Qualifier: '2' },
      400,
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    ],
    [
      { FunctionName: 'base', Qualifier: 'a?b' },
      400,
      'ValidationException',
      "1 validation error detected: Value 'a?b' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: \\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+",
    ],
  ] as const)('refuses GetFunction %j', async (params, status, code, message) => {
    await fails(boto, ['get_function', params], [status, code, message]);
  });

  it.each([
    ['a name in use', creation('base'), 409, 'ResourceConflictException', 'Function already exist: base'],
    [
      'a long name',
      creation('a'.repeat(65)),
      400,
      'InvalidParameterValueException',
      `1 validation error detected: Value '${'a'.repeat(65)}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    ],
    [
      'a name longer than an ARN may be',
      creation('a'.repeat(141)),
      400,
      'InvalidParameterValueException',
      `1 validation error detected: Value '${'a'.repeat(141)}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    ],
    [
      'a long ARN',
      creation(`${ARN}:${'a'.repeat(100)}`),
      400,
      'ValidationException',
      `1 validation error detected: Value '${ARN}:${'a'.repeat(100)}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 140`,
    ],
    [
      'a name with bad letters',
      creation('invalid:function:name'),
      400,
      'ValidationException',
      "1 validation error detected: Value 'invalid:function:name' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?",
    ],
    [
      'a bad role',
      creation('x', { Role: 'r1' }),
      400,
      'ValidationException',
      "1 validation error detected: Value 'r1' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+",
    ],
    [
      'two architectures',
      creation('x', { Architectures: ['x86_64', 'arm64'] }),
      400,
      'ValidationException',
      "1 validation error detected: Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1",
    ],
    [
      'an unknown architecture',
      creation('x', { Architectures: ['X86_64'] }),
      400,
      'ValidationException',
      "1 validation error detected: Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
    ],
    [
      'an unknown runtime',
      creation('x', { Runtime: 'PYTHON3.9' }),
      400,
      'InvalidParameterValueException',
      "Value PYTHON3.9 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25, python3.10, python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, java11, dotnet6, nodejs18.x, provided.al2, java8.al2] or be a valid ARN",
    ],
    [
      'a blocked runtime',
      creation('x', { Runtime: 'go1.x' }),
      400,
      'InvalidParameterValueException',
      'The runtime parameter of go1.x is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.',
    ],
    [
      'a blocked runtime, and more that is wrong',
      creation('base', {
        Runtime: 'go1.x',
        Layers: ['arn:aws:lambda:eu-west-1:000000000000:layer:no:1'],
        Code: { S3Bucket: 'nowhere', S3Key: 'k' },
      }),
      400,
      'InvalidParameterValueException',
      /^The runtime parameter of go1\.x is no longer supported/,
    ],
    [
      'a reserved variable, and a package that is none',
      creation('x', {
        Environment: { Variables: { AWS_REGION: 'x' } },
        Code: { ZipFile: bytes(Buffer.from('not a zip')) },
      }),
      400,
      'InvalidParameterValueException',
      /Reserved keys used in this request: AWS_REGION$/,
    ],
    ...['sqs:eu-west-1:000000000000:q.fifo', 'sns:eu-west-1:000000000000:t.fifo', 's3:::bucket', 'sqs:queue'].map(
      (name) =>
        [
          `a dead-letter target of ${name}`,
          creation('x', { DeadLetterConfig: { TargetArn: `arn:aws:${name}` } }),
          400,
          'InvalidParameterValueException',
          `The dead-letter target ARN arn:aws:${name} is invalid. A dead-letter target is a standard SQS queue or a standard SNS topic.`,
        ] as const,
    ),
    [
      'a dead-letter target that is no ARN',
      creation('x', { DeadLetterConfig: { TargetArn: 'queue' } }),
      400,
      'ValidationException',
      "1 validation error detected: Value 'queue' at 'deadLetterConfig.targetArn' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()",
    ],
    [
      'a long timeout',
      creation('x', { Timeout: 1200 }),
      400,
      'ValidationException',
      "1 validation error detected: Value '1200' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
    ],
    [
      'a timeout of zero',
      creation('x', { Timeout: 0 }),
      400,
      'ValidationException',
      "1 validation error detected: Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      'no zip',
      creation('x', { Code: { ZipFile: bytes(Buffer.from('not a zip')) } }),
      400,
      'InvalidParameterValueException',
      'Could not unzip uploaded file. Please check your file, then try to upload again.',
    ],
    [
      'a missing bucket',
      creation('x', { Code: { S3Bucket: 'nowhere', S3Key: 'k' } }),
      400,
      'InvalidParameterValueException',
      'Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist',
    ],
    [
      'a reserved variable',
      creation('x', { Environment: { Variables: { AWS_REGION: 'x', AWS_ACCESS_KEY_ID: 'y' } } }),
      400,
      'InvalidParameterValueException',
      'Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_ACCESS_KEY_ID, AWS_REGION',
    ],
    [
      'too many variables',
      creation('x', { Environment: { Variables: { SMALL: 'ok', LARGE: 'x'.repeat(4096) } } }),
      400,
      'InvalidParameterValueException',
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {"SMALL":"ok","LARGE":"${'x'.repeat(4096)}"}`,
    ],
    [
      'SnapStart where there is none',
      creation('x', { SnapStart: { ApplyOn: 'PublishedVersions' } }),
      400,
      'InvalidParameterValueException',
      'nodejs24.x is not supported for SnapStart enabled functions.',
    ],
    [
      'an unknown SnapStart option',
      creation('x', { SnapStart: { ApplyOn: 'invalidOption' } }),
      400,
      'ValidationException',
      "1 validation error detected: Value 'invalidOption' at 'snapStart.applyOn' failed to satisfy constraint: Member must satisfy enum value set: [PublishedVersions, None]",
    ],
    [
      'log levels with text',
      creation('x', { LoggingConfig: { LogFormat: 'Text', SystemLogLevel: 'INFO' } }),
      400,
      'InvalidParameterValueException',
      'LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your request or change the LogFormat to "JSON" and try again.',
    ],
    [
      'a bad subnet id',
      creation('x', { VpcConfig: { SubnetIds: ['bad'], SecurityGroupIds: [] } }),
      400,
      'ValidationException',
      "1 validation error detected: Value '[bad]' at 'vpcConfig.subnetIds' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: subnet-[0-9a-z]*]",
    ],
    [
      'an unknown code signing config',
      creation('x', {
        CodeSigningConfigArn: 'arn:aws:lambda:eu-west-1:000000000000:code-signing-config:csc-0123456789abcdef0',
      }),
      404,
      'CodeSigningConfigNotFoundException',
      'The code signing configuration cannot be found. Check that the provided configuration is not deleted: arn:aws:lambda:eu-west-1:000000000000:code-signing-config:csc-0123456789abcdef0.',
    ],
    [
      'a layer that does not exist',
      creation('x', { Layers: ['arn:aws:lambda:eu-west-1:000000000000:layer:no:1'] }),
      400,
      'InvalidParameterValueException',
      'Layer version arn:aws:lambda:eu-west-1:000000000000:layer:no:1 does not exist.',
    ],
    [
      'no role and a bad memory size at once',
      { ...creation('x', { MemorySize: 1 }), Role: undefined },
      400,
      'ValidationException',
      "2 validation errors detected: Value null at 'role' failed to satisfy constraint: Member must not be null; Value '1' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128",
    ],
  ] as const)('refuses CreateFunction with %s', async (_, params, status, code, message) => {
    await fails(boto, ['create_function', params], [status, code, message]);
  });

  it('refuses a package that inflates beyond 250 MB, and one of more than 50 MB', async () => {
    // Random bytes keep each member under the ratio of a bomb.
    const content = Buffer.concat([randomBytes(100_000), Buffer.alloc(52_900_000)]);
    const zip = makeZip([0, 1, 2, 3, 4].map((n) => ({ name: `f${n}`, content })));
    await fails(
      boto,
      ['create_function', creation('x', { Code: { ZipFile: bytes(zip) } })],
      [400, 'InvalidParameterValueException', 'Unzipped size must be smaller than 262144000 bytes'],
    );
    const large = Buffer.alloc(52_428_801);
    await fails(
      boto,
      ['create_function', creation('x', { Code: { ZipFile: bytes(large) } })],
      [413, 'RequestEntityTooLargeException', 'Zipped size must be smaller than 52428800 bytes'],
    );
  });

  it('shows exactly the optional members that were given', async () => {
    const created = await ok(
      boto,
      'create_function',
      creation('full', {
        Environment: { Variables: {} },
        DeadLetterConfig: { TargetArn: 'arn:aws:sqs:eu-west-1:000000000000:dlq' },
        KMSKeyArn: 'arn:aws:kms:eu-west-1:000000000000:key/1',
        VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON', LogGroup: 'custom' },
        EphemeralStorage: { Size: 1024 },
      }),
      201,
    );
    expect(created).toMatchObject({
      Environment: { Variables: {} },
      DeadLetterConfig: { TargetArn: 'arn:aws:sqs:eu-west-1:000000000000:dlq' },
      KMSKeyArn: 'arn:aws:kms:eu-west-1:000000000000:key/1',
      VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'], Ipv6AllowedForDualStack: false },
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'INFO', LogGroup: 'custom' },
      EphemeralStorage: { Size: 1024 },
    });
    const updated = await ok(boto, 'update_function_configuration', {
      FunctionName: 'full',
      DeadLetterConfig: { TargetArn: '' },
      VpcConfig: { SubnetIds: [], SecurityGroupIds: [] },
      LoggingConfig: { LogFormat: 'Text' },
    });
    expect(updated.DeadLetterConfig).toBeUndefined();
    expect(updated.VpcConfig).toEqual({
      SubnetIds: [],
      SecurityGroupIds: [],
      VpcId: '',
      Ipv6AllowedForDualStack: false,
    });
    expect(updated.LoggingConfig).toEqual({ LogFormat: 'Text', LogGroup: 'custom' });
    expect(updated.KMSKeyArn).toBe('arn:aws:kms:eu-west-1:000000000000:key/1');
  });

  it('updates code and configuration with the states and revisions of AWS', async () => {
    await ok(boto, 'create_function', creation('update'), 201);
    const before = await ok(boto, 'get_function_configuration', { FunctionName: 'update' });
    const changed = await ok(boto, 'update_function_configuration', {
      FunctionName: 'update',
      Timeout: 9,
      Description: 'd',
      RevisionId: before.RevisionId,
    });
    expect(changed).toMatchObject({
      State: 'Active',
      LastUpdateStatus: 'InProgress',
      LastUpdateStatusReason: 'The function is being created.',
      LastUpdateStatusReasonCode: 'Creating',
      Timeout: 9,
      Description: 'd',
      Handler: 'index.handler',
    });
    const done = await ok(boto, 'get_function_configuration', { FunctionName: 'update' });
    expect(new Set([before.RevisionId, changed.RevisionId, done.RevisionId]).size).toBe(3);
    await fails(
      boto,
      ['update_function_configuration', { FunctionName: 'update', RevisionId: before.RevisionId }],
      [
        412,
        'PreconditionFailedException',
        'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
      ],
    );
    const zip = nodePackage('export const handler = () => 2;');
    const dry = await ok(boto, 'update_function_code', { FunctionName: 'update', ZipFile: bytes(zip), DryRun: true });
    expect(dry.CodeSha256).toBe(createHash('sha256').update(zip).digest('base64'));
    const still = await ok(boto, 'get_function_configuration', { FunctionName: 'update' });
    expect(still).toMatchObject({ RevisionId: done.RevisionId, CodeSha256: done.CodeSha256 });
    const code = await ok(boto, 'update_function_code', {
      FunctionName: 'update',
      ZipFile: bytes(zip),
      Architectures: ['arm64'],
    });
    expect(code).toMatchObject({
      LastUpdateStatus: 'InProgress',
      Architectures: ['arm64'],
      CodeSha256: dry.CodeSha256,
    });
    const published = await ok(boto, 'update_function_code', {
      FunctionName: 'update',
      ZipFile: bytes(ECHO),
      Publish: true,
    });
    expect(published).toMatchObject({ Version: '1', State: 'Pending', FunctionArn: `${ARN}:update:1` });
    expect(published.LastUpdateStatus).toBeUndefined();
    await fails(
      boto,
      [
        'update_function_code',
        { FunctionName: 'update', ImageUri: '000000000000.dkr.ecr.eu-west-1.amazonaws.com/x:1' },
      ],
      [
        400,
        'InvalidParameterValueException',
        "Please don't provide ImageUri when updating a function with packageType Zip.",
      ],
    );
    await fails(
      boto,
      ['update_function_code', { FunctionName: 'none', ZipFile: bytes(zip) }],
      [404, 'ResourceNotFoundException', `Function not found: ${ARN}:none`],
    );
  });

  it('creates and publishes at once with an unqualified ARN', async () => {
    const created = await ok(boto, 'create_function', creation('publish', { Publish: true }), 201);
    expect(created).toMatchObject({ Version: '1', FunctionArn: `${ARN}:publish`, State: 'Pending' });
    const found = await ok(boto, 'get_function_configuration', { FunctionName: 'publish', Qualifier: '1' });
    expect(found).toMatchObject({ Version: '1', FunctionArn: `${ARN}:publish:1`, State: 'Active' });
  });

  it('lists functions by pages, without their states', async () => {
    const seen: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await ok(boto, 'list_functions', { MaxItems: 2, ...(Marker && { Marker }) });
      expect(page.Functions.length).toBeLessThanOrEqual(2);
      for (const item of page.Functions) {
        expect(item).not.toHaveProperty('State');
        expect(item).not.toHaveProperty('RuntimeVersionConfig');
        seen.push(item.FunctionName);
      }
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    expect(seen).toContain('base');
    expect(new Set(seen).size).toBe(seen.length);
    await fails(
      boto,
      ['list_functions', { FunctionVersion: 'invalid' }],
      [
        400,
        'ValidationException',
        "1 validation error detected: Value 'invalid' at 'functionVersion' failed to satisfy constraint: Member must satisfy enum value set: [ALL]",
      ],
    );
    await fails(
      boto,
      ['list_functions', { MaxItems: 0 }],
      [
        400,
        'ValidationException',
        "1 validation error detected: Value '0' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1",
      ],
    );
    await fails(
      boto,
      ['list_functions', { Marker: 'nonsense' }],
      [400, 'InvalidParameterValueException', 'Invalid marker'],
    );
  });

  it('deletes functions and versions', async () => {
    await ok(boto, 'create_function', creation('gone', { Publish: true }), 201);
    await fails(
      boto,
      ['delete_function', { FunctionName: 'gone', Qualifier: '$LATEST' }],
      [400, 'InvalidParameterValueException', '$LATEST version cannot be deleted without deleting the function.'],
    );
    await ok(boto, 'create_alias', { FunctionName: 'gone', Name: 'live', FunctionVersion: '1' }, 201);
    await fails(
      boto,
      ['delete_function', { FunctionName: 'gone', Qualifier: '1' }],
      [409, 'ResourceConflictException', /aliases point to it/],
    );
    await ok(boto, 'delete_alias', { FunctionName: 'gone', Name: 'live' }, 204);
    await ok(boto, 'delete_function', { FunctionName: 'gone', Qualifier: '1' }, 204);
    await ok(boto, 'delete_function', { FunctionName: 'gone', Qualifier: '1' }, 204);
    await ok(boto, 'delete_function', { FunctionName: 'gone' }, 204);
    await fails(
      boto,
      ['delete_function', { FunctionName: 'gone' }],
      [404, 'ResourceNotFoundException', `Function not found: ${ARN}:gone`],
    );
  });

  it('satisfies the waiters', async () => {
    await ok(boto, 'create_function', creation('waited'), 201);
    await boto.wait('function_active_v2', { FunctionName: 'waited' });
    await ok(boto, 'update_function_configuration', { FunctionName: 'waited', Timeout: 4 });
    await boto.wait('function_updated_v2', { FunctionName: 'waited' });
  });
});
