import type {
  DeleteFunctionConcurrencyRequest,
  GetFunctionConcurrencyRequest,
  PutFunctionConcurrencyRequest,
} from '@aws-sdk/client-lambda';
import { LIMITS } from '../../../lambda/limits.js';
import { type ApiError, invalidParameter, withoutType } from '../../core/catalog/api-error.js';
import { provisionedConcurrency, unclaimedConcurrency } from '../../core/catalog/concurrency-claims.js';
import { functionsOf } from '../../store/state-directory.js';
import { changeFunction, findFunction } from '../function-records.js';
import { type ApiCall, type ApiServices, type Handlers, handler } from '../services.js';

/** Reserved concurrency. */
export function concurrencyHandlers(services: ApiServices): Handlers {
  return {
    PutFunctionConcurrency: handler<PutFunctionConcurrencyRequest>(async (input, call) => {
      const { functionName, record } = findUnqualified(services, call, input.FunctionName);
      const wanted = input.ReservedConcurrentExecutions ?? 0;
      const others = functionsOf(services.state, call.region).filter((other) => other.functionName !== functionName);
      const unclaimed = unclaimedConcurrency(others, services.concurrentExecutions);
      if (unclaimed - wanted < LIMITS.minUnreservedConcurrency && wanted > 0) {
        throw outOfBounds(
          `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${LIMITS.minUnreservedConcurrency}].`,
        );
      }
      const provisioned = provisionedConcurrency(record);
      if (wanted < provisioned) {
        throw outOfBounds(
          ` ReservedConcurrentExecutions  ${wanted} should not be lower than function's total provisioned concurrency [${provisioned}].`,
        );
      }
      await changeFunction(services, call, functionName, (current) => ({ ...current, reservedConcurrency: wanted }));
      return { ReservedConcurrentExecutions: wanted };
    }),
    GetFunctionConcurrency: handler<GetFunctionConcurrencyRequest>((input, call) => {
      const { record } = findUnqualified(services, call, input.FunctionName);
      return { ReservedConcurrentExecutions: record.reservedConcurrency };
    }),
    DeleteFunctionConcurrency: handler<DeleteFunctionConcurrencyRequest>(async (input, call) => {
      const { functionName } = findUnqualified(services, call, input.FunctionName);
      await changeFunction(services, call, functionName, ({ reservedConcurrency: _, ...current }) => current);
      return {};
    }),
  };
}

function outOfBounds(text: string): ApiError {
  return withoutType(invalidParameter(text));
}

function findUnqualified(services: ApiServices, call: ApiCall, name: string | undefined) {
  const found = findFunction(services, call, name);
  if (found.qualifier !== undefined) {
    throw invalidParameter(
      'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
    );
  }
  return found;
}
