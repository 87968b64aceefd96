import { BLOCKED_RUNTIMES, PRINTED_LAYER_RUNTIMES, PRINTED_RUNTIMES, RUNTIMES } from '../../lambda/runtimes.js';

/** What the API demands of one value; lengths count characters, list items or map entries. */
export interface Constraint {
  readonly min?: number;
  readonly max?: number;
  /** Values of this pattern may be longer than `max`: they are measured elsewhere. */
  readonly unmeasured?: string;
  /** Must match as a whole. */
  readonly pattern?: string;
  /** In the order in which the service prints them. */
  readonly values?: readonly string[];
  /** The value set as messages name it, where that is not the one that is checked. */
  readonly printedValues?: string;
  readonly isDouble?: boolean;
  /** The value is left out of messages. */
  readonly isSensitive?: boolean;
  readonly item?: Constraint;
  readonly key?: Constraint;
  readonly value?: Constraint;
}

const REGION = String.raw`(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}`;
const RUNTIME_IDS = [...RUNTIMES.map(({ id }) => id), ...BLOCKED_RUNTIMES];

export const Action: Constraint = { min: 0, max: 10000, pattern: '(lambda:[*]|lambda:[a-zA-Z]+|[*])' };
export const AdditionalVersion: Constraint = { min: 1, max: 1024, pattern: '[0-9]+' };
export const Weight: Constraint = { isDouble: true, min: 0, max: 1 };
export const AdditionalVersionWeights: Constraint = { key: AdditionalVersion, value: Weight };
export const Alias: Constraint = { min: 1, max: 128, pattern: '(?!^[0-9]+$)([a-zA-Z0-9-_]+)' };
export const Method: Constraint = { min: 0, max: 6, pattern: '.*' };
export const AllowMethodsList: Constraint = { min: 0, max: 6, item: Method };
export const Origin: Constraint = { min: 1, max: 253, pattern: '.*' };
export const AllowOriginsList: Constraint = { min: 0, max: 100, item: Origin };
export const ApplicationLogLevel: Constraint = { values: ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] };
export const Architecture: Constraint = { values: ['x86_64', 'arm64'] };
export const ArchitecturesList: Constraint = { min: 1, max: 1, item: Architecture };
export const Arn: Constraint = {
  min: 0,
  max: 10000,
  pattern: String.raw`arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:(${REGION})?:(\d{12})?:(.*)`,
};
export const BatchSize: Constraint = { min: 1, max: 10000 };
export const CapacityProviderArn: Constraint = {
  min: 1,
  max: 140,
  pattern: String.raw`arn:aws[a-zA-Z-]*:lambda:${REGION}:\d{12}:capacity-provider:[a-zA-Z0-9-_]+`,
};
export const CodeSigningConfigArn: Constraint = {
  min: 0,
  max: 200,
  pattern: String.raw`arn:(aws[a-zA-Z-]*)?:lambda:${REGION}:\d{12}:code-signing-config:csc-[a-z0-9]{17}`,
};
export const CodeSigningPolicy: Constraint = { values: ['Warn', 'Enforce'] };
export const CollectionName: Constraint = {
  min: 1,
  max: 57,
  pattern: String.raw`(^(?!(system\x2e)))(^[_a-zA-Z0-9])([^$]*)`,
};
export const CompatibleArchitectures: Constraint = { min: 0, max: 2, item: Architecture };
export const Runtime: Constraint = { values: RUNTIME_IDS, printedValues: PRINTED_LAYER_RUNTIMES };
export const LayerRuntime: Constraint = { values: RUNTIME_IDS, printedValues: PRINTED_RUNTIMES };
export const CompatibleRuntimes: Constraint = { min: 0, max: 15, item: LayerRuntime };
export const DatabaseName: Constraint = { min: 1, max: 63, pattern: String.raw`[^ /\.$\x22]*` };
export const Description: Constraint = { min: 0, max: 256 };
export const DestinationArn: Constraint = {
  min: 0,
  max: 350,
  pattern: String.raw`$|kafka://([^.]([a-zA-Z0-9\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:(${REGION})?:(\d{12})?:(.*)`,
};
export const DurableExecutionName: Constraint = { min: 1, max: 64, pattern: '[a-zA-Z0-9-_]+' };
export const EndPointType: Constraint = { values: ['KAFKA_BOOTSTRAP_SERVERS'] };
export const Endpoint: Constraint = {
  min: 1,
  max: 300,
  pattern: String.raw`(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\-]*[a-zA-Z0-9])\.)*([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9\-]*[A-Za-z0-9]):[0-9]{1,5}`,
};
export const EndpointLists: Constraint = { min: 1, max: 10, item: Endpoint };
export const Endpoints: Constraint = { min: 1, max: 2, key: EndPointType, value: EndpointLists };
export const EnvironmentVariableName: Constraint = { isSensitive: true, pattern: '[a-zA-Z]([a-zA-Z0-9_])+' };
export const EnvironmentVariableValue: Constraint = { isSensitive: true };
export const EnvironmentVariables: Constraint = {
  isSensitive: true,
  key: EnvironmentVariableName,
  value: EnvironmentVariableValue,
};
export const EphemeralStorageSize: Constraint = { min: 512, max: 10240 };
export const EventSourceMappingMetric: Constraint = { values: ['EventCount', 'ErrorCount', 'KafkaMetrics'] };
export const EventSourceMappingMetricList: Constraint = { min: 0, max: 3, item: EventSourceMappingMetric };
export const EventSourceMappingSystemLogLevel: Constraint = { values: ['DEBUG', 'INFO', 'WARN'] };
export const EventSourcePosition: Constraint = { values: ['LATEST', 'AT_TIMESTAMP', 'TRIM_HORIZON'] };
export const EventSourceToken: Constraint = { min: 0, max: 256, pattern: String.raw`[a-zA-Z0-9._\-]+` };
export const ExecutionEnvironmentMemoryGiBPerVCpu: Constraint = { isDouble: true, min: 2, max: 8 };
export const ExecutionTimeout: Constraint = { min: 1, max: 31622400 };
export const FileSystemArn: Constraint = {
  min: 0,
  max: 256,
  pattern: String.raw`arn:aws[a-zA-Z-]*:elasticfilesystem:${REGION}:\d{12}:access-point/fsap-[a-f0-9]{17}$|^arn:aws[-a-z]*:s3files:[0-9a-z-:]+:file-system/fs-[0-9a-f]{17,40}/access-point/fsap-[0-9a-f]{17,40}`,
};
export const FileSystemConfigList: Constraint = { min: 0, max: 1 };
export const FullDocument: Constraint = { values: ['UpdateLookup', 'Default'] };
export const FunctionName: Constraint = {
  min: 1,
  max: 140,
  pattern: String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:)?(${REGION}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?`,
};
/** CreateFunction measures a bare name itself, with words and a limit of its own. */
export const NewFunctionName: Constraint = { ...FunctionName, unmeasured: '[a-zA-Z0-9-_]+' };
export const FunctionResponseType: Constraint = { values: ['ReportBatchItemFailures'] };
export const FunctionResponseTypeList: Constraint = { min: 0, max: 1, item: FunctionResponseType };
export const FunctionScalingConfigExecutionEnvironments: Constraint = { min: 0, max: 15000 };
export const FunctionUrlAuthType: Constraint = { values: ['NONE', 'AWS_IAM'] };
export const FunctionUrlFunctionName: Constraint = {
  min: 1,
  max: 140,
  pattern: String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:)?(${REGION}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]{1,64})(:((?!\d+$)[0-9a-zA-Z-_]+))?`,
};
export const FunctionUrlQualifier: Constraint = { min: 1, max: 128, pattern: String.raw`((?!^\d+$)^[0-9a-zA-Z-_]+$)` };
export const FunctionVersion: Constraint = { values: ['ALL'] };
export const FunctionVersionLatestPublished: Constraint = { values: ['LATEST_PUBLISHED'] };
export const Handler: Constraint = { min: 0, max: 128, pattern: String.raw`[^\s]+` };
export const Header: Constraint = { min: 0, max: 1024, pattern: '.*' };
export const HeadersList: Constraint = { min: 0, max: 100, item: Header };
export const InvocationType: Constraint = { values: ['Event', 'RequestResponse', 'DryRun'] };
export const InvokeMode: Constraint = { values: ['RESPONSE_STREAM', 'BUFFERED'] };
export const KMSKeyArn: Constraint = { min: 0, max: 10000, pattern: '(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()' };
export const KafkaSchemaRegistryAuthType: Constraint = {
  values: ['BASIC_AUTH', 'CLIENT_CERTIFICATE_TLS_AUTH', 'SERVER_ROOT_CA_CERTIFICATE'],
};
export const KafkaSchemaValidationAttribute: Constraint = { values: ['KEY', 'VALUE'] };
export const LayerVersionArn: Constraint = {
  min: 1,
  max: 2048,
  pattern: String.raw`((arn:(aws[a-zA-Z-]*)?:lambda:${REGION}:\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+))`,
};
export const LayerList: Constraint = { item: LayerVersionArn };
export const LayerName: Constraint = {
  min: 1,
  max: 140,
  pattern: String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:${REGION}:\d{12}:layer:[a-zA-Z0-9-_]+)|[a-zA-Z0-9-_]+`,
};
export const LayerPermissionAllowedAction: Constraint = { min: 0, max: 22, pattern: 'lambda:GetLayerVersion' };
export const LayerPermissionAllowedPrincipal: Constraint = {
  min: 0,
  max: 10000,
  pattern: String.raw`\d{12}|\*|arn:(aws[a-zA-Z-]*):iam::\d{12}:root`,
};
export const LicenseInfo: Constraint = { min: 0, max: 512, pattern: '.*' };
export const LocalMountPath: Constraint = { min: 0, max: 160, pattern: '/mnt/[a-zA-Z0-9-_.]+' };
export const LogFormat: Constraint = { values: ['JSON', 'Text'] };
export const LogGroup: Constraint = { min: 1, max: 512, pattern: String.raw`[\.\-_/#A-Za-z0-9]+` };
export const LogType: Constraint = { values: ['None', 'Tail'] };
export const MasterRegion: Constraint = { min: 1, max: 50, pattern: `ALL|${REGION}` };
export const MaxAge: Constraint = { min: 0, max: 86400 };
export const MaxFunctionEventInvokeConfigListItems: Constraint = { min: 1, max: 50 };
export const MaxItems: Constraint = { min: 1, max: 50 };
export const MaxLayerListItems: Constraint = { min: 1, max: 50 };
export const MaxListItems: Constraint = { min: 1, max: 10000 };
export const MaxProvisionedConcurrencyConfigListItems: Constraint = { min: 1, max: 50 };
export const MaximumBatchingWindowInSeconds: Constraint = { min: 0, max: 300 };
export const MaximumConcurrency: Constraint = { min: 2, max: 1000 };
export const MaximumEventAgeInSeconds: Constraint = { min: 60, max: 21600 };
export const MaximumNumberOfPollers: Constraint = { min: 1, max: 10000 };
export const MaximumRecordAgeInSeconds: Constraint = { min: -1, max: 604800 };
export const MaximumRetryAttempts: Constraint = { min: 0, max: 2 };
export const MaximumRetryAttemptsEventSourceMapping: Constraint = { min: -1, max: 10000 };
export const MemorySize: Constraint = { min: 128, max: 10240 };
export const MinimumNumberOfPollers: Constraint = { min: 1, max: 200 };
export const NamespacedFunctionName: Constraint = {
  min: 1,
  max: 256,
  pattern: String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:${REGION}:\d{12}:|((${REGION}:)?(\d{12}:)?))(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`,
};
export const NamespacedStatementId: Constraint = { min: 1, max: 100, pattern: '([a-zA-Z0-9-_.]+)' };
export const NumericLatestPublishedOrAliasQualifier: Constraint = {
  min: 1,
  max: 128,
  pattern: String.raw`\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+`,
};
export const OrganizationId: Constraint = { min: 0, max: 34, pattern: 'o-[a-z0-9]{10,32}' };
export const PackageType: Constraint = { values: ['Zip', 'Image'] };
export const ParallelizationFactor: Constraint = { min: 1, max: 10 };
export const Pattern: Constraint = { min: 0, max: 4096, pattern: String.raw`[\s\S]*` };
export const PerExecutionEnvironmentMaxConcurrency: Constraint = { min: 1, max: 1600 };
export const PositiveInteger: Constraint = { min: 1 };
export const Principal: Constraint = { min: 0, max: 2048, pattern: String.raw`[^\s]+` };
export const PrincipalOrgID: Constraint = { min: 12, max: 34, pattern: 'o-[a-z0-9]{10,32}' };
export const ProvisionedPollerGroupName: Constraint = { min: 0, max: 128, pattern: '[a-zA-Z0-9-_]*' };
export const PublishedFunctionQualifier: Constraint = {
  min: 1,
  max: 128,
  pattern: String.raw`(\$LATEST\.PUBLISHED|[0-9]+)`,
};
export const Qualifier: Constraint = { min: 1, max: 128, pattern: '(|[a-zA-Z0-9$_-]+)' };
export const Queue: Constraint = { min: 1, max: 1000, pattern: String.raw`[\s\S]*` };
export const Queues: Constraint = { min: 1, max: 1, item: Queue };
export const RecursiveLoop: Constraint = { values: ['Terminate', 'Allow'] };
export const ReservedConcurrentExecutions: Constraint = { min: 0 };
export const ResourceArn: Constraint = { min: 0, max: 10000, pattern: '(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()' };
export const ResponseStreamingInvocationType: Constraint = { values: ['RequestResponse', 'DryRun'] };
export const RetentionPeriodInDays: Constraint = { min: 1, max: 90 };
export const RoleArn: Constraint = {
  min: 0,
  max: 10000,
  pattern: String.raw`arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+`,
};
export const RuntimeVersionArn: Constraint = {
  min: 26,
  max: 2048,
  pattern: `arn:(aws[a-zA-Z-]*):lambda:${REGION}::runtime:.+`,
};
export const S3Bucket: Constraint = { min: 3, max: 63, pattern: String.raw`[0-9A-Za-z\.\-_]*(?<!\.)` };
export const S3Key: Constraint = { min: 1, max: 1024, pattern: '.*' };
export const S3ObjectStorageMode: Constraint = { values: ['COPY', 'REFERENCE'] };
export const S3ObjectVersion: Constraint = { min: 1, max: 1024, pattern: '.*' };
export const SchemaRegistryEventRecordFormat: Constraint = { values: ['JSON', 'SOURCE'] };
export const SchemaRegistryUri: Constraint = { min: 1, max: 10000, pattern: String.raw`[a-zA-Z0-9-\/*:_+=.@-]*` };
export const SecurityGroupId: Constraint = { min: 0, max: 1024, pattern: 'sg-[0-9a-zA-Z]*' };
export const SecurityGroupIds: Constraint = { min: 0, max: 5, item: SecurityGroupId };
export const SigningProfileVersionArns: Constraint = { min: 1, max: 20, item: Arn };
export const SnapStartApplyOn: Constraint = { values: ['PublishedVersions', 'None'] };
export const SourceAccessConfigurations: Constraint = { min: 0, max: 23 };
export const SourceAccessType: Constraint = {
  values: [
    'BASIC_AUTH',
    'VPC_SUBNET',
    'VPC_SECURITY_GROUP',
    'SASL_SCRAM_512_AUTH',
    'SASL_SCRAM_256_AUTH',
    'VIRTUAL_HOST',
    'CLIENT_CERTIFICATE_TLS_AUTH',
    'SERVER_ROOT_CA_CERTIFICATE',
  ],
};
export const SourceOwner: Constraint = { min: 0, max: 12, pattern: String.raw`\d{12}` };
export const StatementId: Constraint = { min: 1, max: 100, pattern: '([a-zA-Z0-9-_]+)' };
export const StringList: Constraint = { min: 0, max: 1500 };
export const SubnetId: Constraint = { min: 0, max: 1024, pattern: 'subnet-[0-9a-z]*' };
export const SubnetIds: Constraint = { min: 0, max: 16, item: SubnetId };
export const SystemLogLevel: Constraint = { values: ['DEBUG', 'INFO', 'WARN'] };
export const TagKey: Constraint = { min: 1, max: 128, pattern: String.raw`([\p{L}\p{Z}\p{N}_.:/=+\-@]*)` };
export const TagKeyList: Constraint = { item: TagKey };
export const TagValue: Constraint = { min: 0, max: 256, pattern: String.raw`([\p{L}\p{Z}\p{N}_.:/=+\-@]*)` };
export const TaggableResource: Constraint = {
  min: 1,
  max: 10000,
  pattern: String.raw`arn:(aws[a-zA-Z-]*):lambda:${REGION}:\d{12}:(function:[a-zA-Z0-9-_]+(:(\$LATEST|[a-zA-Z0-9-_]+))?|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|(capacity-provider|network-connector):[a-zA-Z0-9-_]{1,64})`,
};
export const Tags: Constraint = { key: TagKey, value: TagValue };
export const TenantId: Constraint = { min: 1, max: 256, pattern: String.raw`[a-zA-Z0-9\._:\/=+\-@ ]+` };
export const TenantIsolationMode: Constraint = { values: ['PER_TENANT'] };
export const Timeout: Constraint = { min: 1, max: 900 };
export const Topic: Constraint = { min: 1, max: 249, pattern: String.raw`[^.]([a-zA-Z0-9\-_.]+)` };
export const Topics: Constraint = { min: 1, max: 1, item: Topic };
export const TracingMode: Constraint = { values: ['Active', 'PassThrough'] };
export const TumblingWindowInSeconds: Constraint = { min: 0, max: 900 };
export const URI: Constraint = { min: 1, max: 200, pattern: String.raw`[ a-zA-Z0-9-\/*:_+=.@-]*` };
export const UUIDString: Constraint = { min: 36, max: 36 };
export const UnqualifiedFunctionName: Constraint = {
  min: 1,
  max: 140,
  pattern: String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:)?(${REGION}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)`,
};
export const UpdateRuntimeOn: Constraint = { values: ['Auto', 'Manual', 'FunctionUpdate'] };
export const VersionWithLatestPublished: Constraint = {
  min: 1,
  max: 1024,
  pattern: String.raw`(\$LATEST(\.PUBLISHED)?|[0-9]+)`,
};
export const WorkingDirectory: Constraint = { min: 0, max: 1000 };
