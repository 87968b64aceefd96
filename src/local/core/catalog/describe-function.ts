import { createHash } from 'node:crypto';
import { functionArn, partitionOf } from '../../../lambda/arn.js';
import type { FunctionRecord, VersionRecord } from './records.js';
import { describeState } from './version-state.js';

/** Members in the API's own words, ready for the wire. */
export type Described = Readonly<Record<string, unknown>>;

export interface DescribeOptions {
  /** Shown in the ARN; absent for the unqualified form. */
  readonly qualifier?: string | undefined;
}

/** FunctionConfiguration as the single-function operations answer it. */
export function describeVersion(
  record: FunctionRecord,
  version: VersionRecord,
  options: DescribeOptions = {},
): Described {
  return {
    ...describeForList(record, version, options),
    ...describeState(version),
    ...(version.settings.Runtime !== undefined && {
      RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersionArn(record.region, version.settings.Runtime) },
    }),
  };
}

/** FunctionConfiguration as the list operations answer it: without state and runtime version. */
export function describeForList(
  record: FunctionRecord,
  version: VersionRecord,
  options: DescribeOptions = {},
): Described {
  const { settings, code } = version;
  const { SnapStart, ImageConfig, Layers, Environment, DeadLetterConfig, VpcConfig, ...rest } = settings;
  const isOptimized = SnapStart.ApplyOn === 'PublishedVersions' && version.Version !== '$LATEST';
  return {
    FunctionName: record.functionName,
    FunctionArn: functionArn(record, record.functionName, options.qualifier),
    ...rest,
    CodeSize: code.CodeSize,
    CodeSha256: code.CodeSha256,
    LastModified: lastModified(version.LastModified),
    Version: version.Version,
    RevisionId: version.RevisionId,
    ...(VpcConfig !== undefined && { VpcConfig }),
    ...(DeadLetterConfig !== undefined && { DeadLetterConfig }),
    ...(Environment !== undefined && { Environment }),
    ...(Layers !== undefined && { Layers: Layers.map(({ Arn, CodeSize }) => ({ Arn, CodeSize })) }),
    ...(ImageConfig !== undefined && { ImageConfigResponse: { ImageConfig } }),
    SnapStart: { ApplyOn: SnapStart.ApplyOn, OptimizationStatus: isOptimized ? 'On' : 'Off' },
  };
}

/** `YYYY-MM-DDTHH:MM:SS.mmm+0000`, the form of LastModified and CreatedDate. */
export function lastModified(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '+0000');
}

/** A runtime version's ARN; its digest names the runtime identifier, because locally there is one version of each. */
export function runtimeVersionArn(region: string, runtime: string): string {
  const digest = createHash('sha256').update(runtime).digest('hex');
  return `arn:${partitionOf(region)}:lambda:${region}::runtime:${digest}`;
}
