import { functionArn } from '../lambda/arn.js';
import type { LocalServiceOptions } from '../local/index.js';
import type { Session } from './session.js';

export interface ServiceExtrasOptions {
  readonly region: string;
  readonly seed: number | undefined;
  readonly enforceUrlPolicy: boolean;
}

type ServiceExtras = Pick<
  LocalServiceOptions,
  'seed' | 'enforceUrlPolicy' | 'schedules' | 'onUrlNotice' | 'onEventSourceNotice'
>;

/** What the project adds to its local service: the schedules of its functions, and words for what AWS would not let pass. */
export async function serviceExtras(options: ServiceExtrasOptions, session: Session): Promise<ServiceExtras> {
  const { region, seed, enforceUrlPolicy } = options;
  const warn = (subject: string, text: string) => session.progress({ kind: 'warning', subject, text });
  return {
    ...(seed !== undefined && { seed }),
    enforceUrlPolicy,
    schedules: await projectSchedules(region, session),
    onUrlNotice: ({ functionName, reason }) => warn(functionName, `function URL: ${reason}`),
    onEventSourceNotice: ({ uuid, type, reason }) => {
      if (type === 'source-failed') warn(uuid, reason ?? 'the event source cannot be read');
    },
  };
}

/** The schedules of every function that can be resolved; a function that cannot is named and left out. */
async function projectSchedules(region: string, session: Session): Promise<NonNullable<ServiceExtras['schedules']>> {
  const { resolveFunction } = await import('../config/resolve-function.js');
  const project = await session.project();
  const found = await Promise.all(
    project.functionKeys.map(async (key) => {
      const resolved = await resolveFunction(project, key).catch((error: unknown) => {
        const text = `its schedules do not run: ${error instanceof Error ? error.message : String(error)}`;
        session.progress({ kind: 'warning', subject: key, text });
        return undefined;
      });
      for (const { scheduleExpressionTimezone = 'UTC' } of resolved?.config.schedules ?? []) {
        if (scheduleExpressionTimezone === 'UTC') continue;
        const text = `the local service keeps the time of its schedule in UTC, not in ${scheduleExpressionTimezone}`;
        session.progress({ kind: 'warning', subject: key, text });
      }
      return (resolved?.config.schedules ?? []).flatMap((schedule, index) =>
        schedule.enabled === false || resolved === undefined
          ? []
          : [
              {
                name: schedule.name ?? `${key}-${index + 1}`,
                expression: schedule.scheduleExpression,
                functionArn: functionArn({ region, accountId: LOCAL_ACCOUNT }, resolved.functionName),
                ...(schedule.input !== undefined && { input: JSON.stringify(schedule.input) }),
              },
            ],
      );
    }),
  );
  return found.flat();
}

/** The account of the local service. */
const LOCAL_ACCOUNT = '000000000000';
