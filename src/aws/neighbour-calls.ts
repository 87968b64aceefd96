import type { CloudFormation, CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { CloudWatch, CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogs, CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { ECR, ECRClient } from '@aws-sdk/client-ecr';
import type { EventBridge, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { IAM, IAMClient } from '@aws-sdk/client-iam';
import type { S3, S3Client } from '@aws-sdk/client-s3';
import type { Schemas, SchemasClient } from '@aws-sdk/client-schemas';
import type { Signer, SignerClient } from '@aws-sdk/client-signer';
import type { SQS, SQSClient } from '@aws-sdk/client-sqs';
import type { SSM, SSMClient } from '@aws-sdk/client-ssm';
import type { STS, STSClient } from '@aws-sdk/client-sts';
import type { AwsConnection } from './connection.js';
import { type CallDoor, openCalls } from './open-calls.js';
import type { CallsOf } from './sdk-calls.js';

export type S3Calls = CallsOf<S3, S3Client>;
export type IamCalls = CallsOf<IAM, IAMClient>;
export type StsCalls = CallsOf<STS, STSClient>;
export type LogsCalls = CallsOf<CloudWatchLogs, CloudWatchLogsClient>;
export type CloudWatchCalls = CallsOf<CloudWatch, CloudWatchClient>;
export type EcrCalls = CallsOf<ECR, ECRClient>;
export type EventBridgeCalls = CallsOf<EventBridge, EventBridgeClient>;
export type SchemasCalls = CallsOf<Schemas, SchemasClient>;
export type SignerCalls = CallsOf<Signer, SignerClient>;
export type SqsCalls = CallsOf<SQS, SQSClient>;
export type SsmCalls = CallsOf<SSM, SSMClient>;
export type CloudFormationCalls = CallsOf<CloudFormation, CloudFormationClient>;

/** What a deployment works with beside the Lambda API. Each SDK is loaded with its first call. */
export interface NeighbourDoors {
  readonly s3: S3Calls;
  readonly iam: IamCalls;
  readonly sts: StsCalls;
  readonly logs: LogsCalls;
  readonly cloudWatch: CloudWatchCalls;
  readonly events: EventBridgeCalls;
  readonly schemas: SchemasCalls;
  readonly ecr: EcrCalls;
  readonly signer: SignerCalls;
  readonly sqs: SqsCalls;
  readonly ssm: SsmCalls;
  readonly cloudFormation: CloudFormationCalls;
  dispose(): void;
}

/** The services beside Lambda, as the SDK names them in its endpoint variables. */
export type NeighbourService =
  | 'S3'
  | 'IAM'
  | 'STS'
  | 'CLOUDWATCH_LOGS'
  | 'CLOUDWATCH'
  | 'EVENTBRIDGE'
  | 'SCHEMAS'
  | 'ECR'
  | 'SIGNER'
  | 'SQS'
  | 'SSM'
  | 'CLOUDFORMATION';

/** How each service is reached; by the SDK's words for its endpoint variable (`AWS_ENDPOINT_URL_S3`). */
export type ConnectionOf = (service: NeighbourService) => AwsConnection;

/** Opens the services that stand beside Lambda. */
export function openNeighbours(connectionOf: ConnectionOf): NeighbourDoors {
  const doors: CallDoor<object>[] = [];
  const keep = <Calls extends object>(door: CallDoor<Calls>): Calls => {
    doors.push(door);
    return door.calls;
  };
  const s3 = connectionOf('S3');
  return {
    s3: keep(
      openCalls<S3Calls>(s3, {
        name: 'S3',
        // Other S3 servers than Amazon's have no name for each bucket in DNS.
        load: async (settings) =>
          new (await import('@aws-sdk/client-s3')).S3({ ...settings, forcePathStyle: s3.endpointUrl !== undefined }),
      }),
    ),
    iam: keep(
      openCalls<IamCalls>(connectionOf('IAM'), {
        name: 'IAM',
        load: async (settings) => new (await import('@aws-sdk/client-iam')).IAM(settings),
      }),
    ),
    sts: keep(
      openCalls<StsCalls>(connectionOf('STS'), {
        name: 'STS',
        load: async (settings) => new (await import('@aws-sdk/client-sts')).STS(settings),
      }),
    ),
    logs: keep(
      openCalls<LogsCalls>(connectionOf('CLOUDWATCH_LOGS'), {
        name: 'Logs',
        load: async (settings) => new (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogs(settings),
      }),
    ),
    cloudWatch: keep(
      openCalls<CloudWatchCalls>(connectionOf('CLOUDWATCH'), {
        name: 'CloudWatch',
        load: async (settings) => new (await import('@aws-sdk/client-cloudwatch')).CloudWatch(settings),
      }),
    ),
    events: keep(
      openCalls<EventBridgeCalls>(connectionOf('EVENTBRIDGE'), {
        name: 'Events',
        load: async (settings) => new (await import('@aws-sdk/client-eventbridge')).EventBridge(settings),
      }),
    ),
    schemas: keep(
      openCalls<SchemasCalls>(connectionOf('SCHEMAS'), {
        name: 'Schemas',
        load: async (settings) => new (await import('@aws-sdk/client-schemas')).Schemas(settings),
      }),
    ),
    ecr: keep(
      openCalls<EcrCalls>(connectionOf('ECR'), {
        name: 'ECR',
        load: async (settings) => new (await import('@aws-sdk/client-ecr')).ECR(settings),
      }),
    ),
    signer: keep(
      openCalls<SignerCalls>(connectionOf('SIGNER'), {
        name: 'Signer',
        load: async (settings) => new (await import('@aws-sdk/client-signer')).Signer(settings),
      }),
    ),
    sqs: keep(
      openCalls<SqsCalls>(connectionOf('SQS'), {
        name: 'SQS',
        load: async (settings) => new (await import('@aws-sdk/client-sqs')).SQS(settings),
      }),
    ),
    ssm: keep(
      openCalls<SsmCalls>(connectionOf('SSM'), {
        name: 'SSM',
        load: async (settings) => new (await import('@aws-sdk/client-ssm')).SSM(settings),
      }),
    ),
    cloudFormation: keep(
      openCalls<CloudFormationCalls>(connectionOf('CLOUDFORMATION'), {
        name: 'CloudFormation',
        load: async (settings) => new (await import('@aws-sdk/client-cloudformation')).CloudFormation(settings),
      }),
    ),
    dispose: () => {
      for (const door of doors) door.dispose();
    },
  };
}
