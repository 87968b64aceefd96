import type { Lambda, LambdaClient } from '@aws-sdk/client-lambda';
import { clientSettings } from './client-settings.js';
import type { AwsConnection } from './connection.js';
import { translateAwsError } from './error-translation.js';

export type {
  AliasConfiguration,
  CreateFunctionRequest,
  EventSourceMappingConfiguration,
  FunctionConfiguration,
  FunctionEventInvokeConfig,
  FunctionUrlConfig,
  GetFunctionResponse,
  InvocationResponse,
  LayersListItem,
  LayerVersionsListItem,
  PublishLayerVersionResponse,
  UpdateFunctionCodeRequest,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';

/** The operations of the SDK's client: every method that takes one request and answers one response. */
type Operation = Exclude<keyof Lambda, keyof LambdaClient | `waitUntil${string}` | `paginate${string}`>;

type Arguments<Name extends Operation> = Lambda[Name] extends (...args: infer Args) => unknown ? Args : never;

type Request<Name extends Operation> = Arguments<Name>[0];

type Response<Name extends Operation> =
  Arguments<Name> extends [unknown, unknown, (error: never, data?: infer Data) => void]
    ? Exclude<Data, undefined>
    : never;

/**
 * The calls of the Lambda API, by the SDK's names. An action asks for `Pick<LambdaCalls, …>` of those it
 * uses, so that its signature says what it may do, and a test needs to supply no more.
 */
export type LambdaCalls = { readonly [Name in Operation]: (request: Request<Name>) => Promise<Response<Name>> };

/** A live door to the Lambda API; `dispose` closes its connections. */
export interface LambdaDoor {
  readonly calls: LambdaCalls;
  dispose(): void;
}

/**
 * Opens the Lambda API. The SDK is loaded with the first call; every call aborts with the
 * connection's signal, is reported to `onCall`, and throws only `LambdakitError`.
 */
export function openLambda(connection: AwsConnection): LambdaDoor {
  const settings = clientSettings(connection);
  let client: Promise<Lambda> | undefined;
  const connect = async (): Promise<Lambda> => {
    const sdk = await import('@aws-sdk/client-lambda');
    return new sdk.Lambda(settings);
  };
  const call = async (name: string, request: object): Promise<unknown> => {
    client ??= connect();
    return send(await client, { name, request, connection });
  };
  const calls = new Proxy({} as LambdaCalls, {
    // A promise-like proxy would be called by `await`.
    get: (_, name) =>
      typeof name === 'string' && name !== 'then' ? (request: object) => call(name, request) : undefined,
  });
  return { calls, dispose: () => void client?.then((opened) => opened.destroy()) };
}

interface Sending {
  readonly name: string;
  readonly request: object;
  readonly connection: AwsConnection;
}

type Send = (
  request: object,
  options: { readonly abortSignal: AbortSignal },
) => Promise<{ readonly $metadata: Metadata }>;

interface Metadata {
  readonly httpStatusCode?: number;
  readonly requestId?: string;
  readonly attempts?: number;
}

async function send(client: Lambda, { name, request, connection }: Sending): Promise<unknown> {
  const operation = name.charAt(0).toUpperCase() + name.slice(1);
  const startedAt = performance.now();
  const report = (metadata: Metadata | undefined, error?: string): void =>
    connection.onCall?.({
      operation,
      durationMs: performance.now() - startedAt,
      attempts: metadata?.attempts,
      status: metadata?.httpStatusCode,
      requestId: metadata?.requestId,
      error,
    });
  try {
    const method = Reflect.get(client, name) as Send;
    const response = await method.call(client, request, { abortSignal: connection.signal });
    report(response.$metadata);
    return response;
  } catch (error) {
    const { $metadata, name: errorName } = error as { readonly $metadata?: Metadata; readonly name?: string };
    report($metadata, errorName ?? 'Error');
    const endpoint = connection.endpointUrl;
    throw translateAwsError(error, { service: 'Lambda', operation, signal: connection.signal, endpoint, request });
  }
}
