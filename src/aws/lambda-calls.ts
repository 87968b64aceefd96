import type { Lambda, LambdaClient } from '@aws-sdk/client-lambda';
import type { AwsConnection } from './connection.js';
import { type CallDoor, openCalls } from './open-calls.js';
import type { CallsOf } from './sdk-calls.js';

export type {
  AddPermissionRequest,
  AliasConfiguration,
  CreateEventSourceMappingRequest,
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

/**
 * The calls of the Lambda API, by the SDK's names. An action asks for `Pick<LambdaCalls, …>` of those it
 * uses, so that its signature says what it may do, and a test needs to supply no more.
 */
export type LambdaCalls = CallsOf<Lambda, LambdaClient>;

/** A live door to the Lambda API; `dispose` closes its connections. */
export type LambdaDoor = CallDoor<LambdaCalls>;

/** Opens the Lambda API. The SDK is loaded with the first call. */
export function openLambda(connection: AwsConnection): LambdaDoor {
  return openCalls<LambdaCalls>(connection, {
    name: 'Lambda',
    load: async (settings) => new (await import('@aws-sdk/client-lambda')).Lambda(settings),
  });
}
