import type { ResolvedFunction } from '../config/resolve-function.js';
import type { LocalServiceOptions } from '../local/index.js';
import { routesOf, warnOfRepeatedRoutes } from './project-routes.js';
import { schedulesOf } from './project-schedules.js';
import type { Session } from './session.js';

export interface ServiceExtrasOptions {
  readonly region: string;
  readonly seed: number | undefined;
  readonly enforceUrlPolicy: boolean;
}

type ServiceExtras = Pick<
  LocalServiceOptions,
  'seed' | 'enforceUrlPolicy' | 'schedules' | 'routes' | 'onUrlNotice' | 'onRouteFailure' | 'onEventSourceNotice'
>;

/** What the project adds to its local service: the schedules and routes of its functions, and words for what AWS would not let pass. */
export async function serviceExtras(options: ServiceExtrasOptions, session: Session): Promise<ServiceExtras> {
  const { region, seed, enforceUrlPolicy } = options;
  const warn = (subject: string, text: string) => session.progress({ kind: 'warning', subject, text });
  const functions = await resolvedFunctions(session);
  const routes = functions.flatMap((resolved) => routesOf(resolved, region));
  warnOfRepeatedRoutes(routes, warn);
  return {
    ...(seed !== undefined && { seed }),
    enforceUrlPolicy,
    schedules: functions.flatMap((resolved) => schedulesOf(resolved, region, warn)),
    routes,
    onRouteFailure: ({ route, functionName, kind, reason }) =>
      warn(
        functionName,
        `${route}: ${reason}${kind === 'not-invoked' ? '; deploy it with `lambdakit deploy --local`' : ''}`,
      ),
    onUrlNotice: ({ functionName, reason }) => warn(functionName, `function URL: ${reason}`),
    onEventSourceNotice: ({ uuid, type, reason }) => {
      if (type === 'source-failed') warn(uuid, reason ?? 'the event source cannot be read');
    },
  };
}

/** Every function that can be resolved; one that cannot is named and left out. */
async function resolvedFunctions(session: Session): Promise<readonly ResolvedFunction[]> {
  const { resolveFunction } = await import('../config/resolve-function.js');
  const project = await session.project();
  const found = await Promise.all(
    project.functionKeys.map((key) =>
      resolveFunction(project, key).catch((error: unknown) => {
        const text = `its schedules and routes are left out: ${error instanceof Error ? error.message : String(error)}`;
        session.progress({ kind: 'warning', subject: key, text });
        return undefined;
      }),
    ),
  );
  return found.filter((resolved) => resolved !== undefined);
}
