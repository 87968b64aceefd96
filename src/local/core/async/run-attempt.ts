import { InvocationThrottled } from '../invocation.js';
import { snapshotForTenant } from '../tenant.js';
import type { AsyncEvent, AttemptResult } from './async-event.js';
import type { AsyncQueueDeps } from './async-ports.js';

/** What one try to run an event came to. */
export type AttemptEnd =
  | { readonly kind: 'ran'; readonly result: AttemptResult }
  | { readonly kind: 'throttled' }
  | { readonly kind: 'zero-concurrency' }
  | { readonly kind: 'function-missing'; readonly reason: string }
  | { readonly kind: 'system-error'; readonly reason: string };

/** Looks the function up as it is now (a new version, a moved alias) and runs the event on it. Never rejects. */
export async function runAttempt(
  event: AsyncEvent,
  { directory, dispatcher }: Pick<AsyncQueueDeps, 'directory' | 'dispatcher'>,
): Promise<AttemptEnd> {
  try {
    const { snapshot, invokedFunctionArn, limits } = directory.resolve(
      event.functionName,
      event.qualifier,
      event.region,
    );
    if (limits.reserved === 0) return { kind: 'zero-concurrency' };
    const { requestId, payload, traceHeader, tenantId } = event;
    const request = {
      snapshot: snapshotForTenant(snapshot, tenantId),
      invokedFunctionArn,
      requestId,
      payload,
      traceHeader,
      ...(tenantId !== undefined && { tenantId }),
    };
    const outcome = await dispatcher.invoke(request, limits).outcome;
    return {
      kind: 'ran',
      result: {
        executedVersion: outcome.executedVersion,
        ...(outcome.functionError !== undefined && { functionError: outcome.functionError }),
        payload: outcome.payload,
      },
    };
  } catch (error) {
    if (error instanceof InvocationThrottled) return { kind: 'throttled' };
    const reason = error instanceof Error ? error.message : String(error);
    return isNotFound(error) ? { kind: 'function-missing', reason } : { kind: 'system-error', reason };
  }
}

/** The directory throws the API's own error; its name or error type tells that the function is gone. */
function isNotFound(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const names = [
    'name' in error ? error.name : undefined,
    'errorType' in error ? error.errorType : undefined,
    'code' in error ? error.code : undefined,
  ];
  return names.includes('ResourceNotFoundException');
}
