import type { ResolvedFunction } from '../../config/resolve-function.js';
import { apiMembers } from '../deploy/api-members.js';

/** Resources of their own that belong to a function: permissions, event source mappings, its log group. */
export function besideFunction(
  id: string,
  { config, functionName }: Pick<ResolvedFunction, 'config' | 'functionName'>,
): Readonly<Record<string, object>> {
  const { permissions = [], eventSources = [], loggingConfig, alias } = config;
  // SAM's name for the alias that it publishes.
  const FunctionName = { Ref: alias === undefined ? id : `${id}.Alias` };
  const days = loggingConfig?.logRetentionDays;
  return {
    ...Object.fromEntries(
      permissions.map(({ statementId, action = 'lambda:InvokeFunction', ...members }) => [
        `${id}Permission${statementId.replaceAll(/[^a-zA-Z0-9]/g, '')}`,
        {
          Type: 'AWS::Lambda::Permission',
          Properties: { FunctionName, Action: action, ...(apiMembers(members) as object) },
        },
      ]),
    ),
    ...Object.fromEntries(
      eventSources.map(({ selfManagedEventSource, startingPositionTimestamp, kmsKeyArn, tags, ...members }, index) => [
        `${id}EventSource${index + 1}`,
        {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: {
            FunctionName,
            ...(apiMembers(members) as object),
            ...(selfManagedEventSource !== undefined && {
              SelfManagedEventSource: {
                Endpoints: { KafkaBootstrapServers: bootstrapServers(selfManagedEventSource) },
              },
            }),
            ...(kmsKeyArn !== undefined && { KmsKeyArn: kmsKeyArn }),
            ...(tags !== undefined && { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
            // CloudFormation takes seconds since 1970 here.
            ...(startingPositionTimestamp !== undefined && {
              StartingPositionTimestamp: Date.parse(startingPositionTimestamp) / 1_000,
            }),
          },
        },
      ]),
    ),
    ...(days !== undefined && {
      [`${id}LogGroup`]: {
        Type: 'AWS::Logs::LogGroup',
        Properties: { LogGroupName: loggingConfig?.logGroup ?? `/aws/lambda/${functionName}`, RetentionInDays: days },
      },
    }),
  };
}

type EventSource = NonNullable<ResolvedFunction['config']['eventSources']>[number];

function bootstrapServers({ endpoints }: NonNullable<EventSource['selfManagedEventSource']>): readonly string[] {
  return endpoints.KAFKA_BOOTSTRAP_SERVERS;
}
