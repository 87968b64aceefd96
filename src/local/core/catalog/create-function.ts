import { isFunctionName } from '../../../lambda/function-name.js';
import { LIMITS } from '../../../lambda/limits.js';
import { LATEST } from '../../../lambda/qualifier.js';
import { invalidParameter, validationFailed } from './api-error.js';
import { checkUnzippedSize } from './function-checks.js';
import { initialSettings, type SettingsRequest } from './function-settings.js';
import { publishVersion } from './publish-version.js';
import type { CodeRecord, FunctionRecord, LayerUse, RuleContext } from './records.js';
import { beginTransition } from './version-state.js';

export interface CreateFunctionRule extends SettingsRequest {
  /** The bare name. */
  readonly functionName: string;
  readonly code: CodeRecord;
  readonly layers: readonly LayerUse[];
  readonly tags: Readonly<Record<string, string>>;
  readonly publish: boolean;
  readonly codeSigningConfigArn: string | undefined;
}

/** A new function, Pending. @throws ApiError when a value is refused */
export function createFunction(rule: CreateFunctionRule, context: RuleContext): FunctionRecord {
  checkUnzippedSize(rule.code, rule.layers);
  const record: FunctionRecord = {
    region: context.region,
    accountId: context.accountId,
    functionName: rule.functionName,
    latest: {
      Version: LATEST,
      configurationId: context.newId(),
      RevisionId: context.newId(),
      settings: initialSettings(rule.functionName, rule, rule.layers),
      code: rule.code,
      LastModified: context.now,
      transition: beginTransition('create', context),
    },
    versions: {},
    lastVersion: 0,
    aliases: {},
    policies: {},
    eventInvokeConfigs: {},
    urls: {},
    provisioned: {},
    runtimeManagement: {},
    scaling: {},
    tags: rule.tags,
    ...(rule.codeSigningConfigArn !== undefined && { codeSigningConfigArn: rule.codeSigningConfigArn }),
  };
  return rule.publish ? publishVersion(record, {}, context).record : record;
}

/** Refuses the settings that `createFunction` would refuse, before there is code for them. @throws ApiError */
export function checkNewSettings(functionName: string, request: SettingsRequest): void {
  initialSettings(functionName, request, []);
}

/** Refuses the names that CreateFunction refuses although other operations would look for them. @throws ApiError */
export function checkNewName(functionName: string): void {
  if (functionName.length > LIMITS.functionNameLength) {
    throw invalidParameter(
      `1 validation error detected: Value '${functionName}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    );
  }
  if (!isFunctionName(functionName)) {
    throw validationFailed([
      `Value '${functionName}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9-_]+`,
    ]);
  }
}
