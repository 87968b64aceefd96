import type {
  DeleteFunctionEventInvokeConfigRequest,
  GetFunctionEventInvokeConfigRequest,
  ListFunctionEventInvokeConfigsRequest,
  PutFunctionEventInvokeConfigRequest,
} from '@aws-sdk/client-lambda';
import { functionArn } from '../../../lambda/arn.js';
import { ApiError, notFound } from '../../core/catalog/api-error.js';
import { describeEventInvoke, eventInvokeConfig } from '../../core/catalog/event-invoke-config.js';
import { findVersion } from '../../core/catalog/function-address.js';
import { lookup } from '../../core/catalog/lookup.js';
import { paginate } from '../../core/catalog/paginate.js';
import { without } from '../../core/catalog/publish-version.js';
import type { EventInvokeRecord, FunctionRecord } from '../../core/catalog/records.js';
import { changeFunction, type FunctionInput, findFunction, lookUpFunction } from '../function-records.js';
import { type ApiCall, type ApiServices, type Handlers, handler } from '../services.js';

/** What happens to asynchronous invocations that fail or succeed. */
export function eventInvokeHandlers(services: ApiServices): Handlers {
  return {
    PutFunctionEventInvokeConfig: handler<PutFunctionEventInvokeConfigRequest>((input, call) =>
      store(services, call, input, 'put'),
    ),
    UpdateFunctionEventInvokeConfig: handler<PutFunctionEventInvokeConfigRequest>((input, call) =>
      store(services, call, input, 'update'),
    ),
    GetFunctionEventInvokeConfig: handler<GetFunctionEventInvokeConfigRequest>((input, call) => {
      const found = findConfig(services, call, input);
      return describeEventInvoke(found.record, found.qualifier, found.config);
    }),
    DeleteFunctionEventInvokeConfig: handler<DeleteFunctionEventInvokeConfigRequest>(async (input, call) => {
      const { record, qualifier } = findConfig(services, call, input);
      await changeFunction(services, call, record.functionName, (current) => ({
        ...current,
        eventInvokeConfigs: without(current.eventInvokeConfigs, qualifier),
      }));
      return {};
    }),
    ListFunctionEventInvokeConfigs: handler<ListFunctionEventInvokeConfigsRequest>((input, call) => {
      const { record } = findFunction(services, call, input.FunctionName);
      const configs = Object.entries(record.eventInvokeConfigs).sort(([a], [b]) => (a < b ? -1 : 1));
      const page = paginate(configs, ([qualifier]) => qualifier, input);
      return {
        FunctionEventInvokeConfigs: page.items.map(([qualifier, config]) =>
          describeEventInvoke(record, qualifier, config),
        ),
        NextMarker: page.nextMarker,
      };
    }),
  };
}

interface FoundConfig {
  readonly record: FunctionRecord;
  readonly qualifier: string;
  readonly config: EventInvokeRecord;
}

/** @throws ApiError ResourceNotFoundException, the same for a missing function, version and config */
function findConfig(services: ApiServices, call: ApiCall, input: FunctionInput): FoundConfig {
  const { scope, functionName, record, qualifier = '$LATEST' } = lookUpFunction(services, call, input);
  const config = lookup(record?.eventInvokeConfigs, qualifier);
  if (record === undefined || config === undefined) {
    throw notFound(`The function ${functionArn(scope, functionName, qualifier)} doesn't have an EventInvokeConfig`);
  }
  return { record, qualifier, config };
}

async function store(
  services: ApiServices,
  call: ApiCall,
  input: PutFunctionEventInvokeConfigRequest,
  mode: 'put' | 'update',
) {
  const qualifier =
    mode === 'update' ? findConfig(services, call, input).qualifier : requireTarget(services, call, input);
  const { functionName } = findFunction(services, call, input.FunctionName, input.Qualifier);
  const rule = {
    maximumRetryAttempts: input.MaximumRetryAttempts,
    maximumEventAgeSeconds: input.MaximumEventAgeInSeconds,
    destinationConfig: input.DestinationConfig,
  };
  let config: EventInvokeRecord | undefined;
  const record = await changeFunction(services, call, functionName, (current) => {
    config = eventInvokeConfig(mode === 'put' ? undefined : lookup(current.eventInvokeConfigs, qualifier), rule, {
      record: current,
      now: services.now(),
      functionExists: (arn) => functionExists(services, call, arn),
    });
    return { ...current, eventInvokeConfigs: { ...current.eventInvokeConfigs, [qualifier]: config } };
  });
  return config === undefined ? {} : describeEventInvoke(record, qualifier, config);
}

function requireTarget(services: ApiServices, call: ApiCall, input: FunctionInput): string {
  const { record, qualifier } = lookUpFunction(services, call, input);
  if (record === undefined || findVersion(record, qualifier) === undefined) {
    throw notFound("The function doesn't exist.");
  }
  return qualifier ?? '$LATEST';
}

function functionExists(services: ApiServices, call: ApiCall, arn: string): boolean {
  try {
    const { record, qualifier } = findFunction(services, call, arn);
    return findVersion(record, qualifier) !== undefined;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}
