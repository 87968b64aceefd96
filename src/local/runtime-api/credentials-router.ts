import { timingSafeEqual } from 'node:crypto';
import type { EnvironmentRouter } from './environment-router.js';
import { replyJson } from './replies.js';

/** Credentials that a restored environment asks for, as AWS_CONTAINER_CREDENTIALS_FULL_URI offers them. */
export interface EnvironmentCredentials {
  /** The value of AWS_CONTAINER_AUTHORIZATION_TOKEN; asked for when somebody comes with one. */
  token(): string;
  read(): {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
    /** Epoch milliseconds. */
    readonly expiresAtMs: number;
  };
}

const PATH = '/2021-04-23/credentials';

/** The credentials endpoint of SnapStart environments. */
export function createCredentialsRouter(credentials: EnvironmentCredentials): EnvironmentRouter {
  return (request, response, path) => {
    if (path !== PATH) return false;
    const given = Buffer.from(request.headers.authorization ?? '');
    const expected = Buffer.from(credentials.token());
    if (request.method !== 'GET') {
      replyJson(response, 405, { errorMessage: 'Method Not Allowed', errorType: 'MethodNotAllowed' });
    } else if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end('cannot get credentials for the provided token\n');
    } else {
      const { accessKeyId, secretAccessKey, sessionToken, expiresAtMs } = credentials.read();
      replyJson(response, 200, {
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        Token: sessionToken ?? '',
        Expiration: new Date(expiresAtMs).toISOString(),
      });
    }
    return true;
  };
}
