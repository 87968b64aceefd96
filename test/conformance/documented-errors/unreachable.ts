const NO_NETWORK = 'functions run in processes of this machine: there is no VPC with interfaces, subnets and groups';
const NO_FILE_SYSTEM = 'file systems are remembered and not mounted';
const NO_KEYS = 'keys are remembered and nothing is encrypted with them';
const NO_SIGNATURES = 'signatures of packages are not verified: the local service trusts its user';
const NO_DURABLE = 'durable functions are not implemented';
const NO_CAPACITY_PROVIDERS = 'capacity providers are not implemented';
const CHECKED_BEFORE = 'packages and runtimes are checked when they come, so that none is found broken later';
const NO_PREPARATION = 'the platform prepares nothing for itself that could be pending or fail';

/** Errors that cannot occur locally, whatever the operation, and why. */
const EVERYWHERE: Readonly<Record<string, string>> = {
  AliasLimitExceededException: 'aliases are not limited in number, and no limit is documented',
  CodeArtifactUserDeletedException: NO_PREPARATION,
  CodeArtifactUserFailedException: NO_PREPARATION,
  CodeArtifactUserPendingException: NO_PREPARATION,
  CodeVerificationFailedException: NO_SIGNATURES,
  DurableExecutionAlreadyStartedException: NO_DURABLE,
  EC2AccessDeniedException: NO_NETWORK,
  EC2ThrottledException: NO_NETWORK,
  EC2UnexpectedException: NO_NETWORK,
  EFSIOException: NO_FILE_SYSTEM,
  EFSMountConnectivityException: NO_FILE_SYSTEM,
  EFSMountFailureException: NO_FILE_SYSTEM,
  EFSMountTimeoutException: NO_FILE_SYSTEM,
  ENILimitReachedException: NO_NETWORK,
  ENINotReadyException: NO_NETWORK,
  FunctionVersionsPerCapacityProviderLimitExceededException: NO_CAPACITY_PROVIDERS,
  InvalidCodeSignatureException: NO_SIGNATURES,
  InvalidRuntimeException: CHECKED_BEFORE,
  InvalidSecurityGroupIDException: NO_NETWORK,
  InvalidSubnetIDException: NO_NETWORK,
  InvalidZipFileException: CHECKED_BEFORE,
  KMSAccessDeniedException: NO_KEYS,
  KMSDisabledException: NO_KEYS,
  KMSInvalidStateException: NO_KEYS,
  KMSNotFoundException: NO_KEYS,
  ModeNotSupportedException: NO_CAPACITY_PROVIDERS,
  NoPublishedVersionException: NO_CAPACITY_PROVIDERS,
  PublicPolicyException: 'the account setting that blocks public policies has no operation in this API',
  ResourceNotReadyException: 'functions do not become inactive, however long nobody calls them',
  S3FilesMountConnectivityException: NO_FILE_SYSTEM,
  S3FilesMountFailureException: NO_FILE_SYSTEM,
  S3FilesMountTimeoutException: NO_FILE_SYSTEM,
  SerializedRequestEntityTooLargeException: 'requests are not serialised once more on their way to the function',
  ServiceException:
    'it reports a fault of the machine, such as a full disk (test/service/full-disk.test.ts), which no input provokes',
  ServiceQuotaExceededException: 'there are no quotas but those that other errors report',
  SnapStartRegenerationFailureException: 'snapshots are not regenerated: a version is initialised anew',
  SnapStartTimeoutException: 'a restore hook of more than ten seconds provokes it (test/unit/local/core/environment)',
  SubnetIPAddressLimitReachedException: NO_NETWORK,
  TooManyRequestsException: 'the rate of API calls is not limited',
  UnsupportedMediaTypeException: 'payloads are taken as JSON whatever their content type says, as from the SDKs',
};

const ONE_AFTER_THE_OTHER = 'changes of a resource are made one after the other: none meets another that is under way';
const KEPT_WHILE_USED = 'a code signing configuration that a function uses cannot be deleted';

/** Errors that cannot occur in one operation, and why. */
const IN_OPERATION: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  CodeSigningConfigNotFoundException: {
    DeleteFunctionCodeSigningConfig: KEPT_WHILE_USED,
    GetFunctionCodeSigningConfig: KEPT_WHILE_USED,
    UpdateFunctionCode: KEPT_WHILE_USED,
    UpdateFunctionConfiguration: KEPT_WHILE_USED,
  },
  ResourceNotFoundException: {
    DeleteLayerVersion: 'a layer version that is not there counts as deleted, as in AWS',
    ListLayerVersions: 'a layer that is not there has an empty list, as in AWS',
  },
  ResourceConflictException: Object.fromEntries(
    [
      'DeleteAlias',
      'DeleteEventSourceMapping',
      'DeleteFunctionCodeSigningConfig',
      'DeleteFunctionConcurrency',
      'DeleteFunctionEventInvokeConfig',
      'DeleteFunctionUrlConfig',
      'DeleteProvisionedConcurrencyConfig',
      'PutFunctionCodeSigningConfig',
      'PutFunctionConcurrency',
      'PutFunctionEventInvokeConfig',
      'PutFunctionRecursionConfig',
      'PutFunctionScalingConfig',
      'PutRuntimeManagementConfig',
      'TagResource',
      'UntagResource',
      'UpdateAlias',
      'UpdateEventSourceMapping',
      'UpdateFunctionEventInvokeConfig',
      'UpdateFunctionUrlConfig',
    ].map((operation) => [operation, ONE_AFTER_THE_OTHER]),
  ),
  SnapStartException: { InvokeAsync: 'the event is accepted before a snapshot is restored for it' },
};

/** Why an operation cannot answer with an error that is documented for it; undefined when no reason is listed. */
export function reasonAgainst(operation: string, error: string): string | undefined {
  return IN_OPERATION[error]?.[operation] ?? EVERYWHERE[error];
}

/** Every operation and error for which a reason of its own is listed. */
export function listedPairs(): readonly (readonly [string, string])[] {
  return Object.entries(IN_OPERATION).flatMap(([error, operations]) =>
    Object.keys(operations).map((operation) => [operation, error] as const),
  );
}
