import { routeSchema } from '../../config/companions-schema.js';
import type { Mapping } from './template-values.js';

/** Why an event of an API is still listed when its route was taken over. */
export const API_STAYS =
  'its route is for the local service; the API itself needs resources of its own, which lambdakit does not make';

/**
 * What other tools say of a route, as the project file does. Undefined where it is no route of ours. `*` and a missing
 * method or path mean any.
 */
export function importedRoute(front: 'http' | 'rest', method: unknown, path: unknown): Mapping | string | undefined {
  const verb = method === undefined || method === '*' ? 'ANY' : String(method).toUpperCase();
  const isAny = path === undefined || path === '*' || path === '$default';
  const place = isAny ? '$default' : String(path).replace(/^\/?/, '/');
  const route = isAny ? place : `${verb} ${place}`;
  const written = front === 'http' ? route : { route, front };
  return routeSchema.safeParse(written).success ? written : undefined;
}
