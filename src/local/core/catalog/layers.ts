import { layerArn, layerVersionArn, parseLayerArn } from '../../../lambda/arn.js';
import { LIMITS } from '../../../lambda/limits.js';
import { invalidParameter, notFound } from './api-error.js';
import { type Described, lastModified } from './describe-function.js';
import { lookup } from './lookup.js';
import { without } from './publish-version.js';
import type { CodeRecord, LayerRecord, LayerUse, LayerVersionRecord, RuleContext } from './records.js';

export interface PublishLayerRule {
  readonly layerName: string;
  readonly code: CodeRecord;
  readonly description: string | undefined;
  readonly compatibleRuntimes: readonly string[] | undefined;
  readonly compatibleArchitectures: readonly string[] | undefined;
  readonly licenseInfo: string | undefined;
}

export interface LayerChange {
  readonly record: LayerRecord;
  readonly version: LayerVersionRecord;
}

/** Adds a version to a layer, which is made when there is none; numbers are never used again. @throws ApiError */
export function publishLayerVersion(
  current: LayerRecord | undefined,
  rule: PublishLayerRule,
  context: RuleContext,
): LayerChange {
  if (rule.code.UnzippedSize > LIMITS.unzippedBytes) {
    throw invalidParameter(`Unzipped size must be smaller than ${LIMITS.unzippedBytes} bytes`);
  }
  const record = current ?? emptyLayer(rule.layerName, context);
  const number = record.lastVersion + 1;
  const version: LayerVersionRecord = {
    Version: number,
    Description: rule.description ?? '',
    CreatedDate: context.now,
    code: rule.code,
    ...(rule.compatibleRuntimes !== undefined && { CompatibleRuntimes: rule.compatibleRuntimes }),
    ...(rule.compatibleArchitectures !== undefined && { CompatibleArchitectures: rule.compatibleArchitectures }),
    ...(rule.licenseInfo !== undefined && { LicenseInfo: rule.licenseInfo }),
  };
  return { record: { ...record, lastVersion: number, versions: { ...record.versions, [number]: version } }, version };
}

function emptyLayer(layerName: string, { region, accountId }: RuleContext): LayerRecord {
  return { region, accountId, layerName, lastVersion: 0, versions: {} };
}

/** The layer without one of its versions; functions that use it keep its content. */
export function deleteLayerVersion(record: LayerRecord, version: number): LayerRecord {
  return { ...record, versions: without(record.versions, String(version)) };
}

/** Versions of a layer, newest first, that suit a runtime and an architecture. */
export function matchingVersions(
  record: LayerRecord,
  filter: { readonly runtime: string | undefined; readonly architecture: string | undefined },
): readonly LayerVersionRecord[] {
  return Object.values(record.versions)
    .filter(
      (version) =>
        (filter.runtime === undefined || version.CompatibleRuntimes?.includes(filter.runtime) === true) &&
        (filter.architecture === undefined || version.CompatibleArchitectures?.includes(filter.architecture) === true),
    )
    .sort((a, b) => b.Version - a.Version);
}

/** LayerVersionsListItem: what lists show of a version. */
export function describeLayerVersion(record: LayerRecord, version: LayerVersionRecord): Described {
  const { code: _code, policy: _policy, CreatedDate, ...rest } = version;
  return {
    LayerVersionArn: layerVersionArn(record, record.layerName, version.Version),
    ...rest,
    CreatedDate: lastModified(CreatedDate),
  };
}

/** GetLayerVersionResponse: the version with its layer and the place of its content. */
export function describeLayerContent(record: LayerRecord, version: LayerVersionRecord, location: string): Described {
  return {
    LayerArn: layerArn(record, record.layerName),
    ...describeLayerVersion(record, version),
    Content: { Location: location, CodeSha256: version.code.CodeSha256, CodeSize: version.code.CodeSize },
  };
}

/**
 * The layers of a function's configuration, looked up and checked against the rules for their number
 * and combination. @throws ApiError InvalidParameterValueException
 */
export function resolveLayers(
  arns: readonly string[],
  region: string,
  find: (layerName: string) => LayerRecord | undefined,
): readonly LayerUse[] {
  if (arns.length > LIMITS.layersPerFunction) throw invalidParameter('Cannot reference more than 5 layers.');
  const firstArnOf = new Map<string, string>();
  return arns.map((arn) => {
    const reference = parseLayerArn(arn);
    if (reference?.version === undefined) throw invalidParameter(`Layer version ${arn} does not exist.`);
    if (reference.region !== region) {
      throw invalidParameter(
        `Layers are not in the same region as the function. Layers are expected to be in region ${region}.`,
      );
    }
    const layer = find(reference.layerName);
    const version = layer?.accountId === reference.accountId ? lookup(layer.versions, reference.version) : undefined;
    if (version === undefined) throw invalidParameter(`Layer version ${arn} does not exist.`);
    const earlier = firstArnOf.get(reference.layerName);
    if (earlier !== undefined) {
      throw invalidParameter(
        `Two different versions of the same layer are not allowed to be referenced in the same function. ${earlier} and ${arn} are versions of the same layer.`,
      );
    }
    firstArnOf.set(reference.layerName, arn);
    const { CodeSha256, CodeSize, UnzippedSize } = version.code;
    return { Arn: arn, CodeSha256, CodeSize, UnzippedSize };
  });
}

/** @throws ApiError ResourceNotFoundException */
export function requireLayerVersion(
  record: LayerRecord | undefined,
  version: number,
): { readonly record: LayerRecord; readonly version: LayerVersionRecord } {
  if (version < 1) throw invalidParameter('Layer Version Cannot be less than 1');
  const found = lookup(record?.versions, version);
  if (record === undefined || found === undefined) throw notFound('The resource you requested does not exist.');
  return { record, version: found };
}
