import { systemClock } from '../system/clock.js';
import type { UrlRecord } from './core/catalog/records.js';
import type { FunctionUrl, FunctionUrlDeps } from './function-url/function-url-ports.js';
import type { ApiServices } from './lambda-api/services.js';
import { DUMMY_CREDENTIALS } from './supervisor/process-environment.js';

/**
 * The address of a function URL on the service's own port. Names under `localhost` lead to this machine
 * without any set-up (RFC 6761), so that every URL has a host of its own, as on AWS.
 */
export function functionUrlOf(endpoint: string, urlId: string): string {
  const { port } = new URL(endpoint);
  return `http://${urlId}.lambda-url.localhost${port === '' ? '' : `:${port}`}/`;
}

/** What the room of function URLs needs of the control plane. Requests to AWS_IAM URLs are signed with the functions' own credentials. */
export function functionUrlDeps(
  services: ApiServices,
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } = DUMMY_CREDENTIALS,
): FunctionUrlDeps {
  return {
    clock: systemClock,
    directory: services.directory,
    dispatcher: services.dispatcher,
    newId: services.newId,
    findUrl: (urlId) => findUrl(services, urlId),
    identityOf: (accessKeyId) =>
      accessKeyId === credentials.accessKeyId
        ? {
            secretAccessKey: credentials.secretAccessKey,
            accountId: services.accountId,
            userArn: `arn:aws:iam::${services.accountId}:root`,
            userId: services.accountId,
          }
        : undefined,
  };
}

function findUrl(services: ApiServices, urlId: string): FunctionUrl | undefined {
  for (const { region, functionName, urls } of services.state.functions.values()) {
    for (const [key, url] of Object.entries(urls)) {
      if (url.urlId === urlId) return describe(url, { region, functionName, qualifier: key });
    }
  }
  return undefined;
}

function describe(
  url: UrlRecord,
  {
    region,
    functionName,
    qualifier,
  }: { readonly region: string; readonly functionName: string; readonly qualifier: string },
): FunctionUrl {
  return {
    urlId: url.urlId,
    region,
    functionName,
    qualifier: qualifier === '$LATEST' ? undefined : qualifier,
    authType: url.AuthType,
    invokeMode: url.InvokeMode,
    cors: url.Cors,
  };
}
