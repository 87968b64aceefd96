import { systemClock } from '../system/clock.js';
import type { UrlRecord } from './core/catalog/records.js';
import { isUrlPublic } from './core/catalog/url-policy.js';
import type { FunctionUrl, FunctionUrlDeps } from './function-url/function-url-ports.js';
import type { ApiServices } from './lambda-api/services.js';
import { recordKey } from './store/state-directory.js';
import { DUMMY_CREDENTIALS } from './supervisor/process-environment.js';

/**
 * The address of a function URL on the service's own port. Names under `localhost` lead to this machine
 * without any set-up (RFC 6761), so that every URL has a host of its own, as on AWS.
 */
export function functionUrlOf(endpoint: string, urlId: string): string {
  const { port } = new URL(endpoint);
  return `http://${urlId}.lambda-url.localhost${port === '' ? '' : `:${port}`}/`;
}

/** An open URL that AWS would not let everybody call. */
export interface UrlNotice {
  readonly functionName: string;
  readonly qualifier: string | undefined;
  /** What would have to be allowed. */
  readonly reason: string;
}

export interface FunctionUrlOptions {
  /** With these requests to AWS_IAM URLs are signed; default are the functions' own. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** Whether a missing permission is refused. Without it, it is told once per URL. */
  readonly enforceUrlPolicy?: boolean | undefined;
  readonly onUrlNotice?: ((notice: UrlNotice) => void) | undefined;
}

/** What the room of function URLs needs of the control plane. */
export function functionUrlDeps(services: ApiServices, options: FunctionUrlOptions = {}): FunctionUrlDeps {
  const { credentials = DUMMY_CREDENTIALS } = options;
  return {
    clock: systemClock,
    directory: services.directory,
    dispatcher: services.dispatcher,
    newId: services.newId,
    isTraceSampled: services.isTraceSampled,
    findUrl: (urlId) => findUrl(services, urlId),
    isRetired: (urlId) => services.state.functions.values().some(({ retiredUrlIds }) => retiredUrlIds?.includes(urlId)),
    isAllowed: accessCheck(services, options),
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

/** A signed caller is the account itself, which needs no statement; everybody else needs one. */
function accessCheck(
  services: ApiServices,
  { enforceUrlPolicy = false, onUrlNotice }: FunctionUrlOptions,
): NonNullable<FunctionUrlDeps['isAllowed']> {
  const told = new Set<string>();
  return ({ urlId, region, functionName, qualifier, authType }) => {
    const record = services.state.functions.get(recordKey(region, functionName));
    if (authType === 'AWS_IAM' || record === undefined || isUrlPublic(record, qualifier)) return true;
    if (enforceUrlPolicy) return false;
    if (!told.has(urlId)) {
      told.add(urlId);
      const reason =
        'its policy does not let everybody call it: AWS answers 403 until `*` may do lambda:InvokeFunctionUrl and lambda:InvokeFunction';
      onUrlNotice?.({ functionName, qualifier, reason });
    }
    return true;
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
