import { createHash } from 'node:crypto';
import { LambdakitError } from '../errors/lambdakit-error.js';
import type { EventBridgeCalls } from './neighbour-calls.js';
import { isNotFound } from './not-found.js';

export type RuleCalls = Pick<
  EventBridgeCalls,
  'listRules' | 'listTargetsByRule' | 'putRule' | 'putTargets' | 'removeTargets' | 'deleteRule'
>;

/** The target of a rule that we made is told from others by this ID. */
const TARGET_ID = 'lambdakit';
/** EventBridge API reference, PutRule: a name has at most 64 characters. */
const MAX_NAME = 64;
const DIGEST_LENGTH = 8;

/** A rule as it is now. */
export interface CurrentRule {
  readonly ruleName: string;
  readonly scheduleExpression: string | undefined;
  readonly state: string | undefined;
  /** What we have made it invoke; undefined when it has no target yet. */
  readonly target: { readonly arn: string; readonly input: string | undefined } | undefined;
  /** False for a rule of somebody else, or of another function. */
  readonly isOwn: boolean;
  readonly hasOtherTargets: boolean;
}

/** The name of a function's rule. Rules share one name space for each region, so the function is part of the name. */
export function ruleNameOf(functionName: string, schedule: string): string {
  const name = `${functionName}-${schedule}`;
  if (name.length <= MAX_NAME) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, DIGEST_LENGTH);
  return `${name.slice(0, MAX_NAME - DIGEST_LENGTH - 1)}-${digest}`;
}

/** The rules whose names begin like those of a function: one call, and one more for each rule. */
export async function readRules(calls: RuleCalls, functionName: string): Promise<readonly CurrentRule[]> {
  const NamePrefix = `${functionName}-`.slice(0, MAX_NAME - DIGEST_LENGTH - 1);
  const rules: Awaited<ReturnType<RuleCalls['listRules']>>['Rules'] = [];
  let NextToken: string | undefined;
  do {
    const page = await calls.listRules({ NamePrefix, ...(NextToken !== undefined && { NextToken }) });
    rules.push(...(page.Rules ?? []));
    NextToken = page.NextToken || undefined;
  } while (NextToken !== undefined);
  return Promise.all(
    rules.map(async ({ Name = '', ScheduleExpression, State }) => {
      const { Targets = [] } = await calls.listTargetsByRule({ Rule: Name });
      const own = Targets.find(({ Id, Arn = '' }) => Id === TARGET_ID && Arn.split(':')[6] === functionName);
      return {
        ruleName: Name,
        scheduleExpression: ScheduleExpression,
        state: State,
        target: own && { arn: own.Arn ?? '', input: own.Input },
        // Without any target it is what an interrupted deployment has left.
        isOwn: own !== undefined || (Targets.length === 0 && ScheduleExpression !== undefined),
        hasOtherTargets: Targets.some((target) => target !== own),
      };
    }),
  );
}

export interface PutRuleOptions {
  readonly ruleName: string;
  readonly functionName: string;
  readonly scheduleExpression: string;
  readonly state: 'ENABLED' | 'DISABLED';
}

/** Makes or changes a rule, and answers its ARN. */
export async function putRule(calls: RuleCalls, options: PutRuleOptions): Promise<string> {
  const { RuleArn = '' } = await calls.putRule({
    Name: options.ruleName,
    Description: `Invokes the function ${options.functionName}`,
    ScheduleExpression: options.scheduleExpression,
    State: options.state,
  });
  return RuleArn;
}

/** Lets a rule invoke a function. @throws LambdakitError `service-refused` with the service's reason */
export async function putTarget(
  calls: RuleCalls,
  ruleName: string,
  target: { readonly arn: string; readonly input: string | undefined },
): Promise<void> {
  const { FailedEntryCount = 0, FailedEntries } = await calls.putTargets({
    Rule: ruleName,
    Targets: [{ Id: TARGET_ID, Arn: target.arn, ...(target.input !== undefined && { Input: target.input }) }],
  });
  if (FailedEntryCount === 0) return;
  const reason = FailedEntries?.[0]?.ErrorMessage ?? 'no reason given';
  throw new LambdakitError('service-refused', `EventBridge does not let the rule ${ruleName} invoke it: ${reason}`, {
    hint: 'Correct the schedule in lambdakit.json and deploy again.',
  });
}

/** Takes our target away from a rule, and the rule itself where nothing else hangs on it. One that is gone is fine. */
export async function deleteRule(
  calls: RuleCalls,
  { ruleName, target, hasOtherTargets }: Pick<CurrentRule, 'ruleName' | 'target' | 'hasOtherTargets'>,
): Promise<void> {
  try {
    if (target !== undefined) await calls.removeTargets({ Rule: ruleName, Ids: [TARGET_ID] });
    if (!hasOtherTargets) await calls.deleteRule({ Name: ruleName });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
