import { functionArn } from '../../../lambda/arn.js';
import type { FunctionSnapshot } from '../function-snapshot.js';
import { runtimeVersionArn } from './describe-function.js';
import type { FunctionRecord, VersionRecord } from './records.js';

/** What an execution environment gets to know of a version. `folderOf` finds unpacked code by its digest. */
export function snapshotVersion(
  record: FunctionRecord,
  version: VersionRecord,
  folderOf: (codeSha256: string) => string,
): FunctionSnapshot {
  const { settings, code } = version;
  return {
    accountId: record.accountId,
    region: record.region,
    functionName: record.functionName,
    version: version.Version,
    functionArn: functionArn(record, record.functionName),
    revisionId: version.configurationId,
    packageType: settings.PackageType,
    runtime: settings.Runtime,
    handler: settings.Handler,
    role: settings.Role,
    timeoutSeconds: settings.Timeout,
    memorySizeMb: settings.MemorySize,
    ephemeralStorageMb: settings.EphemeralStorage.Size,
    architecture: settings.Architectures[0] ?? 'x86_64',
    environment: settings.Environment?.Variables ?? {},
    codeFolder: folderOf(code.CodeSha256),
    layerFolders: (settings.Layers ?? []).map((layer) => folderOf(layer.CodeSha256)),
    logGroup: settings.LoggingConfig.LogGroup,
    logFormat: settings.LoggingConfig.LogFormat,
    applicationLogLevel: settings.LoggingConfig.ApplicationLogLevel,
    systemLogLevel: settings.LoggingConfig.SystemLogLevel,
    tracingMode: settings.TracingConfig.Mode,
    ...(settings.TenancyConfig !== undefined && { isTenantIsolated: true }),
    snapStart: settings.SnapStart.ApplyOn === 'PublishedVersions' && version.Version !== '$LATEST',
    runtimeVersionArn: settings.Runtime === undefined ? undefined : runtimeVersionArn(record.region, settings.Runtime),
  };
}
