import type { CurrentRule } from '../../aws/event-rules.js';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import { type Change, canonicalJson, changesOf } from './change.js';
import type { DesiredSchedule } from './desired-schedules.js';
import { type PermissionStatement, scheduleStatementId } from './policy-statement.js';

/** Makes or changes a rule, what it invokes, and the permission to do so. */
export interface PutScheduleStep {
  readonly step: 'put-schedule';
  readonly schedule: DesiredSchedule;
  readonly isNew: boolean;
  /** What the rule invokes now; its permission there goes when it moves to another alias. */
  readonly previousTarget: string | undefined;
  readonly changes: readonly Change[];
}

/** Takes a rule of ours away that the project does not have any more, and its permission. */
export interface DeleteScheduleStep {
  readonly step: 'delete-schedule';
  readonly rule: CurrentRule;
  readonly changes: readonly Change[];
}

export interface PlanSchedulesOptions {
  readonly desired: readonly DesiredSchedule[] | undefined;
  readonly current: readonly CurrentRule[];
  readonly statements: readonly PermissionStatement[];
  /** What the rules are to invoke; undefined before the function exists. */
  readonly targetArn: string | undefined;
}

/**
 * Compares the rules that invoke a function with those of the project. Pure.
 * @throws LambdakitError `service-refused` when somebody else has a rule of the name that is wanted
 */
export function planSchedules({
  desired,
  current,
  statements,
  targetArn,
}: PlanSchedulesOptions): readonly (PutScheduleStep | DeleteScheduleStep)[] {
  if (desired === undefined) return [];
  const present = new Map(current.map((rule) => [rule.ruleName, rule]));
  const puts = desired.flatMap((schedule): readonly PutScheduleStep[] => {
    const before = present.get(schedule.ruleName);
    if (before?.isOwn === false) throw foreignRule(schedule);
    const isAllowed = statements.some(
      ({ StatementId, SourceArn = '' }) =>
        StatementId === scheduleStatementId(schedule.ruleName) && SourceArn.endsWith(`:rule/${schedule.ruleName}`),
    );
    const changes = [
      ...changesOf(wantedMembers(schedule), before && presentMembers(before, schedule)),
      ...(before === undefined || targetArn === undefined || before.target?.arn === targetArn
        ? []
        : [{ setting: 'Target', from: before.target?.arn, to: targetArn }]),
      ...(before === undefined || isAllowed
        ? []
        : [{ setting: 'Permission', from: undefined, to: scheduleStatementId(schedule.ruleName) }]),
      ...(before?.target?.input !== undefined && schedule.input === undefined
        ? [{ setting: 'Input', from: before.target.input, to: undefined }]
        : []),
    ];
    return changes.length === 0
      ? []
      : [{ step: 'put-schedule', schedule, isNew: before === undefined, previousTarget: before?.target?.arn, changes }];
  });
  const names = new Set(desired.map(({ ruleName }) => ruleName));
  const gone = current.filter(({ ruleName, target }) => target !== undefined && !names.has(ruleName));
  return [
    ...puts,
    ...gone.map(
      (rule): DeleteScheduleStep => ({
        step: 'delete-schedule',
        rule,
        changes: [{ setting: 'ScheduleExpression', from: rule.scheduleExpression, to: undefined }],
      }),
    ),
  ];
}

function wantedMembers({ scheduleExpression, state, input }: DesiredSchedule): object {
  return { ScheduleExpression: scheduleExpression, State: state, ...(input !== undefined && { Input: input }) };
}

/** An input that means the same is shown as the one that is wanted. */
function presentMembers({ scheduleExpression, state, target }: CurrentRule, { input }: DesiredSchedule): object {
  const isSameInput =
    input !== undefined && target?.input !== undefined && canonicalInput(input) === canonicalInput(target.input);
  return {
    ScheduleExpression: scheduleExpression,
    State: state,
    Input: isSameInput ? input : target?.input,
  };
}

function canonicalInput(input: string): string {
  try {
    return canonicalJson(JSON.parse(input));
  } catch {
    // What somebody has put there by hand need not be JSON; it is then compared as it stands.
    return input;
  }
}

function foreignRule({ ruleName }: DesiredSchedule): LambdakitError {
  return new LambdakitError(
    'service-refused',
    `There is a rule ${ruleName} already, and it does not invoke this function.`,
    {
      hint: 'Give the schedule another "name" in lambdakit.json; the rule is named FUNCTION-NAME.',
    },
  );
}
