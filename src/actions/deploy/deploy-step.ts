import type { RoleStatement } from '../../lambda/execution-role.js';
import { describeStrategy, type ShiftStrategy } from '../traffic/schedule.js';
import type { Change } from './change.js';
import type { CompanionStep } from './companion-step.js';
import type { DeleteScheduleStep, PutScheduleStep } from './plan-schedules.js';
import { SIGNATURE_TAG } from './remembered-signature.js';

/** One change that a deployment makes; each is one call of the API (and the wait that belongs to it). */
export type DeployStep =
  | {
      readonly step: 'create-role';
      readonly roleName: string;
      readonly statements: readonly RoleStatement[];
      readonly changes: readonly Change[];
    }
  | {
      readonly step: 'update-role';
      readonly roleName: string;
      readonly statements: readonly RoleStatement[];
      readonly changes: readonly Change[];
    }
  | { readonly step: 'create-log-group'; readonly logGroup: string; readonly changes: readonly Change[] }
  | {
      readonly step: 'set-log-retention';
      readonly logGroup: string;
      readonly days: number;
      readonly changes: readonly Change[];
    }
  | {
      readonly step: 'stage-package';
      readonly bucket: string | undefined;
      readonly key: string;
      readonly changes: readonly Change[];
    }
  | { readonly step: 'sign-package'; readonly profileName: string; readonly changes: readonly Change[] }
  | { readonly step: 'remember-signature'; readonly changes: readonly Change[] }
  | {
      readonly step: 'push-image';
      readonly imageUri: string;
      readonly changes: readonly Change[];
    }
  | { readonly step: 'create-function'; readonly changes: readonly Change[] }
  | { readonly step: 'update-settings'; readonly changes: readonly Change[] }
  | { readonly step: 'update-code'; readonly changes: readonly Change[] }
  | CompanionStep
  | PutScheduleStep
  | DeleteScheduleStep
  | { readonly step: 'publish-version'; readonly changes: readonly Change[] }
  | { readonly step: 'create-alias'; readonly alias: string; readonly changes: readonly Change[] }
  | { readonly step: 'update-alias'; readonly alias: string; readonly changes: readonly Change[] }
  | {
      readonly step: 'shift-alias';
      readonly alias: string;
      readonly strategy: ShiftStrategy;
      readonly changes: readonly Change[];
    }
  | { readonly step: 'wait-provisioned'; readonly alias: string; readonly changes: readonly Change[] };

/** What a step does, in a few words. */
export function titleOf(step: DeployStep): string {
  switch (step.step) {
    case 'create-role':
      return `create role ${step.roleName}`;
    case 'update-role':
      return `update role ${step.roleName}`;
    case 'create-log-group':
      return `create log group ${step.logGroup}`;
    case 'set-log-retention':
      return `retention of log group ${step.logGroup}`;
    case 'stage-package':
      return `stage the package in ${step.bucket ?? 'the staging bucket'}, unless it is there`;
    case 'sign-package':
      return `sign the package with profile ${step.profileName}, unless it is signed already`;
    case 'remember-signature':
      return `remember the signed code in the tag ${SIGNATURE_TAG}`;
    case 'push-image':
      return `push the image to ${step.imageUri}, unless it is there`;
    case 'create-function':
      return 'create the function';
    case 'update-settings':
      return 'update settings';
    case 'update-code':
      return 'update code';
    case 'companion':
      return `${VERBS[step.call] ?? 'set'} ${step.subject}`;
    case 'put-schedule':
      return `${step.isNew ? 'create' : 'update'} schedule ${step.schedule.ruleName}`;
    case 'delete-schedule':
      return `delete schedule ${step.rule.ruleName}`;
    case 'publish-version':
      return 'publish a version';
    case 'create-alias':
      return `create alias ${step.alias}`;
    case 'update-alias':
      return `move alias ${step.alias}`;
    case 'shift-alias':
      return `shift alias ${step.alias}: ${describeStrategy(step.strategy)}`;
    case 'wait-provisioned':
      return `wait until the provisioned concurrency of alias ${step.alias} is ready`;
  }
}

const VERBS: Readonly<Partial<Record<CompanionStep['call'], string>>> = {
  untagResource: 'remove',
  createFunctionUrlConfig: 'create',
  updateFunctionUrlConfig: 'update',
  updateFunctionEventInvokeConfig: 'update',
  addPermission: 'add',
  removePermission: 'remove',
  createEventSourceMapping: 'create',
  updateEventSourceMapping: 'update',
  deleteEventSourceMapping: 'delete',
};

/** A step as a person reads it on one line. */
export function reasonOf(step: DeployStep): string {
  const changes = step.changes.map(changeText).join(', ');
  return changes === '' ? titleOf(step) : `${titleOf(step)}: ${changes}`;
}

/** One change: `Timeout 3 → 10`, `+TABLE (hidden 1a2b3c)`, `-OLD`. */
function changeText({ setting, from, to }: Change): string {
  if (from === undefined) return `+${setting} ${shown(to)}`;
  return to === undefined ? `-${setting}` : `${setting} ${shown(from)} → ${shown(to)}`;
}

/** A value as plans show it. */
export function shown(value: unknown): string {
  if (value === undefined) return '(none)';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
