import type { InvokeAsyncRequest, InvocationRequest as InvokeInput } from '@aws-sdk/client-lambda';
import { LIMITS } from '../../../lambda/limits.js';
import { ApiError, tooLarge } from '../../core/catalog/api-error.js';
import { resolveAddress } from '../../core/catalog/function-address.js';
import type { FunctionSnapshot } from '../../core/function-snapshot.js';
import type { InvocationOutcome, InvocationRequest } from '../../core/invocation.js';
import { requireTenant, snapshotForTenant } from '../../core/tenant.js';
import { advanceLineage, MAX_CHAIN_LENGTH } from '../../core/trace-header.js';
import { recordKey } from '../../store/state-directory.js';
import { readClientContext } from '../client-context.js';
import { checkPayload } from '../payload-json.js';
import { type Answer, type ApiCall, type ApiServices, type Handlers, handler, RawReply } from '../services.js';
import { completeTraceHeader } from '../trace-header.js';

/** Invoke and InvokeAsync. */
export function invokeHandlers(services: ApiServices): Handlers {
  return {
    Invoke: handler<InvokeInput>((input, call) => invoke(services, input, call)),
    InvokeAsync: handler<InvokeAsyncRequest>(async (input, call) => {
      await queue(services, call, {
        name: input.FunctionName ?? '',
        qualifier: undefined,
        payload: bytes(input.InvokeArgs),
      });
      return ACCEPTED;
    }),
  };
}

/** InvokeAsync says its status in the body as well, of which its schema knows nothing. */
const ACCEPTED_BODY = Buffer.from('{"Status":202}');
const ACCEPTED = new RawReply(
  202,
  { 'content-type': 'application/json', 'content-length': ACCEPTED_BODY.length },
  ACCEPTED_BODY,
);

async function invoke(services: ApiServices, input: InvokeInput, call: ApiCall): Promise<Answer> {
  const payload = bytes(input.Payload);
  if (input.InvocationType === 'Event') {
    await queue(services, call, {
      name: input.FunctionName ?? '',
      qualifier: input.Qualifier,
      payload,
      tenantId: input.TenantId,
    });
    return { StatusCode: 202 };
  }
  const request = prepareInvocation(services, call, input);
  if (input.InvocationType === 'DryRun') return { StatusCode: 204 };
  const invocation = services.dispatcher.invoke(request.invocation, request.limits);
  // Both settle alike; the one that is not awaited must not end the process.
  invocation.completion.catch(() => undefined);
  const outcome = await invocation.outcome;
  const logResult =
    input.LogType === 'Tail' ? Buffer.from((await invocation.completion).logTail).toString('base64') : undefined;
  return replyOf(outcome, request.invocation.traceHeader, logResult);
}

/** Not by way of the schema: this is the one hot path of the API. */
function replyOf(outcome: InvocationOutcome, traceHeader: string, logResult: string | undefined): RawReply {
  const { payload, executedVersion, functionError } = outcome;
  const headers: Record<string, string | number> = {
    'content-type': 'application/json',
    'content-length': payload.byteLength,
    'x-amz-executed-version': executedVersion,
    'x-amzn-trace-id': traceHeader,
    'x-amzn-remapped-content-length': '0',
  };
  if (functionError !== undefined) headers['x-amz-function-error'] = functionError;
  if (logResult !== undefined) headers['x-amz-log-result'] = logResult;
  return new RawReply(200, headers, payload);
}

/** The members that Invoke and InvokeWithResponseStream share. */
export type InvokeMembers = Pick<InvokeInput, 'FunctionName' | 'Qualifier' | 'ClientContext' | 'Payload' | 'TenantId'>;

/** Checks a synchronous request and finds the version that it runs on. @throws ApiError */
export function prepareInvocation(
  services: ApiServices,
  call: ApiCall,
  input: InvokeMembers,
): {
  readonly invocation: InvocationRequest;
  readonly limits: ReturnType<ApiServices['directory']['resolve']>['limits'];
} {
  const given = bytes(input.Payload);
  checkLength(call, given.length, 'RequestResponse', LIMITS.syncRequestBytes);
  const resolved = services.directory.resolve(input.FunctionName ?? '', input.Qualifier, call.region);
  requireTenant(resolved.snapshot, input.TenantId);
  const payload = checkPayload(given);
  const clientContext = readClientContext(input.ClientContext);
  const invocation: InvocationRequest = {
    snapshot: snapshotForTenant(resolved.snapshot, input.TenantId),
    invokedFunctionArn: resolved.invokedFunctionArn,
    requestId: call.requestId,
    payload,
    traceHeader: traceHeaderOf(services, call, resolved.snapshot),
    ...(clientContext !== undefined && { clientContext }),
    ...(input.TenantId !== undefined && { tenantId: input.TenantId }),
  };
  return { invocation, limits: resolved.limits };
}

interface EventToQueue {
  readonly name: string;
  readonly qualifier: string | undefined;
  readonly payload: Uint8Array;
  readonly tenantId?: string | undefined;
}

async function queue(services: ApiServices, call: ApiCall, event: EventToQueue): Promise<void> {
  checkLength(call, event.payload.length, 'Event', LIMITS.asyncRequestBytes);
  const { snapshot } = services.directory.resolve(event.name, event.qualifier, call.region);
  requireTenant(snapshot, event.tenantId);
  const scope = { region: call.region, accountId: services.accountId };
  await services.enqueue({
    requestId: call.requestId,
    functionName: snapshot.functionName,
    functionArn: snapshot.functionArn,
    qualifier: resolveAddress(event.name, event.qualifier, scope).qualifier,
    region: call.region,
    payload: checkPayload(event.payload),
    // A queued event at the end of a loop is not refused: it ends as a dead letter.
    traceHeader: countHop(services, call, snapshot).traceHeader,
    ...(event.tenantId !== undefined && { tenantId: event.tenantId }),
  });
}

function checkLength(call: ApiCall, read: number, type: 'RequestResponse' | 'Event', limit: number): void {
  // The body was read only as far as the limit of the API; its length is what the caller announced.
  const length = Math.max(read, call.bodyLength);
  if (length > limit) {
    throw tooLarge(`${length} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`);
  }
}

/** @throws ApiError when the function goes round in circles */
function traceHeaderOf(services: ApiServices, call: ApiCall, snapshot: FunctionSnapshot): string {
  const { traceHeader, chainLength } = countHop(services, call, snapshot);
  if (chainLength >= MAX_CHAIN_LENGTH) {
    const record = services.state.functions.get(recordKey(snapshot.region, snapshot.functionName));
    if (record?.recursiveLoop !== 'Allow') {
      throw new ApiError(
        'RecursiveInvocationException',
        400,
        "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services resources and stopped your function's invocation.",
      );
    }
  }
  return traceHeader;
}

/** The caller's trace header, or a new one, with this run counted in it. */
function countHop(services: ApiServices, call: ApiCall, snapshot: FunctionSnapshot) {
  const given = call.headers['x-amzn-trace-id'];
  const base = completeTraceHeader(Array.isArray(given) ? given[0] : given, {
    nowMs: services.now(),
    isSampled: () => services.isTraceSampled(snapshot),
  });
  return advanceLineage(base, snapshot.functionArn);
}

function bytes(payload: unknown): Uint8Array {
  return payload instanceof Uint8Array ? payload : new Uint8Array();
}
