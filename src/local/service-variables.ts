import type { LocalServiceOptions } from './local-service-options.js';

type Variables = Readonly<Record<string, string>>;

/** The variables with which any AWS SDK finds the local side; each name ends with that of its service. */
export function serviceVariables(endpoint: string, neighbours: Variables): Variables {
  return {
    AWS_ENDPOINT_URL_LAMBDA: endpoint,
    // The SDKs' name for it, and the name that people look for.
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: endpoint,
    AWS_ENDPOINT_URL_LOGS: endpoint,
    ...neighbours,
  };
}

/** Those of them that functions are told when they call some services of AWS itself. */
export function withoutServices(
  variables: Variables,
  services: NonNullable<LocalServiceOptions['awsServices']>,
): Variables {
  const isLeftOut = (name: string) => services.some((service) => name.endsWith(`_${service.toUpperCase()}`));
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !isLeftOut(name)));
}
