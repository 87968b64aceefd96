import type { AwsConnection } from './connection.js';
import { translateAwsError } from './error-translation.js';

/** Keys as programs sign with them. */
export interface PlainCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * The user's own AWS credentials, looked up as the SDK does: profile, environment, shared files, single sign-on.
 * @throws LambdakitError `credentials-missing`
 */
export async function readCredentials(
  connection: Pick<AwsConnection, 'profile' | 'region' | 'signal'>,
): Promise<PlainCredentials> {
  const { profile, region = 'us-east-1', signal } = connection;
  const { LambdaClient } = await import('@aws-sdk/client-lambda');
  const client = new LambdaClient({ region, ...(profile !== undefined && { profile }) });
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  } catch (error) {
    throw translateAwsError(error, { service: 'Lambda', operation: 'the function', signal });
  } finally {
    client.destroy();
  }
}
