import { type Input, provoke } from './provocation.js';

const FunctionName = 'none';
const ARN = 'arn:aws:lambda:eu-west-1:000000000000';
const ELSEWHERE = { FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:fn' };
const CodeSigningConfigArn = `${ARN}:code-signing-config:csc-0123456789abcdef0`;
const UUID = '00000000-0000-0000-0000-000000000000';
const LAYER = { LayerName: 'none', VersionNumber: 1 };
const CREATION = { Role: 'arn:aws:iam::000000000000:role/r', Runtime: 'nodejs24.x', Handler: 'a.b' };

const MISSING: Readonly<Record<string, Input>> = {
  AddLayerVersionPermission: { ...LAYER, StatementId: 's', Action: 'lambda:GetLayerVersion', Principal: '*' },
  AddPermission: { FunctionName, StatementId: 's', Action: 'lambda:InvokeFunction', Principal: '*' },
  CreateAlias: { FunctionName, Name: 'a', FunctionVersion: '1' },
  CreateFunction: { ...CREATION, ...ELSEWHERE, Code: { S3Bucket: 'bucket', S3Key: 'key' } },
  CreateFunctionUrlConfig: { FunctionName, AuthType: 'NONE' },
  DeleteAlias: { FunctionName, Name: 'a' },
  DeleteCodeSigningConfig: { CodeSigningConfigArn },
  DeleteEventSourceMapping: { UUID },
  DeleteFunction: { FunctionName },
  DeleteFunctionCodeSigningConfig: { FunctionName },
  DeleteFunctionConcurrency: { FunctionName },
  DeleteFunctionEventInvokeConfig: { FunctionName },
  DeleteFunctionUrlConfig: { FunctionName },
  DeleteProvisionedConcurrencyConfig: { FunctionName, Qualifier: '1' },
  GetAlias: { FunctionName, Name: 'a' },
  GetCodeSigningConfig: { CodeSigningConfigArn },
  GetEventSourceMapping: { UUID },
  GetFunction: { FunctionName },
  GetFunctionCodeSigningConfig: { FunctionName },
  GetFunctionConcurrency: { FunctionName },
  GetFunctionConfiguration: { FunctionName },
  GetFunctionEventInvokeConfig: { FunctionName },
  GetFunctionRecursionConfig: { FunctionName },
  GetFunctionScalingConfig: { FunctionName, Qualifier: '1' },
  GetFunctionUrlConfig: { FunctionName },
  GetLayerVersion: LAYER,
  GetLayerVersionByArn: { Arn: `${ARN}:layer:none:1` },
  GetLayerVersionPolicy: LAYER,
  GetPolicy: { FunctionName },
  GetProvisionedConcurrencyConfig: { FunctionName, Qualifier: '1' },
  GetRuntimeManagementConfig: { FunctionName },
  Invoke: { FunctionName },
  InvokeAsync: { FunctionName, InvokeArgs: '{}' },
  InvokeWithResponseStream: { FunctionName },
  ListAliases: { FunctionName },
  ListEventSourceMappings: ELSEWHERE,
  ListFunctionEventInvokeConfigs: { FunctionName },
  ListFunctionUrlConfigs: { FunctionName },
  ListFunctionsByCodeSigningConfig: { CodeSigningConfigArn },
  ListProvisionedConcurrencyConfigs: { FunctionName },
  ListTags: { Resource: `${ARN}:function:none` },
  ListVersionsByFunction: { FunctionName },
  PublishLayerVersion: {
    LayerName: 'arn:aws:lambda:us-east-1:000000000000:layer:none',
    Content: { S3Bucket: 'bucket', S3Key: 'key' },
  },
  PublishVersion: { FunctionName },
  PutFunctionCodeSigningConfig: ({ codeSigningConfigArn }) => ({
    FunctionName,
    CodeSigningConfigArn: codeSigningConfigArn,
  }),
  PutFunctionConcurrency: { FunctionName, ReservedConcurrentExecutions: 1 },
  PutFunctionEventInvokeConfig: { FunctionName, MaximumRetryAttempts: 1 },
  PutFunctionRecursionConfig: { FunctionName, RecursiveLoop: 'Allow' },
  PutFunctionScalingConfig: { FunctionName, Qualifier: '1', FunctionScalingConfig: {} },
  PutProvisionedConcurrencyConfig: { FunctionName, Qualifier: '1', ProvisionedConcurrentExecutions: 1 },
  PutRuntimeManagementConfig: { FunctionName, UpdateRuntimeOn: 'Auto' },
  RemoveLayerVersionPermission: { ...LAYER, StatementId: 's' },
  RemovePermission: { FunctionName, StatementId: 's' },
  TagResource: { Resource: `${ARN}:function:none`, Tags: { a: 'b' } },
  UntagResource: { Resource: `${ARN}:function:none`, TagKeys: ['a'] },
  UpdateAlias: { FunctionName, Name: 'a' },
  UpdateCodeSigningConfig: { CodeSigningConfigArn },
  UpdateEventSourceMapping: { UUID },
  UpdateFunctionCode: { FunctionName, S3Bucket: 'bucket', S3Key: 'key' },
  UpdateFunctionConfiguration: { FunctionName },
  UpdateFunctionEventInvokeConfig: { FunctionName, MaximumRetryAttempts: 1 },
  UpdateFunctionUrlConfig: { FunctionName },
};

/** Everything that can be missing, missing. */
export const MISSING_RESOURCES = [
  ...provoke('ResourceNotFoundException', MISSING),
  ...provoke(
    'ResourceNotFoundException',
    {
      CreateEventSourceMapping: {
        FunctionName,
        EventSourceArn: 'arn:aws:kinesis:eu-west-1:000000000000:stream/s',
        StartingPosition: 'LATEST',
      },
    },
    { answer: 'InvalidParameterValueException' },
  ),
  ...provoke('CodeSigningConfigNotFoundException', {
    CreateFunction: { ...CREATION, FunctionName, Code: { S3Bucket: 'bucket', S3Key: 'key' }, CodeSigningConfigArn },
    PutFunctionCodeSigningConfig: { FunctionName: 'fn', CodeSigningConfigArn },
  }),
  ...provoke('ProvisionedConcurrencyConfigNotFoundException', {
    GetProvisionedConcurrencyConfig: { FunctionName: 'fn', Qualifier: 'live' },
  }),
];
