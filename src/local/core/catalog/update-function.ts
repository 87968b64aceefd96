import { invalidParameter } from './api-error.js';
import { checkRevision, checkUnzippedSize } from './function-checks.js';
import { architectures, changedSettings, type SettingsRequest } from './function-settings.js';
import type { CodeRecord, FunctionRecord, LayerUse, RuleContext, VersionRecord } from './records.js';
import { beginTransition, requireSettled } from './version-state.js';

export interface UpdateCodeRule {
  readonly code: CodeRecord;
  readonly architectures: readonly string[] | undefined;
  readonly revisionId: string | undefined;
}

/** The function with new code, InProgress. Expects a settled record. @throws ApiError */
export function updateCode(record: FunctionRecord, rule: UpdateCodeRule, context: RuleContext): FunctionRecord {
  checkUpdate(record, rule.revisionId);
  const { settings } = record.latest;
  checkPackageType(settings.PackageType, rule.code);
  checkUnzippedSize(rule.code, settings.Layers ?? []);
  const Architectures = architectures(rule.architectures) ?? settings.Architectures;
  return withLatest(record, { code: rule.code, settings: { ...settings, Architectures } }, context);
}

export interface UpdateConfigurationRule extends SettingsRequest {
  /** Undefined when the request does not name layers. */
  readonly layers: readonly LayerUse[] | undefined;
  readonly revisionId: string | undefined;
}

/** The function with changed settings, InProgress. Expects a settled record. @throws ApiError */
export function updateConfiguration(
  record: FunctionRecord,
  rule: UpdateConfigurationRule,
  context: RuleContext,
): FunctionRecord {
  checkUpdate(record, rule.revisionId);
  if (rule.layers !== undefined) checkUnzippedSize(record.latest.code, rule.layers);
  const settings = changedSettings(record.latest.settings, rule, rule.layers);
  return withLatest(record, { settings }, context);
}

function checkUpdate(record: FunctionRecord, revisionId: string | undefined): void {
  requireSettled(record);
  checkRevision(record, revisionId);
}

function checkPackageType(packageType: 'Zip' | 'Image', code: CodeRecord): void {
  const isImage = code.ImageUri !== undefined;
  if (packageType === 'Image' && !isImage) {
    throw invalidParameter('Please provide ImageUri when updating a function with packageType Image.');
  }
  if (packageType === 'Zip' && isImage) {
    throw invalidParameter("Please don't provide ImageUri when updating a function with packageType Zip.");
  }
}

function withLatest(
  record: FunctionRecord,
  change: Partial<Pick<VersionRecord, 'code' | 'settings'>>,
  context: RuleContext,
): FunctionRecord {
  return {
    ...record,
    latest: {
      ...record.latest,
      ...change,
      configurationId: context.newId(),
      RevisionId: context.newId(),
      LastModified: context.now,
      transition: beginTransition('update', context),
    },
  };
}
