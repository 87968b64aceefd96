import type { ServerResponse } from 'node:http';
import type { InvokeWithResponseStreamRequest } from '@aws-sdk/client-lambda';
import { drained } from '../../../system/http-exchange.js';
import type { StreamingInvocation } from '../../core/invocation.js';
import { loadEventStreamWriter } from '../event-stream-frames.js';
import { type Answer, type ApiCall, type ApiServices, type Handlers, handler } from '../services.js';
import { prepareInvocation } from './invoke.js';

/** InvokeWithResponseStream: the answer comes as event stream frames while the function writes it. */
export function responseStreamHandlers(services: ApiServices): Handlers {
  return {
    InvokeWithResponseStream: handler<InvokeWithResponseStreamRequest>((input, call) => stream(services, input, call)),
  };
}

async function stream(services: ApiServices, input: InvokeWithResponseStreamRequest, call: ApiCall): Promise<Answer> {
  const { invocation: request, limits } = prepareInvocation(services, call, input);
  if (input.InvocationType === 'DryRun') return { StatusCode: 204 };
  const invocation = services.dispatcher.invokeStreaming(request, limits);
  // Both settle alike; the one that is not awaited must not end the process.
  invocation.completion.catch(() => undefined);
  invocation.outcome.catch(() => undefined);
  await invocation.head;
  return async (response) => {
    response.writeHead(200, {
      'content-type': 'application/vnd.amazon.eventstream',
      'x-amz-executed-version': request.snapshot.version,
      'x-amzn-trace-id': request.traceHeader,
    });
    await writeFrames(response, invocation, input.LogType === 'Tail');
  };
}

async function writeFrames(response: ServerResponse, invocation: StreamingInvocation, withLog: boolean): Promise<void> {
  const frames = await loadEventStreamWriter();
  for await (const chunk of invocation.body) {
    // A caller that hung up does not stop the function; what it still writes is read and dropped.
    if (response.destroyed) continue;
    if (!response.write(frames.payloadChunk(chunk))) await drained(response);
  }
  const outcome = await invocation.outcome;
  const failure = outcome.streamError ?? failureOf(outcome.functionError, outcome.payload);
  const log = withLog ? Buffer.from((await invocation.completion).logTail).toString('base64') : undefined;
  response.end(
    frames.invokeComplete({
      ...(failure !== undefined && { ErrorCode: failure.type, ErrorDetails: failure.details }),
      ...(log !== undefined && { LogResult: log }),
    }),
  );
}

/** The error of a function that failed before or beside its stream: its type, and its object as text. */
function failureOf(functionError: string | undefined, payload: Uint8Array) {
  if (functionError === undefined) return undefined;
  const details = Buffer.from(payload).toString('utf8');
  return { type: errorTypeOf(details) ?? functionError, details };
}

function errorTypeOf(details: string): string | undefined {
  try {
    const value: unknown = JSON.parse(details);
    if (typeof value !== 'object' || value === null || !('errorType' in value)) return undefined;
    return typeof value.errorType === 'string' ? value.errorType : undefined;
  } catch {
    return undefined;
  }
}
