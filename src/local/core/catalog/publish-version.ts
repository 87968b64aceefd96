import { isDeepStrictEqual } from 'node:util';
import { functionArn } from '../../../lambda/arn.js';
import { conflict, invalidParameter } from './api-error.js';
import { checkRevision } from './function-checks.js';
import { lookup } from './lookup.js';
import type { FunctionRecord, RuleContext, VersionRecord } from './records.js';
import { beginTransition } from './version-state.js';

export interface PublishRule {
  readonly description?: string | undefined;
  readonly codeSha256?: string | undefined;
  readonly revisionId?: string | undefined;
}

export interface Published {
  readonly record: FunctionRecord;
  readonly version: VersionRecord;
}

/**
 * Freezes `$LATEST` under the next number. When neither code nor settings changed since the last
 * published version, that one is returned and nothing is made. @throws ApiError
 */
export function publishVersion(record: FunctionRecord, rule: PublishRule, context: RuleContext): Published {
  const { latest } = record;
  if (rule.codeSha256 !== undefined && rule.codeSha256 !== '' && rule.codeSha256 !== latest.code.CodeSha256) {
    throw invalidParameter(
      `CodeSHA256 (${rule.codeSha256}) is different from current CodeSHA256 in $LATEST (${latest.code.CodeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
    );
  }
  checkRevision(record, rule.revisionId);
  const previous = newestVersion(record);
  if (previous !== undefined && isSameFunction(previous, latest)) return { record, version: previous };
  const number = record.lastVersion + 1;
  const Description = rule.description ?? latest.settings.Description;
  const version: VersionRecord = {
    Version: String(number),
    configurationId: context.newId(),
    RevisionId: context.newId(),
    settings: { ...latest.settings, Description },
    code: latest.code,
    LastModified: context.now,
    ...(Description !== latest.settings.Description && { latestDescription: latest.settings.Description }),
    transition: beginTransition('create', context),
  };
  return {
    record: { ...record, lastVersion: number, versions: { ...record.versions, [number]: version } },
    version,
  };
}

/** The function without one of its versions; a version that is not there is fine. @throws ApiError */
export function deleteVersion(record: FunctionRecord, number: string): FunctionRecord {
  const users = Object.values(record.aliases).filter(
    (alias) => alias.FunctionVersion === number || alias.AdditionalVersionWeights?.[number] !== undefined,
  );
  if (users.length > 0) {
    const arns = users.map(({ Name }) => functionArn(record, record.functionName, Name)).join(', ');
    throw conflict(`Version ${number} cannot be deleted because aliases point to it: ${arns}`);
  }
  return {
    ...record,
    versions: without(record.versions, number),
    policies: without(record.policies, number),
    eventInvokeConfigs: without(record.eventInvokeConfigs, number),
    provisioned: without(record.provisioned, number),
    runtimeManagement: without(record.runtimeManagement, number),
    scaling: without(record.scaling, number),
  };
}

/** A map without one of its keys. */
export function without<Value>(map: Readonly<Record<string, Value>>, key: string): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(map).filter(([name]) => name !== key));
}

function newestVersion(record: FunctionRecord): VersionRecord | undefined {
  const numbers = Object.keys(record.versions).map(Number);
  return numbers.length === 0 ? undefined : lookup(record.versions, Math.max(...numbers));
}

/** A description given to PublishVersion belongs to the version alone and does not make it differ; that of `$LATEST` does. */
function isSameFunction(version: VersionRecord, latest: VersionRecord): boolean {
  const Description = version.latestDescription ?? version.settings.Description;
  return (
    version.code.CodeSha256 === latest.code.CodeSha256 &&
    isDeepStrictEqual({ ...version.settings, Description }, latest.settings)
  );
}
