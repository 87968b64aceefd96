import { LambdakitError } from '../errors/lambdakit-error.js';
import { environmentVariable } from '../system/environment-variables.js';
import { type AwsConnection, isLoopback, LOCAL_CREDENTIALS, LOCAL_REGION } from './connection.js';

/** Calls are repeated by our own rules (`send-with-retries`), which tell of each attempt. */
const MAX_ATTEMPTS = 1;

/** What the constructor of every AWS client takes from us. */
export interface ClientSettings {
  readonly region?: string;
  readonly profile?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
}

/**
 * The settings of an AWS client. A loopback endpoint needs neither credentials nor a region of the
 * user: where none is set, fixed local ones are used, and no real key goes to a local service unasked.
 * @throws LambdakitError `usage` when the endpoint is no http(s) address, or one with a password.
 */
export function clientSettings(connection: AwsConnection): ClientSettings {
  const { profile, endpointUrl } = connection;
  const isLocal = endpointUrl !== undefined && isLoopback(endpointUrl);
  if (endpointUrl !== undefined && !isHttpUrl(endpointUrl)) {
    throw new LambdakitError('usage', `"${endpointUrl}" is not the address of a service.`, {
      hint: 'Write it as http://host:port or https://host.',
    });
  }
  if (endpointUrl !== undefined && hasUser(endpointUrl)) {
    throw new LambdakitError('usage', 'The address of the service carries a user name or a password.', {
      hint: 'Take it out: the requests are signed with AWS credentials instead.',
    });
  }
  const region = connection.region ?? (isLocal ? (environmentRegion() ?? LOCAL_REGION) : undefined);
  const credentials =
    connection.credentials ?? (isLocal && !hasOwnCredentials(profile) ? LOCAL_CREDENTIALS : undefined);
  return {
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(endpointUrl !== undefined && { endpoint: endpointUrl }),
    ...(credentials !== undefined && { credentials }),
    maxAttempts: MAX_ATTEMPTS,
  };
}

function hasUser(address: string): boolean {
  const { username, password } = new URL(address);
  return username !== '' || password !== '';
}

function environmentRegion(): string | undefined {
  return environmentVariable('AWS_REGION') ?? environmentVariable('AWS_DEFAULT_REGION');
}

function hasOwnCredentials(profile: string | undefined): boolean {
  return (
    profile !== undefined ||
    environmentVariable('AWS_PROFILE') !== undefined ||
    environmentVariable('AWS_ACCESS_KEY_ID') !== undefined
  );
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
