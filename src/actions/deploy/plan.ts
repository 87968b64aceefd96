import type { FunctionConfiguration } from '../../aws/lambda-calls.js';
import { type Change, concealed, masked } from './change.js';
import type { CurrentFunction } from './current-function.js';
import type { DeployStep } from './deploy-step.js';
import type { DesiredFunction } from './desired-function.js';
import { codeSteps, equalityOf, identityOf, isSigned, signatureSteps, stagingSteps } from './plan-code.js';
import { type CompanionPlan, planCompanions } from './plan-companions.js';
import { isReleaseStale, releaseSteps } from './plan-release.js';
import { roleSteps } from './plan-role.js';
import { planSchedules } from './plan-schedules.js';
import { SIGNATURE_TAG } from './remembered-signature.js';
import { settingChanges } from './setting-changes.js';

/** What a deployment of one function does, in order. Empty: everything is as wanted. */
export interface DeployPlan {
  readonly functionName: string;
  readonly isNew: boolean;
  readonly steps: readonly DeployStep[];
  /** Why nothing is done where nothing is done. */
  readonly unchanged: readonly string[];
  /** What was found and is left as it is. */
  readonly notes: readonly string[];
}

/** Compares what is wanted with what is deployed. Pure: the same plan is printed by a dry run and applied. */
export function planDeploy(desired: DesiredFunction, current: CurrentFunction | undefined): DeployPlan {
  const { functionName, alias, companions } = desired;
  const base = current?.companions ?? { statements: [], eventSources: [] };
  const beside = planCompanions({ functionName, qualifier: alias, desired: companions, current: base });
  const schedules = scheduleSteps(desired, current);
  const before = [...roleSteps(desired, current), ...logSteps(desired, current)];
  if (current?.configuration === undefined) {
    const steps = [
      ...before,
      ...stagingSteps(desired),
      { step: 'create-function' as const, changes: creationChanges(desired) },
      ...signatureSteps(desired),
      // A new function gets its code signing with its first code.
      ...beside.ofFunction.filter(({ call }) => call !== 'putFunctionCodeSigningConfig'),
      ...releaseSteps(desired, undefined),
      ...beside.ofAlias,
      ...schedules,
    ];
    return { functionName, isNew: true, steps, unchanged: [], notes: beside.notes };
  }
  const { configuration } = current;
  const settings = settingSteps(desired, configuration);
  const code = codeSteps(desired, current);
  const signing = beside.ofFunction.filter(({ call }) => call === 'putFunctionCodeSigningConfig');
  const others = beside.ofFunction.filter(({ call }) => call !== 'putFunctionCodeSigningConfig');
  const isChanged = settings.length > 0 || code.length > 0;
  const release = isChanged || isReleaseStale(desired, current) ? releaseSteps(desired, current) : [];
  const steps = [
    ...before,
    ...(code.length > 0 ? stagingSteps(desired) : []),
    ...signing,
    ...settings,
    ...code,
    ...(code.length > 0 ? signatureSteps(desired) : []),
    ...tagSteps(desired, current),
    ...others,
    ...release,
    ...beside.ofAlias,
    ...schedules,
    ...provisionedWait(desired, current, { release, beside }),
  ];
  const notes = [...beside.notes, ...keptVariables(desired, configuration)];
  return {
    functionName,
    isNew: false,
    steps,
    unchanged: unchangedReasons(desired, { settings, code, release }),
    notes,
  };
}

function scheduleSteps(
  { companions, alias }: DesiredFunction,
  current: CurrentFunction | undefined,
): readonly DeployStep[] {
  const functionArn = current?.configuration?.FunctionArn;
  return planSchedules({
    desired: companions.schedules,
    current: current?.companions.rules ?? [],
    statements: current?.companions.statements ?? [],
    targetArn: functionArn === undefined || alias === undefined ? functionArn : `${functionArn}:${alias}`,
  });
}

/**
 * An alias that moves takes its provisioned concurrency along, which is made anew for the version (developer
 * guide, "Configuring provisioned concurrency"). A step that sets it waits by itself.
 */
function provisionedWait(
  { alias, companions }: DesiredFunction,
  current: CurrentFunction,
  { release, beside }: { readonly release: readonly DeployStep[]; readonly beside: CompanionPlan },
): readonly DeployStep[] {
  if (alias === undefined || companions.provisionedConcurrency === undefined) return [];
  if (beside.ofAlias.some(({ call }) => call === 'putProvisionedConcurrencyConfig')) return [];
  const isPending = current.companions.provisioned?.status === 'IN_PROGRESS';
  if (release.length === 0 && !isPending) return [];
  const changes = isPending ? [{ setting: 'Status', from: 'IN_PROGRESS', to: 'READY' }] : [];
  return [{ step: 'wait-provisioned', alias, changes }];
}

