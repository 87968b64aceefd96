import type {
  GetFunctionRecursionConfigRequest,
  GetFunctionScalingConfigRequest,
  GetRuntimeManagementConfigRequest,
  PutFunctionRecursionConfigRequest,
  PutFunctionScalingConfigRequest,
  PutRuntimeManagementConfigRequest,
} from '@aws-sdk/client-lambda';
import { functionArn } from '../../../lambda/arn.js';
import { LIMITS } from '../../../lambda/limits.js';
import { invalidParameter } from '../../core/catalog/api-error.js';
import { requireVersion } from '../../core/catalog/function-address.js';
import { lookup } from '../../core/catalog/lookup.js';
import type { RuntimeManagementRecord, ScalingRecord } from '../../core/catalog/records.js';
import { functionsOf, unreservedConcurrency } from '../../store/state-directory.js';
import { codeBytesInUse } from '../code-storage.js';
import { changeFunction, findFunction } from '../function-records.js';
import { type ApiServices, type Handlers, handler } from '../services.js';

/** Runtime management, recursive loop detection, scaling limits and the account's settings. */
export function functionControlHandlers(services: ApiServices): Handlers {
  return { ...runtimeManagement(services), ...recursion(services), ...scaling(services), ...account(services) };
}

function runtimeManagement(services: ApiServices): Handlers {
  return {
    PutRuntimeManagementConfig: handler<PutRuntimeManagementConfigRequest>(async (input, call) => {
      const { record, functionName, qualifier } = findFunction(services, call, input.FunctionName, input.Qualifier);
      requireVersion(record, qualifier);
      const config = runtimeManagementOf(input);
      const key = qualifier ?? '$LATEST';
      await changeFunction(services, call, functionName, (current) => ({
        ...current,
        runtimeManagement: { ...current.runtimeManagement, [key]: config },
      }));
      return { ...config, FunctionArn: functionArn(record, functionName, qualifier) };
    }),
    GetRuntimeManagementConfig: handler<GetRuntimeManagementConfigRequest>((input, call) => {
      const { record, functionName, qualifier } = findFunction(services, call, input.FunctionName, input.Qualifier);
      requireVersion(record, qualifier);
      const config = lookup(record.runtimeManagement, qualifier ?? '$LATEST') ?? { UpdateRuntimeOn: 'Auto' };
      return { ...config, FunctionArn: functionArn(record, functionName, qualifier) };
    }),
  };
}

function runtimeManagementOf(input: PutRuntimeManagementConfigRequest): RuntimeManagementRecord {
  const { UpdateRuntimeOn: mode, RuntimeVersionArn } = input;
  if (mode === 'Manual' && RuntimeVersionArn === undefined) {
    throw invalidParameter('RuntimeVersionArn must be provided when UpdateRuntimeOn is set to Manual.');
  }
  if (mode !== 'Manual' && RuntimeVersionArn !== undefined) {
    throw invalidParameter('RuntimeVersionArn can only be provided when UpdateRuntimeOn is set to Manual.');
  }
  return { UpdateRuntimeOn: mode ?? 'Auto', ...(RuntimeVersionArn !== undefined && { RuntimeVersionArn }) };
}

function recursion(services: ApiServices): Handlers {
  return {
    PutFunctionRecursionConfig: handler<PutFunctionRecursionConfigRequest>(async (input, call) => {
      const { functionName } = findFunction(services, call, input.FunctionName);
      const recursiveLoop = input.RecursiveLoop ?? 'Terminate';
      await changeFunction(services, call, functionName, (current) => ({ ...current, recursiveLoop }));
      return { RecursiveLoop: recursiveLoop };
    }),
    GetFunctionRecursionConfig: handler<GetFunctionRecursionConfigRequest>((input, call) => ({
      RecursiveLoop: findFunction(services, call, input.FunctionName).record.recursiveLoop ?? 'Terminate',
    })),
  };
}

function scaling(services: ApiServices): Handlers {
  return {
    PutFunctionScalingConfig: handler<PutFunctionScalingConfigRequest>(async (input, call) => {
      const { record, functionName, qualifier } = findFunction(services, call, input.FunctionName, input.Qualifier);
      requireVersion(record, qualifier);
      const { MinExecutionEnvironments: min, MaxExecutionEnvironments: max } = input.FunctionScalingConfig ?? {};
      if (min !== undefined && max !== undefined && min > max) {
        throw invalidParameter('MinExecutionEnvironments cannot be greater than MaxExecutionEnvironments.');
      }
      const config: ScalingRecord = {
        ...(min !== undefined && { MinExecutionEnvironments: min }),
        ...(max !== undefined && { MaxExecutionEnvironments: max }),
      };
      await changeFunction(services, call, functionName, (current) => ({
        ...current,
        scaling: { ...current.scaling, [qualifier ?? '$LATEST']: config },
      }));
      return { FunctionState: 'Active' };
    }),
    GetFunctionScalingConfig: handler<GetFunctionScalingConfigRequest>((input, call) => {
      const { record, functionName, qualifier } = findFunction(services, call, input.FunctionName, input.Qualifier);
      requireVersion(record, qualifier);
      const config = lookup(record.scaling, qualifier ?? '$LATEST');
      return {
        FunctionArn: functionArn(record, functionName, qualifier),
        ...(config !== undefined && { AppliedFunctionScalingConfig: config, RequestedFunctionScalingConfig: config }),
      };
    }),
  };
}

function account(services: ApiServices): Handlers {
  return {
    GetAccountSettings: handler<unknown>((_, call) => {
      const functions = functionsOf(services.state, call.region);
      return {
        AccountLimit: {
          TotalCodeSize: services.totalCodeBytes,
          CodeSizeUnzipped: LIMITS.unzippedBytes,
          CodeSizeZipped: LIMITS.zippedBytes,
          ConcurrentExecutions: services.concurrentExecutions,
          UnreservedConcurrentExecutions: unreservedConcurrency(
            services.state,
            call.region,
            services.concurrentExecutions,
          ),
        },
        AccountUsage: {
          TotalCodeSize: codeBytesInUse(services, call.region),
          FunctionCount: functions.length,
        },
      };
    }),
  };
}
