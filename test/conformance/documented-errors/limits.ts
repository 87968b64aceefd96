import { advanceLineage } from '../../../src/local/core/trace-header.js';
import { provoke } from './provocation.js';

const FunctionName = 'fn';
const Payload = `"${'x'.repeat(6_291_456)}"`;
const ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:fn';
/** The header of a chain in which the function has run 20 times. */
const LONG_CHAIN = Array.from({ length: 20 }).reduce<string>(
  (header) => advanceLineage(header, ARN).traceHeader,
  'Root=1-00000000-000000000000000000000000',
);
const ROLE = 'arn:aws:iam::000000000000:role/r';
const PACKAGE = { S3Bucket: 'bucket', S3Key: 'key' };

/** More than a quota allows, or than makes sense. */
export const LIMITS_REACHED = [
  ...provoke(
    'CodeStorageExceededException',
    {
      CreateFunction: { FunctionName: 'new', Role: ROLE, Runtime: 'nodejs24.x', Handler: 'a.b', Code: PACKAGE },
      PublishLayerVersion: { LayerName: 'new', Content: PACKAGE },
      PublishVersion: { FunctionName },
      UpdateFunctionCode: { FunctionName, S3Bucket: 'bucket', S3Key: 'larger' },
    },
    { account: 'full' },
  ),
  ...provoke(
    'PolicyLengthExceededException',
    {
      AddLayerVersionPermission: (_, attempt) => ({
        ...{ LayerName: 'layer', VersionNumber: 1, Action: 'lambda:GetLayerVersion', Principal: '*' },
        StatementId: `${'s'.repeat(90)}${attempt}`,
      }),
      AddPermission: (_, attempt) => ({
        ...{ FunctionName: 'provisioned', Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com' },
        SourceArn: `arn:aws:s3:::${'b'.repeat(300)}`,
        StatementId: `s${attempt}`,
      }),
    },
    { tries: 200 },
  ),
  ...provoke('TooManyRequestsException', {
    Invoke: { FunctionName: 'stopped' },
    InvokeWithResponseStream: { FunctionName: 'stopped' },
  }),
  ...provoke(
    'RequestTooLargeException',
    { Invoke: { FunctionName, Payload }, InvokeWithResponseStream: { FunctionName, Payload } },
    { answer: 'RequestEntityTooLargeException' },
  ),
  ...provoke('InvalidRequestContentException', {
    Invoke: { FunctionName, Payload: '{' },
    InvokeAsync: { FunctionName, InvokeArgs: '{' },
    InvokeWithResponseStream: { FunctionName, Payload: '{' },
  }),
  ...provoke(
    'RecursiveInvocationException',
    { Invoke: { FunctionName }, InvokeWithResponseStream: { FunctionName } },
    { headers: { 'X-Amzn-Trace-Id': LONG_CHAIN } },
  ),
  ...provoke('SnapStartException', {
    Invoke: { FunctionName: 'unrestorable', Qualifier: '1' },
    InvokeWithResponseStream: { FunctionName: 'unrestorable', Qualifier: '1' },
  }),
];
