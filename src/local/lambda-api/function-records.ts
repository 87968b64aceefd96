import type { ArnScope } from '../../lambda/arn.js';
import { type FunctionAddress, functionNotFound, resolveAddress } from '../core/catalog/function-address.js';
import type { FunctionRecord, RuleContext } from '../core/catalog/records.js';
import { settleFunction } from '../core/catalog/version-state.js';
import { recordKey } from '../store/state-directory.js';
import { type ApiCall, type ApiServices, ruleContext } from './services.js';

/** How requests name a function and what is attached to one of its qualifiers. */
export interface FunctionInput {
  readonly FunctionName?: string | undefined;
  readonly Qualifier?: string | undefined;
}

/** A function as a request names it, whether it is there or not. */
export interface NamedFunction extends FunctionAddress {
  readonly scope: ArnScope;
  readonly record: FunctionRecord | undefined;
}

/**
 * Looks for the function that a request names, for operations with words of their own for a missing one.
 * @throws ApiError when name, qualifier and caller contradict each other
 */
export function lookUpFunction(
  services: ApiServices,
  call: Pick<ApiCall, 'region'>,
  { FunctionName = '', Qualifier }: FunctionInput,
): NamedFunction {
  const scope = { region: call.region, accountId: services.accountId };
  const address = resolveAddress(FunctionName, Qualifier, scope);
  return { ...address, scope, record: services.state.functions.get(recordKey(call.region, address.functionName)) };
}

export interface AddressedFunction {
  readonly record: FunctionRecord;
  readonly functionName: string;
  readonly qualifier: string | undefined;
}

/** Finds the function that a request names. @throws ApiError when there is none; the qualifier is not looked at */
export function findFunction(
  services: ApiServices,
  call: Pick<ApiCall, 'region'>,
  name: string | undefined,
  qualifier?: string | undefined,
): AddressedFunction {
  const scope = { region: call.region, accountId: services.accountId };
  const address = resolveAddress(name ?? '', qualifier, scope);
  const stored = services.state.functions.get(recordKey(call.region, address.functionName));
  if (stored === undefined) throw functionNotFound(scope, address.functionName, address.qualifier);
  return { ...address, record: settleFunction(stored, services.now()) };
}

/**
 * Changes a function on disk and in memory. `change` gets the settled record and throws to refuse.
 * @throws ApiError when the function is gone
 */
export async function changeFunction(
  services: ApiServices,
  call: Pick<ApiCall, 'region'>,
  functionName: string,
  change: (record: FunctionRecord, context: RuleContext) => FunctionRecord,
): Promise<FunctionRecord> {
  const context = ruleContext(services, call);
  const changed = await services.state.functions.update(recordKey(call.region, functionName), (current) => {
    if (current === undefined) throw functionNotFound(context, functionName);
    return change(settleFunction(current, context.now), context);
  });
  if (changed === undefined) throw functionNotFound(context, functionName);
  return changed;
}
