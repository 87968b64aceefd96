import { type Input, provoke } from './provocation.js';

const FunctionName = 'fn';
const STATEMENT = { StatementId: 's', Action: 'lambda:InvokeFunction', Principal: '*' };
const LAYER_STATEMENT = { StatementId: 's', Action: 'lambda:GetLayerVersion', Principal: '*' };
const LAYER = { LayerName: 'layer', VersionNumber: 1 };
const RevisionId = '00000000-0000-0000-0000-000000000000';
const ROLE = 'arn:aws:iam::000000000000:role/r';
const KINESIS = { EventSourceArn: 'arn:aws:kinesis:eu-west-1:000000000000:stream/s', StartingPosition: 'LATEST' };

const TWICE: Readonly<Record<string, Input>> = {
  AddLayerVersionPermission: { ...LAYER, ...LAYER_STATEMENT },
  AddPermission: { FunctionName, ...STATEMENT },
  CreateAlias: { FunctionName, Name: 'live', FunctionVersion: '1' },
  CreateEventSourceMapping: { FunctionName, ...KINESIS },
  CreateFunction: {
    ...{ FunctionName, Role: ROLE, Runtime: 'nodejs24.x', Handler: 'a.b' },
    Code: { S3Bucket: 'bucket', S3Key: 'key' },
  },
  CreateFunctionUrlConfig: { FunctionName, AuthType: 'NONE' },
  DeleteCodeSigningConfig: ({ codeSigningConfigArn }) => ({ CodeSigningConfigArn: codeSigningConfigArn }),
  DeleteFunction: { FunctionName, Qualifier: '1' },
  PutProvisionedConcurrencyConfig: {
    FunctionName: 'provisioned',
    Qualifier: 'live',
    ProvisionedConcurrentExecutions: 1,
  },
};

const TOO_EARLY: Readonly<Record<string, Input>> = {
  Invoke: { FunctionName: 'new' },
  InvokeAsync: { FunctionName: 'new', InvokeArgs: '{}' },
  InvokeWithResponseStream: { FunctionName: 'new' },
  PublishVersion: { FunctionName: 'new' },
  UpdateFunctionCode: { FunctionName: 'new', S3Bucket: 'bucket', S3Key: 'key' },
  UpdateFunctionConfiguration: { FunctionName: 'new' },
};

const STALE: Readonly<Record<string, Input>> = {
  AddLayerVersionPermission: { ...LAYER, ...LAYER_STATEMENT, StatementId: 'x', RevisionId },
  AddPermission: { FunctionName, ...STATEMENT, StatementId: 'x', RevisionId },
  PublishVersion: { FunctionName, RevisionId },
  RemoveLayerVersionPermission: { ...LAYER, StatementId: 's', RevisionId },
  RemovePermission: { FunctionName, StatementId: 's', RevisionId },
  UpdateAlias: { FunctionName, Name: 'live', RevisionId },
  UpdateFunctionCode: { FunctionName, S3Bucket: 'bucket', S3Key: 'key', RevisionId },
  UpdateFunctionConfiguration: { FunctionName, RevisionId },
};

/** What is there already, is being made, or has changed since. */
export const CONFLICTS = [
  ...provoke('ResourceConflictException', TWICE),
  ...provoke('ResourceConflictException', TOO_EARLY, { account: 'slow' }),
  ...provoke('PreconditionFailedException', STALE),
  ...provoke(
    'ResourceInUseException',
    {
      DeleteEventSourceMapping: ({ mappingId }) => ({ UUID: mappingId }),
      UpdateEventSourceMapping: ({ mappingId }) => ({ UUID: mappingId, BatchSize: 5 }),
    },
    { account: 'slow' },
  ),
  ...provoke(
    'SnapStartNotReadyException',
    {
      Invoke: { FunctionName: 'snapshot', Qualifier: '1' },
      InvokeAsync: { FunctionName: 'snapshot:1', InvokeArgs: '{}' },
      InvokeWithResponseStream: { FunctionName: 'snapshot', Qualifier: '1' },
    },
    { account: 'slow' },
  ),
];
