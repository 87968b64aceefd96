/**
 * What the control plane remembers. Members that the API shows unchanged keep the API's own names;
 * everything is plain JSON, because the store writes it as it is. Dates are epoch milliseconds.
 */

export interface LayerUse {
  readonly Arn: string;
  readonly CodeSize: number;
  /** The layer's content, which outlives the deletion of the layer version. */
  readonly CodeSha256: string;
  readonly UnzippedSize: number;
}

export interface VpcConfig {
  readonly SubnetIds: readonly string[];
  readonly SecurityGroupIds: readonly string[];
  readonly VpcId: string;
  readonly Ipv6AllowedForDualStack: boolean;
}

export interface LoggingConfig {
  readonly LogFormat: 'Text' | 'JSON';
  readonly ApplicationLogLevel?: string;
  readonly SystemLogLevel?: string;
  readonly LogGroup: string;
}

export interface ImageConfig {
  readonly EntryPoint?: readonly string[];
  readonly Command?: readonly string[];
  readonly WorkingDirectory?: string;
}

/** The configuration of one version, without its code. */
export interface FunctionSettings {
  readonly Description: string;
  readonly Handler?: string;
  readonly Runtime?: string;
  readonly Role: string;
  readonly Timeout: number;
  readonly MemorySize: number;
  readonly PackageType: 'Zip' | 'Image';
  readonly Architectures: readonly ('x86_64' | 'arm64')[];
  readonly EphemeralStorage: { readonly Size: number };
  readonly TracingConfig: { readonly Mode: 'Active' | 'PassThrough' };
  readonly SnapStart: { readonly ApplyOn: 'PublishedVersions' | 'None' };
  readonly LoggingConfig: LoggingConfig;
  readonly Environment?: { readonly Variables: Readonly<Record<string, string>> };
  readonly Layers?: readonly LayerUse[];
  readonly VpcConfig?: VpcConfig;
  readonly DeadLetterConfig?: { readonly TargetArn: string };
  readonly FileSystemConfigs?: readonly { readonly Arn: string; readonly LocalMountPath: string }[];
  readonly KMSKeyArn?: string;
  readonly ImageConfig?: ImageConfig;
  readonly TenancyConfig?: { readonly TenantIsolationMode: string };
  /** Kept for its owner; executions are not durable here. */
  readonly DurableConfig?: Readonly<Record<string, unknown>>;
}

/** The code of one version. A container image has a URI and no size. */
export interface CodeRecord {
  /** Base64 of the SHA-256 of the zip; for an image its hex digest. */
  readonly CodeSha256: string;
  readonly CodeSize: number;
  readonly UnzippedSize: number;
  readonly ImageUri?: string;
  readonly SourceKMSKeyArn?: string;
  /** Where a package lies that was given by reference. */
  readonly ResolvedS3Object?: { readonly S3Bucket: string; readonly S3Key: string; readonly S3ObjectVersion?: string };
}

/** A change of state that has begun: it is over for everybody who looks at `dueAt` or later. */
export interface StateTransition {
  readonly kind: 'create' | 'update';
  readonly dueAt: number;
  /** The revision id that the version gets then. */
  readonly revisionId: string;
}

export interface VersionRecord {
  /** `$LATEST` or the number as text. */
  readonly Version: string;
  /** Changes with code or configuration only; names what an execution environment was made from. */
  readonly configurationId: string;
  readonly RevisionId: string;
  readonly settings: FunctionSettings;
  readonly code: CodeRecord;
  readonly LastModified: number;
  /** What `$LATEST` was called when a version with a description of its own was made of it. */
  readonly latestDescription?: string;
  readonly transition?: StateTransition;
  /** Set once the first update (or the creation) was seen through. */
  readonly hasSettled?: boolean;
}

export interface AliasRecord {
  readonly Name: string;
  readonly FunctionVersion: string;
  readonly Description: string;
  readonly RevisionId: string;
  /** At most one further version with its share of the traffic, 0 to 1. */
  readonly AdditionalVersionWeights?: Readonly<Record<string, number>>;
}

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: string | Readonly<Record<string, string>>;
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface PolicyRecord {
  readonly RevisionId: string;
  readonly statements: readonly PolicyStatement[];
}

