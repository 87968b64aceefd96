/**
 * Which rules the platform's own client follows for a runtime: generation 3 serves nodejs18.x to
 * nodejs22.x (callbacks, errors caught process-wide), generation 4 serves nodejs24.x and later
 * (promises only, Node's own defaults for uncaught errors). Source: npm aws-lambda-ric 3.x and 4.x.
 */
export type ClientGeneration = 3 | 4;

/**
 * The configured runtime decides, not the Node that happens to run; a container image names none and
 * gets the rules of its Node.
 */
export function clientGeneration(executionEnvironment: string | undefined, nodeVersion: string): ClientGeneration {
  const configured = /^AWS_Lambda_nodejs(\d+)/.exec(executionEnvironment ?? '')?.[1];
  return Number.parseInt(configured ?? nodeVersion, 10) >= 24 ? 4 : 3;
}