function logSteps({ companions }: DesiredFunction, current: CurrentFunction | undefined): readonly DeployStep[] {
  const { logRetention } = companions;
  if (logRetention === undefined || current?.logGroup === 'unmanaged') return [];
  const { logGroup, days } = logRetention;
  const before = current?.logGroup;
  if (before?.retentionDays === days) return [];
  const changes = [{ setting: 'RetentionInDays', from: before?.retentionDays, to: days }];
  return [
    ...(before === undefined ? [{ step: 'create-log-group' as const, logGroup, changes: [] }] : []),
    { step: 'set-log-retention', logGroup, days, changes },
  ];
}

function creationChanges({ settings, code, tags }: DesiredFunction): readonly Change[] {
  return [
    ...(settings === undefined ? [] : settingChanges(settings, {})),
    ...(code === undefined ? [] : [{ setting: 'Code', from: undefined, to: identityOf(code) }]),
    ...Object.entries(tags ?? {}).map(([key, to]) => ({
      setting: `Tags.${key}`,
      from: undefined,
      to: concealed(key, to),
    })),
  ];
}

function settingSteps({ settings }: DesiredFunction, current: FunctionConfiguration): readonly DeployStep[] {
  if (settings === undefined) return [];
  const changes = settingChanges(settings, current);
  if (changes.length > 0) return [{ step: 'update-settings', changes }];
  // What a failed update has left is not told by the settings that it was to set.
  return current.LastUpdateStatus === 'Failed'
    ? [
        {
          step: 'update-settings',
          changes: [
            { setting: 'LastUpdateStatus', from: `Failed (${current.LastUpdateStatusReason ?? ''})`, to: 'Successful' },
          ],
        },
      ]
    : [];
}

function tagSteps({ tags, code }: DesiredFunction, current: CurrentFunction): readonly DeployStep[] {
  if (tags === undefined) return [];
  // Without code in the plan nobody knows whether the deployed one is to stay signed.
  const keepsSignature = code === undefined || isSigned(code);
  const Resource = current.configuration?.FunctionArn;
  const changed = Object.entries(tags).filter(([key, value]) => current.tags[key] !== value);
  // Tags that AWS or CloudFormation put there are not ours to take away.
  const gone = Object.keys(current.tags).filter(
    (key) => !(key in tags) && !key.startsWith('aws:') && !(keepsSignature && key === SIGNATURE_TAG),
  );
  return [
    ...(changed.length > 0
      ? [
          {
            step: 'companion' as const,
            subject: 'tags',
            changes: changed.map(([key, to]) => ({
              setting: key,
              from: concealed(key, current.tags[key]),
              to: concealed(key, to),
            })),
            call: 'tagResource' as const,
            request: { Resource, Tags: Object.fromEntries(changed) },
          },
        ]
      : []),
    ...(gone.length > 0
      ? [
          {
            step: 'companion' as const,
            subject: 'tags',
            changes: gone.map((key) => ({ setting: key, from: concealed(key, current.tags[key]), to: undefined })),
            call: 'untagResource' as const,
            request: { Resource, TagKeys: gone },
          },
        ]
      : []),
  ];
}

/** With `--env-merge`: which variables of the deployed function stay although the project does not name them. */
function keptVariables(
  { mergesEnvironment, ownVariableNames }: DesiredFunction,
  current: FunctionConfiguration,
): readonly string[] {
  if (mergesEnvironment !== true) return [];
  return Object.entries(current.Environment?.Variables ?? {})
    .filter(([name]) => ownVariableNames?.includes(name) !== true)
    .map(([name, value]) => `environment variable ${name} ${masked(value)} was set elsewhere and stays`);
}

interface PlannedParts {
  readonly settings: readonly DeployStep[];
  readonly code: readonly DeployStep[];
  readonly release: readonly DeployStep[];
}

function unchangedReasons(desired: DesiredFunction, { settings, code, release }: PlannedParts): readonly string[] {
  const { alias } = desired;
  return [
    ...(desired.code === undefined || code.length > 0 ? [] : [equalityOf(desired.code)]),
    ...(desired.settings === undefined || settings.length > 0 ? [] : ['the settings are equal']),
    ...(alias === undefined || release.length > 0 ? [] : [`alias ${alias} points to this version`]),
  ];
}
