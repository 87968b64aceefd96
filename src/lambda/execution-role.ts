/** One statement of an IAM policy. */
export interface RoleStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** What a function uses, as far as it needs permissions for it. */
export interface RoleNeeds {
  readonly region: string;
  readonly partition: string;
  readonly logGroup: string;
  readonly hasVpc: boolean;
  readonly hasTracing: boolean;
  readonly deadLetterTargetArn?: string | undefined;
  readonly destinationArns: readonly string[];
  readonly eventSourceArns: readonly string[];
  /** Secrets of event sources. */
  readonly secretArns: readonly string[];
  readonly kmsKeyArn?: string | undefined;
  readonly accessPointArns: readonly string[];
}

/** The least that an execution role has to allow for a function with these settings. Pure. */
export function roleStatements(needs: RoleNeeds): readonly RoleStatement[] {
  const { partition, region, logGroup, deadLetterTargetArn, destinationArns, eventSourceArns } = needs;
  const targets = [...(deadLetterTargetArn === undefined ? [] : [deadLetterTargetArn]), ...destinationArns];
  const hasKafka = eventSourceArns.some((arn) => serviceOf(arn) === 'kafka');
  return [
    allow(
      'Logs',
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      [`arn:${partition}:logs:${region}:*:log-group:${logGroup}:*`],
    ),
    allow('LogGroup', ['logs:CreateLogGroup'], [`arn:${partition}:logs:${region}:*:log-group:${logGroup}`]),
    ...(needs.hasVpc || hasKafka ? [allow('Vpc', VPC_ACTIONS, ['*'])] : []),
    ...(needs.hasTracing ? [allow('Tracing', ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*'])] : []),
    ...byService(targets, SEND_ACTIONS, 'Send'),
    ...byService(eventSourceArns, READ_ACTIONS, 'Read'),
    ...(needs.secretArns.length > 0 ? [allow('Secrets', ['secretsmanager:GetSecretValue'], needs.secretArns)] : []),
    ...(needs.kmsKeyArn === undefined ? [] : [allow('Key', ['kms:Decrypt'], [needs.kmsKeyArn])]),
    ...(needs.accessPointArns.length > 0
      ? [allow('Files', ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'], needs.accessPointArns)]
      : []),
  ];
}

/** Who may take the role: Lambda alone (developer guide, "Defining Lambda function permissions with an execution role"). */
export const TRUST_POLICY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
} as const;

/** Of AWSLambdaVPCAccessExecutionRole; these EC2 actions know no resources. */
const VPC_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeVpcs',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** For dead letters and destinations, by the service of the target's ARN (developer guide, "Adding a destination"). */
const SEND_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  sqs: ['sqs:SendMessage'],
  sns: ['sns:Publish'],
  lambda: ['lambda:InvokeFunction'],
  events: ['events:PutEvents'],
  s3: ['s3:PutObject', 's3:ListBucket'],
};

/** For pollers, by the service of the source's ARN (the managed policies AWSLambda…ExecutionRole). */
const READ_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  sqs: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  kinesis: [
    'kinesis:GetRecords',
    'kinesis:GetShardIterator',
    'kinesis:DescribeStream',
    'kinesis:DescribeStreamSummary',
    'kinesis:ListShards',
    'kinesis:SubscribeToShard',
  ],
  dynamodb: ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream', 'dynamodb:ListStreams'],
  kafka: ['kafka:DescribeCluster', 'kafka:DescribeClusterV2', 'kafka:GetBootstrapBrokers', 'kafka-cluster:Connect'],
  mq: ['mq:DescribeBroker'],
};

function byService(
  arns: readonly string[],
  actions: Readonly<Record<string, readonly string[]>>,
  prefix: string,
): readonly RoleStatement[] {
  const services = [...new Set(arns.map(serviceOf))].toSorted();
  return services.flatMap((service) => {
    const known = actions[service];
    if (known === undefined) return [];
    const own = [...new Set(arns.filter((arn) => serviceOf(arn) === service))].toSorted();
    // The objects of a bucket are resources of their own.
    const resources = service === 's3' ? own.flatMap((arn) => [arn, `${arn}/*`]) : own;
    return [allow(`${prefix}${service.charAt(0).toUpperCase()}${service.slice(1)}`, known, resources)];
  });
}

function serviceOf(arn: string): string {
  return arn.split(':')[2] ?? '';
}

function allow(Sid: string, Action: readonly string[], Resource: readonly string[]): RoleStatement {
  return { Sid, Effect: 'Allow', Action: [...Action], Resource: [...Resource] };
}
