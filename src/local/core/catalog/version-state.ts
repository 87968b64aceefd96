import { functionArn } from '../../../lambda/arn.js';
import { conflict } from './api-error.js';
import type { FunctionRecord, RuleContext, StateTransition, VersionRecord } from './records.js';

/** The version as it is now: a transition whose time has come is over, with the revision id that it promised. */
export function settleVersion(version: VersionRecord, now: number): VersionRecord {
  const { transition, ...rest } = version;
  if (transition === undefined || now < transition.dueAt) return version;
  return { ...rest, RevisionId: transition.revisionId, hasSettled: true };
}

/** The function with all its versions settled. */
export function settleFunction(record: FunctionRecord, now: number): FunctionRecord {
  return {
    ...record,
    latest: settleVersion(record.latest, now),
    versions: Object.fromEntries(
      Object.entries(record.versions).map(([number, version]) => [number, settleVersion(version, now)]),
    ),
  };
}

/** A transition that starts now. */
export function beginTransition(kind: StateTransition['kind'], context: RuleContext): StateTransition {
  return { kind, dueAt: context.now + context.transitionMs, revisionId: context.newId() };
}

/** Refuses a change while an earlier one is under way. @throws ApiError ResourceConflictException */
export function requireSettled(record: FunctionRecord): void {
  if (record.latest.transition === undefined) return;
  throw conflict(
    `The operation cannot be performed at this time. An update is in progress for resource: ${functionArn(record, record.functionName)}`,
  );
}

/** The state members of a configuration, in the API's words. */
export function describeState(version: VersionRecord): Readonly<Record<string, string>> {
  const reason = 'The function is being created.';
  if (version.transition?.kind === 'create') {
    return { State: 'Pending', StateReason: reason, StateReasonCode: 'Creating' };
  }
  if (version.transition?.kind === 'update') {
    // The service gives the reason of a creation for updates too.
    return {
      State: 'Active',
      LastUpdateStatus: 'InProgress',
      LastUpdateStatusReason: reason,
      LastUpdateStatusReasonCode: 'Creating',
    };
  }
  return { State: 'Active', LastUpdateStatus: 'Successful' };
}
