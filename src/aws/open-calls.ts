import { type ClientSettings, clientSettings } from './client-settings.js';
import type { AwsConnection } from './connection.js';
import { translateAwsError } from './error-translation.js';
import { createRequestPace } from './request-pace.js';
import { type AwsRetry, attemptsOf, sendWithRetries } from './send-with-retries.js';

/** A live door to one AWS service; `dispose` closes its connections. */
export interface CallDoor<Calls> {
  readonly calls: Calls;
  dispose(): void;
}

/** The aggregated client of one service of the SDK, such as `Lambda` or `S3`. */
interface SdkClient {
  destroy(): void;
}

export interface ServiceOfSdk {
  /** As people say it: `Lambda`, `S3`, `IAM`. */
  readonly name: string;
  /** Loads the SDK's module and makes its client; called with the first call. */
  readonly load: (settings: ClientSettings) => Promise<SdkClient>;
}

/** Control plane calls answer within seconds; a line that is silent for longer is dead. */
const ATTEMPT_TIMEOUT_MS = 20_000;
/** A package on its way up a slow line. */
const UPLOAD_TIMEOUT_MS = 600_000;

/**
 * Opens a service of AWS. Every call aborts with the connection's signal, is repeated by the rules of
 * `retry-rules`, is reported to `onCall` and `onRetry`, and throws only `LambdakitError`.
 */
export function openCalls<Calls extends object>(connection: AwsConnection, service: ServiceOfSdk): CallDoor<Calls> {
  const settings = clientSettings(connection);
  const pace = createRequestPace({ requestsPerSecond: connection.requestsPerSecond });
  let client: Promise<SdkClient> | undefined;
  const call = async (name: string, request: object): Promise<unknown> => {
    client ??= service.load(settings);
    return send(await client, { name, request, connection, service, pace });
  };
  const calls = new Proxy({} as Calls, {
    // A promise-like proxy would be called by `await`.
    get: (_, name) =>
      typeof name === 'string' && name !== 'then' ? (request: object) => call(name, request) : undefined,
  });
  return {
    calls,
    // A client that could not be loaded has already failed the call that asked for it.
    dispose: () => void client?.then((opened) => opened.destroy()).catch(() => undefined),
  };
}

interface Sending {
  readonly name: string;
  readonly request: object;
  readonly connection: AwsConnection;
  readonly service: ServiceOfSdk;
  readonly pace: ReturnType<typeof createRequestPace>;
}

type Send = (
  request: object,
  options: { readonly abortSignal: AbortSignal },
) => Promise<{ readonly $metadata: Metadata }>;

interface Metadata {
  readonly httpStatusCode?: number;
  readonly requestId?: string;
}

async function send(client: SdkClient, { name, request, connection, service, pace }: Sending): Promise<unknown> {
  const operation = name.charAt(0).toUpperCase() + name.slice(1);
  const startedAt = performance.now();
  const report = (metadata: Metadata | undefined, attempts: number, error?: string): void =>
    connection.onCall?.({
      operation,
      durationMs: performance.now() - startedAt,
      attempts,
      status: metadata?.httpStatusCode,
      requestId: metadata?.requestId,
      error,
    });
  try {
    const method = Reflect.get(client, name) as Send;
    const { response, attempts } = await sendWithRetries(
      (abortSignal) => method.call(client, request, { abortSignal }),
      {
        operation,
        signal: connection.signal,
        attemptTimeoutMs: connection.attemptTimeoutMs ?? (isUpload(request) ? UPLOAD_TIMEOUT_MS : ATTEMPT_TIMEOUT_MS),
        pace,
        onRetry: (retry: AwsRetry) => connection.onRetry?.(retry),
      },
    );
    report(response.$metadata, attempts);
    return response;
  } catch (error) {
    const { $metadata, name: errorName } = error as { readonly $metadata?: Metadata; readonly name?: string };
    report($metadata, attemptsOf(error), errorName ?? 'Error');
    const endpoint = connection.endpointUrl;
    throw translateAwsError(error, {
      service: service.name,
      operation,
      signal: connection.signal,
      endpoint,
      request,
    });
  }
}

function isUpload(request: object): boolean {
  return 'ZipFile' in request || 'Code' in request || 'Content' in request || 'Body' in request;
}
