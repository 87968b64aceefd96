import type { EventSourceMappingRecord } from '../core/catalog/records.js';
import { InvocationThrottled } from '../core/invocation.js';
import { advanceLineage, MAX_CHAIN_LENGTH, newTraceHeader } from '../core/trace-header.js';
import type { EventSourceDeps } from './event-source-ports.js';

/** How a batch went: the function answered, or it could not be run at all. */
export type BatchEnd =
  | {
      readonly kind: 'ran';
      readonly requestId: string;
      readonly executedVersion: string;
      readonly functionError: string | undefined;
      readonly payload: Uint8Array;
    }
  | { readonly kind: 'refused'; readonly reason: string };

export interface BatchInvocation {
  readonly mapping: EventSourceMappingRecord;
  /** The whole event, `{"Records":[…]}`. */
  readonly event: object;
  /** Trace header that the records carry. */
  readonly traceHeader?: string | undefined;
}

/** Runs the function of a mapping on one batch. Never rejects. */
export async function invokeBatch(
  { mapping, event, traceHeader }: BatchInvocation,
  {
    clock,
    directory,
    dispatcher,
    newId,
    allowsRecursion,
    isTraceSampled,
  }: Pick<EventSourceDeps, 'clock' | 'directory' | 'dispatcher' | 'newId' | 'allowsRecursion' | 'isTraceSampled'>,
): Promise<BatchEnd> {
  try {
    const { snapshot, invokedFunctionArn, limits } = directory.resolve(
      mapping.functionName,
      mapping.qualifier,
      mapping.region,
    );
    const given = traceHeader ?? newTraceHeader(clock.now(), isTraceSampled?.(snapshot));
    const chain = advanceLineage(given, snapshot.functionArn);
    const isLoop = chain.chainLength >= MAX_CHAIN_LENGTH;
    if (isLoop && allowsRecursion?.(snapshot.functionName, mapping.region) !== true) {
      return { kind: 'refused', reason: `${mapping.functionName} started itself ${chain.chainLength} times in a row` };
    }
    const requestId = newId();
    const payload = Buffer.from(JSON.stringify(event));
    const request = { snapshot, invokedFunctionArn, requestId, payload, traceHeader: chain.traceHeader };
    const outcome = await dispatcher.invoke(request, limits).outcome;
    return {
      kind: 'ran',
      requestId,
      executedVersion: outcome.executedVersion,
      functionError: outcome.functionError,
      payload: outcome.payload,
    };
  } catch (error) {
    const reason = error instanceof InvocationThrottled ? error.reason : String(error);
    return { kind: 'refused', reason };
  }
}
