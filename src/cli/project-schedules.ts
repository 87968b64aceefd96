import type { ResolvedFunction } from '../config/resolve-function.js';
import { functionArn } from '../lambda/arn.js';
import { LOCAL_ACCOUNT_ID } from '../lambda/local-account.js';
import type { LocalServiceOptions } from '../local/index.js';

/** The schedules of a function as its local service keeps them; `warn` hears of time zones that it does not know. */
export function schedulesOf(
  { key, functionName, config: { schedules = [] } }: ResolvedFunction,
  region: string,
  warn: (subject: string, text: string) => void,
): NonNullable<LocalServiceOptions['schedules']> {
  for (const { scheduleExpressionTimezone = 'UTC' } of schedules) {
    if (scheduleExpressionTimezone === 'UTC') continue;
    warn(key, `the local service keeps the time of its schedule in UTC, not in ${scheduleExpressionTimezone}`);
  }
  return schedules.flatMap((schedule, index) =>
    schedule.enabled === false
      ? []
      : [
          {
            name: schedule.name ?? `${key}-${index + 1}`,
            expression: schedule.scheduleExpression,
            functionArn: functionArn({ region, accountId: LOCAL_ACCOUNT_ID }, functionName),
            ...(schedule.input !== undefined && { input: JSON.stringify(schedule.input) }),
          },
        ],
  );
}
