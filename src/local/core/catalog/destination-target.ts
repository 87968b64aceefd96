import { type ApiError, invalidParameter } from './api-error.js';

/** The destinations of a request, for the asynchronous invocations of a function or for an event source mapping. */
export interface DestinationRequest {
  readonly OnSuccess?: { readonly Destination?: string | undefined } | undefined;
  readonly OnFailure?: { readonly Destination?: string | undefined } | undefined;
}

/**
 * Refuses a destination that is a FIFO queue or topic, or that belongs to none of these services.
 * @throws ApiError InvalidParameterValueException
 */
export function checkTarget(
  config: DestinationRequest | undefined,
  name: 'OnSuccess' | 'OnFailure',
  services: readonly string[],
): void {
  const arn = config?.[name]?.Destination ?? '';
  const service = arn.split(':')[2] ?? '';
  const isFifo = (service === 'sqs' || service === 'sns') && arn.endsWith('.fifo');
  if (isFifo) throw invalidDestination(arn);
  if (!services.includes(service)) {
    throw invalidParameter(`The provided destination config ${print(config)} is invalid.`);
  }
}

export function invalidDestination(arn: string): ApiError {
  return invalidParameter(`The destination ARN ${arn} is invalid.`);
}

/** As Java prints it. */
function print(config: DestinationRequest | undefined): string {
  const one = (name: 'OnSuccess' | 'OnFailure') =>
    config?.[name] === undefined ? 'null' : `${name}(destination=${config[name].Destination ?? 'null'})`;
  return `DestinationConfig(onSuccess=${one('OnSuccess')}, onFailure=${one('OnFailure')})`;
}