export interface DestinationConfig {
  readonly OnSuccess?: { readonly Destination?: string };
  readonly OnFailure?: { readonly Destination?: string };
}

export interface EventInvokeRecord {
  readonly LastModified: number;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
  readonly DestinationConfig: DestinationConfig;
}

export interface UrlRecord {
  readonly urlId: string;
  readonly AuthType: 'NONE' | 'AWS_IAM';
  readonly InvokeMode: 'BUFFERED' | 'RESPONSE_STREAM';
  readonly Cors?: Readonly<Record<string, unknown>>;
  readonly CreationTime: number;
  readonly LastModifiedTime: number;
}

export interface ProvisionedRecord {
  readonly requested: number;
  readonly LastModified: number;
}

export interface RuntimeManagementRecord {
  readonly UpdateRuntimeOn: 'Auto' | 'Manual' | 'FunctionUpdate';
  readonly RuntimeVersionArn?: string;
}

export interface ScalingRecord {
  readonly MinExecutionEnvironments?: number;
  readonly MaxExecutionEnvironments?: number;
}

/** One function with everything that is deleted along with it. Keys of the maps are qualifiers; `$LATEST` is the unqualified one. */
export interface FunctionRecord {
  readonly region: string;
  readonly accountId: string;
  readonly functionName: string;
  readonly latest: VersionRecord;
  /** Published versions by number. */
  readonly versions: Readonly<Record<string, VersionRecord>>;
  /** The last number given out; numbers are never used again. */
  readonly lastVersion: number;
  readonly aliases: Readonly<Record<string, AliasRecord>>;
  readonly policies: Readonly<Record<string, PolicyRecord>>;
  readonly eventInvokeConfigs: Readonly<Record<string, EventInvokeRecord>>;
  readonly urls: Readonly<Record<string, UrlRecord>>;
  /** Of the URLs of deleted aliases, whose addresses go on to answer; absent where there was none. */
  readonly retiredUrlIds?: readonly string[];
  readonly provisioned: Readonly<Record<string, ProvisionedRecord>>;
  readonly runtimeManagement: Readonly<Record<string, RuntimeManagementRecord>>;
  readonly scaling: Readonly<Record<string, ScalingRecord>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number;
  readonly codeSigningConfigArn?: string;
  readonly recursiveLoop?: 'Allow' | 'Terminate';
}

export interface LayerVersionRecord {
  readonly Version: number;
  readonly Description: string;
  readonly CreatedDate: number;
  readonly code: CodeRecord;
  readonly CompatibleRuntimes?: readonly string[];
  readonly CompatibleArchitectures?: readonly string[];
  readonly LicenseInfo?: string;
  readonly policy?: PolicyRecord;
}

export interface LayerRecord {
  readonly region: string;
  readonly accountId: string;
  readonly layerName: string;
  readonly lastVersion: number;
  readonly versions: Readonly<Record<string, LayerVersionRecord>>;
}

/** One event source mapping; `settings` holds the members of the API as they were given or defaulted. */
export interface EventSourceMappingRecord {
  readonly region: string;
  readonly accountId: string;
  readonly uuid: string;
  readonly functionName: string;
  /** Undefined when the mapping names the function without qualifier. */
  readonly qualifier?: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly isEnabled: boolean;
  /** What the change at `LastModified` was, which takes its time in slow accounts. */
  readonly changeState?: 'Creating' | 'Updating' | 'Enabling' | 'Disabling';
  readonly LastModified: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface CodeSigningConfigRecord {
  readonly region: string;
  readonly accountId: string;
  readonly id: string;
  readonly Description: string;
  readonly AllowedPublishers: { readonly SigningProfileVersionArns: readonly string[] };
  readonly CodeSigningPolicies: { readonly UntrustedArtifactOnDeployment: string };
  readonly LastModified: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** What a rule needs to know of the moment and of the caller. */
export interface RuleContext {
  readonly region: string;
  readonly accountId: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** A new random UUID. */
  newId(): string;
  /** How long a function stays Pending or InProgress; 0 ends it with the answer that reported it. */
  readonly transitionMs: number;
}
