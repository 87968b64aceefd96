import { deleteRule, putRule, putTarget, type RuleCalls } from '../../aws/event-rules.js';
import type { LambdaCalls } from '../../aws/lambda-calls.js';
import { isNotFound } from '../../aws/not-found.js';
import { isLambdakitError } from '../../errors/lambdakit-error.js';
import { type ChangeDependencies, makeChange } from './make-change.js';
import type { DeleteScheduleStep, PutScheduleStep } from './plan-schedules.js';
import { scheduleStatementId } from './policy-statement.js';

export interface ScheduleDependencies extends ChangeDependencies {
  readonly calls: Pick<LambdaCalls, 'addPermission' | 'removePermission'> & ChangeDependencies['calls'];
  readonly events: RuleCalls | undefined;
}

/** What a rule invokes. */
export interface ScheduledFunction {
  readonly functionName: string;
  readonly alias: string | undefined;
  readonly functionArn: string | undefined;
}

/** Brings one rule into the planned state. Each of its calls may be made again without harm. */
export async function applySchedule(
  step: PutScheduleStep | DeleteScheduleStep,
  target: ScheduledFunction,
  dependencies: ScheduleDependencies,
): Promise<void> {
  const { events } = dependencies;
  if (events === undefined) return;
  if (step.step === 'put-schedule') await put(step, target, { ...dependencies, events });
  else await remove(step, target, { ...dependencies, events });
}

interface OpenDependencies extends ScheduleDependencies {
  readonly events: RuleCalls;
}

async function put(
  { schedule, previousTarget }: PutScheduleStep,
  { functionName, alias, functionArn = '' }: ScheduledFunction,
  { events, calls, ...dependencies }: OpenDependencies,
): Promise<void> {
  const { ruleName, input } = schedule;
  const SourceArn = await putRule(events, { ...schedule, functionName });
  const statement = {
    FunctionName: functionName,
    ...(alias !== undefined && { Qualifier: alias }),
    StatementId: scheduleStatementId(ruleName),
    Action: 'lambda:InvokeFunction',
    Principal: 'events.amazonaws.com',
    SourceArn,
  };
  try {
    await makeChange(functionName, { ...dependencies, calls }, () => calls.addPermission(statement));
  } catch (error) {
    // The rule has changed and may invoke the function already.
    if (!isLambdakitError(error) || error.details?.awsCode !== 'ResourceConflictException') throw error;
  }
  const arn = alias === undefined ? functionArn : `${functionArn}:${alias}`;
  await putTarget(events, ruleName, { arn, input });
  if (previousTarget !== undefined && previousTarget !== arn) {
    await withdrawPermission(ruleName, functionName, previousTarget, calls);
  }
}

async function remove(
  { rule }: DeleteScheduleStep,
  { functionName }: ScheduledFunction,
  { events, calls }: OpenDependencies,
): Promise<void> {
  await deleteRule(events, rule);
  await withdrawPermission(rule.ruleName, functionName, rule.target?.arn ?? '', calls);
}

async function withdrawPermission(
  ruleName: string,
  functionName: string,
  targetArn: string,
  calls: Pick<LambdaCalls, 'removePermission'>,
): Promise<void> {
  const Qualifier = targetArn.split(':')[7];
  try {
    await calls.removePermission({
      FunctionName: functionName,
      ...(Qualifier !== undefined && { Qualifier }),
      StatementId: scheduleStatementId(ruleName),
    });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
