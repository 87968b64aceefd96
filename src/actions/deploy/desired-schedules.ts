import { ruleNameOf } from '../../aws/event-rules.js';
import type { ResolvedFunction } from '../../config/resolve-function.js';
import { LambdakitError } from '../../errors/lambdakit-error.js';

/** A rule of EventBridge that invokes the function by the clock. */
export interface DesiredSchedule {
  readonly ruleName: string;
  readonly scheduleExpression: string;
  readonly state: 'ENABLED' | 'DISABLED';
  /** The event, as JSON text; absent: the one that EventBridge makes. */
  readonly input: string | undefined;
}

/**
 * The schedules of a function as rules: these need nothing but the function's own policy to invoke it.
 * @throws LambdakitError `config-invalid` for what a rule cannot do
 */
export function desiredSchedules({
  key,
  functionName,
  config,
}: Pick<ResolvedFunction, 'key' | 'functionName' | 'config'>): readonly DesiredSchedule[] | undefined {
  const { schedules } = config;
  if (schedules === undefined) return undefined;
  const names = schedules.map(({ name }, index) => name ?? String(index + 1));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new LambdakitError('config-invalid', `functions.${key}.schedules has the name "${twice}" twice.`, {
      hint: 'Give each schedule a name of its own; without one its number is its name.',
    });
  }
  return schedules.map(({ scheduleExpression, scheduleExpressionTimezone, input, enabled }, index) => {
    const place = `functions.${key}.schedules[${index}]`;
    refuseWhatRulesCannot(place, scheduleExpression, scheduleExpressionTimezone);
    return {
      ruleName: ruleNameOf(functionName, names[index] ?? ''),
      scheduleExpression,
      state: enabled === false ? 'DISABLED' : 'ENABLED',
      input: input === undefined ? undefined : JSON.stringify(input),
    };
  });
}

/** EventBridge user guide, "Setting a schedule pattern for scheduled rules": cron and rate, in UTC. */
function refuseWhatRulesCannot(place: string, expression: string, timezone: string | undefined): void {
  if (expression.startsWith('at(')) {
    throw new LambdakitError(
      'config-invalid',
      `${place}.scheduleExpression is ${expression}, which a rule cannot do.`,
      {
        hint: 'A deployment makes rules of EventBridge, which take rate(…) and cron(…). at(…) runs in the local service only.',
      },
    );
  }
  if (timezone === undefined || UTC.has(timezone)) return;
  throw new LambdakitError(
    'config-invalid',
    `${place}.scheduleExpressionTimezone is ${timezone}, and rules run in UTC.`,
    {
      hint: 'Write the hours of the cron expression in UTC and leave the time zone out.',
    },
  );
}

const UTC: ReadonlySet<string> = new Set(['UTC', 'Etc/UTC', 'GMT', 'Etc/GMT']);
