import { LambdakitError } from '../../errors/lambdakit-error.js';
import { parseReportLine } from '../../lambda/report-line.js';
import type { ActionContext } from '../action-context.js';
import { type InvokeRequest, type InvokeResult, prepareInvoker } from '../invoke.js';
import { readInvokePayload } from './invoke-payload.js';

export interface StreamingResult extends Omit<InvokeResult, 'payload'> {
  readonly chunks: number;
  readonly bytes: number;
  /** Milliseconds until the first byte, as the caller sees it. */
  readonly firstByteMs?: number;
}

/**
 * Invokes a function and hands over its response in the pieces in which it comes. An error in the middle
 * of the stream is a result: what came before it has been handed over.
 */
export async function invokeStreaming(
  request: Omit<InvokeRequest, 'invocationType' | 'outFile'>,
  context: ActionContext,
  onChunk: (bytes: Uint8Array) => Promise<void> | void,
): Promise<{ readonly result: StreamingResult; readonly error: LambdakitError | undefined }> {
  const payload = await readInvokePayload(request.payload, context);
  const { call, functionName } = await prepareInvoker({ ...request, invocationType: 'RequestResponse' }, context);
  const lambda = await context.lambda();
  const startedAt = performance.now();
  const response = await lambda.invokeWithResponseStream({
    ...call,
    ...(payload !== undefined && { Payload: payload }),
    ...(request.withLog && { LogType: 'Tail' as const }),
  });
  let chunks = 0;
  let bytes = 0;
  let firstByteMs: number | undefined;
  let end: { readonly ErrorCode?: string; readonly ErrorDetails?: string; readonly LogResult?: string } | undefined;
  for await (const event of untilAborted(response.EventStream ?? [], context.signal)) {
    const chunk = event.PayloadChunk?.Payload;
    if (chunk !== undefined) {
      firstByteMs ??= performance.now() - startedAt;
      chunks++;
      bytes += chunk.length;
      await onChunk(chunk);
    }
    if (event.InvokeComplete !== undefined) end = event.InvokeComplete as typeof end;
  }
  const log = end?.LogResult === undefined ? undefined : Buffer.from(end.LogResult, 'base64').toString('utf8');
  const report = log === undefined ? undefined : parseReportLine(log);
  const result: StreamingResult = {
    ...{ functionName, statusCode: response.StatusCode ?? 0, chunks, bytes },
    ...(firstByteMs !== undefined && { firstByteMs }),
    ...(response.$metadata.requestId !== undefined && { requestId: response.$metadata.requestId }),
    ...(response.ExecutedVersion !== undefined && { executedVersion: response.ExecutedVersion }),
    ...(end?.ErrorCode !== undefined && { functionError: end.ErrorCode }),
    ...(log !== undefined && { log }),
    ...(report !== undefined && { duration: report.durationMs, billedDuration: report.billedDurationMs }),
  };
  return { result, error: streamErrorOf(functionName, end, { bytes, withLog: request.withLog }) };
}

/** The SDK ends a stream with its connection only, so an interruption has to end the wait. */
async function* untilAborted<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  signal: AbortSignal,
): AsyncGenerator<Item> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => undefined); // Told by the race below, if anybody waits.
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  for (;;) {
    const next = await Promise.race([iterator.next(), aborted]);
    if (next.done === true) return;
    yield next.value;
  }
}

function streamErrorOf(
  functionName: string,
  end: { readonly ErrorCode?: string; readonly ErrorDetails?: string } | undefined,
  { bytes, withLog }: { readonly bytes: number; readonly withLog: boolean },
): LambdakitError | undefined {
  if (end === undefined) {
    return new LambdakitError('unreachable', `The stream of ${functionName} broke off after ${bytes} bytes.`, {
      hint: 'Invoke it again; the function may have run to its end.',
    });
  }
  if (end.ErrorCode === undefined) return undefined;
  const details = messageOf(end.ErrorDetails ?? '');
  return new LambdakitError(
    'function-error',
    `The function ${functionName} failed after ${bytes} bytes: ${[end.ErrorCode, details].filter(Boolean).join(': ')}`,
    {
      hint: withLog ? 'The log of the invocation says more.' : 'Add --tail to see the log of the invocation.',
      details: { functionError: end.ErrorCode, errorDetails: end.ErrorDetails ?? '' },
    },
  );
}

function messageOf(details: string): string {
  try {
    const value: unknown = JSON.parse(details);
    return typeof value === 'object' && value !== null && 'errorMessage' in value
      ? String(value.errorMessage)
      : details;
  } catch {
    return details;
  }
}
