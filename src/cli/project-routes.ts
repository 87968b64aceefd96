import type { ResolvedFunction } from '../config/resolve-function.js';
import type { LocalServiceOptions } from '../local/index.js';

/** The HTTP routes of a function as its local service answers them. */
export function routesOf(
  { functionName, config: { routes = [] } }: ResolvedFunction,
  region: string,
): NonNullable<LocalServiceOptions['routes']> {
  return routes.map((written) => {
    const declared = typeof written === 'string' ? { route: written } : written;
    const { route, front = 'http', binary, multiValueHeaders } = declared;
    return {
      route,
      front,
      functionName,
      region,
      ...(binary !== undefined && { binary }),
      ...(multiValueHeaders !== undefined && { multiValueHeaders }),
    };
  });
}

/** Tells of routes that lead to two functions: the first one gets the requests. */
export function warnOfRepeatedRoutes(
  routes: NonNullable<LocalServiceOptions['routes']>,
  warn: (subject: string, text: string) => void,
): void {
  for (const [index, { route, functionName }] of routes.entries()) {
    const first = routes.find((other) => other.route === route);
    if (first !== routes[index]) {
      warn(functionName, `its route ${route} leads to ${first?.functionName}, which has it, too`);
    }
  }
}
