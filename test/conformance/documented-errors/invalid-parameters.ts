import { type Input, provoke } from './provocation.js';

const FunctionName = 'fn';
/** Two qualifiers that contradict each other. */
const TWO_QUALIFIERS = { FunctionName: 'fn:live', Qualifier: 'other' };
const LATEST = { FunctionName, Qualifier: '$LATEST' };
const Marker = 'nonsense';
const LAYER_VERSION_0 = { LayerName: 'layer', VersionNumber: 0 };
const ALIAS_ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:fn:live';
const TWO_WEIGHTS = { RoutingConfig: { AdditionalVersionWeights: { 1: 0.1, 2: 0.1 } } };
const CREATION = { Role: 'arn:aws:iam::000000000000:role/r', Code: { S3Bucket: 'bucket', S3Key: 'key' } };

const INVALID: Readonly<Record<string, Input>> = {
  AddLayerVersionPermission: {
    ...LAYER_VERSION_0,
    StatementId: 's',
    Action: 'lambda:GetLayerVersion',
    Principal: '*',
  },
  AddPermission: { FunctionName, StatementId: 'x', Action: 'lambda:InvokeFunction', Principal: 'nobody' },
  CreateAlias: { FunctionName, Name: 'a', FunctionVersion: '1', ...TWO_WEIGHTS },
  CreateCodeSigningConfig: {
    AllowedPublishers: { SigningProfileVersionArns: ['arn:aws:signer:eu-west-1:000000000000:/signing-profiles/p/1'] },
    Tags: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, 'v'])),
  },
  CreateEventSourceMapping: { FunctionName },
  CreateFunction: { ...CREATION, FunctionName: 'incomplete' },
  CreateFunctionUrlConfig: { ...TWO_QUALIFIERS, AuthType: 'NONE' },
  DeleteFunction: LATEST,
  DeleteFunctionConcurrency: { FunctionName: 'fn:live' },
  DeleteFunctionEventInvokeConfig: TWO_QUALIFIERS,
  DeleteFunctionUrlConfig: TWO_QUALIFIERS,
  DeleteLayerVersion: LAYER_VERSION_0,
  DeleteProvisionedConcurrencyConfig: LATEST,
  GetFunction: TWO_QUALIFIERS,
  GetFunctionConcurrency: { FunctionName: 'fn:live' },
  GetFunctionConfiguration: TWO_QUALIFIERS,
  GetFunctionEventInvokeConfig: TWO_QUALIFIERS,
  GetFunctionUrlConfig: TWO_QUALIFIERS,
  GetLayerVersion: LAYER_VERSION_0,
  GetLayerVersionPolicy: LAYER_VERSION_0,
  GetPolicy: TWO_QUALIFIERS,
  GetProvisionedConcurrencyConfig: LATEST,
  GetRuntimeManagementConfig: TWO_QUALIFIERS,
  Invoke: TWO_QUALIFIERS,
  InvokeWithResponseStream: TWO_QUALIFIERS,
  ListAliases: { FunctionName, Marker },
  ListCodeSigningConfigs: { Marker },
  ListEventSourceMappings: { Marker },
  ListFunctionEventInvokeConfigs: { FunctionName, Marker },
  ListFunctionUrlConfigs: { FunctionName, Marker },
  ListFunctions: { Marker },
  ListFunctionsByCodeSigningConfig: ({ codeSigningConfigArn }) => ({
    CodeSigningConfigArn: codeSigningConfigArn,
    Marker,
  }),
  ListLayerVersions: { LayerName: 'layer', Marker },
  ListLayers: { Marker },
  ListProvisionedConcurrencyConfigs: { FunctionName, Marker },
  ListTags: { Resource: ALIAS_ARN },
  ListVersionsByFunction: { FunctionName, Marker },
  PublishLayerVersion: { LayerName: 'layer', Content: {} },
  PublishVersion: { FunctionName, CodeSha256: 'wrong' },
  PutFunctionConcurrency: { FunctionName, ReservedConcurrentExecutions: 901 },
  PutFunctionEventInvokeConfig: { FunctionName },
  PutFunctionScalingConfig: {
    FunctionName,
    Qualifier: '1',
    FunctionScalingConfig: { MinExecutionEnvironments: 2, MaxExecutionEnvironments: 1 },
  },
  PutProvisionedConcurrencyConfig: { ...LATEST, ProvisionedConcurrentExecutions: 1 },
  PutRuntimeManagementConfig: { FunctionName, UpdateRuntimeOn: 'Manual' },
  RemoveLayerVersionPermission: { ...LAYER_VERSION_0, StatementId: 's' },
  RemovePermission: { ...TWO_QUALIFIERS, StatementId: 's' },
  TagResource: { Resource: ALIAS_ARN, Tags: { a: 'b' } },
  UntagResource: { Resource: ALIAS_ARN, TagKeys: ['a'] },
  UpdateAlias: { FunctionName, Name: 'live', ...TWO_WEIGHTS },
  UpdateEventSourceMapping: ({ mappingId }) => ({ UUID: mappingId, ScalingConfig: { MaximumConcurrency: 2 } }),
  UpdateFunctionCode: { FunctionName, ImageUri: '000000000000.dkr.ecr.eu-west-1.amazonaws.com/x:1' },
  UpdateFunctionConfiguration: { FunctionName, Runtime: 'go1.x' },
  UpdateFunctionEventInvokeConfig: { FunctionName },
  UpdateFunctionUrlConfig: TWO_QUALIFIERS,
};

const BAD_NAME = { FunctionName: 'a b' };
const BAD_CONFIG = { CodeSigningConfigArn: 'arn:aws:lambda:nowhere' };

/** Operations without a rule beyond the form of their input, which the front door checks. */
const MALFORMED: Readonly<Record<string, Input>> = {
  DeleteAlias: { ...BAD_NAME, Name: 'live' },
  DeleteCodeSigningConfig: BAD_CONFIG,
  DeleteEventSourceMapping: { UUID: 'short' },
  DeleteFunctionCodeSigningConfig: BAD_NAME,
  GetAlias: { FunctionName, Name: '1' },
  GetCodeSigningConfig: BAD_CONFIG,
  GetEventSourceMapping: { UUID: 'short' },
  GetFunctionCodeSigningConfig: BAD_NAME,
  GetFunctionRecursionConfig: BAD_NAME,
  GetFunctionScalingConfig: { ...BAD_NAME, Qualifier: '1' },
  GetLayerVersionByArn: { Arn: 'arn:aws:lambda:nowhere' },
  PutFunctionCodeSigningConfig: { FunctionName, ...BAD_CONFIG },
  PutFunctionRecursionConfig: { FunctionName, RecursiveLoop: 'Maybe' },
  UpdateCodeSigningConfig: BAD_CONFIG,
};

/** Input that is refused. */
export const INVALID_PARAMETERS = [
  ...provoke('InvalidParameterValueException', INVALID),
  ...provoke('InvalidParameterValueException', MALFORMED, { answer: 'ValidationException' }),
];
