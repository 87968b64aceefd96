import { streamingMark } from './awslambda-global.js';
import type { LogError } from './console-patch.js';
import { type Handler, loadHandler } from './handler-loader.js';
import { promiseContext, setTraceVariable } from './invocation-context.js';
import type { StoredInvocationRecord } from './invocation-record.js';
import { responseBody } from './response-body.js';
import { Runtime } from './runtime.js';
import type { RuntimeApiClient } from './runtime-api-client.js';
import { runtimeError } from './runtime-error.js';
import type { RuntimeSettings } from './runtime-settings.js';

interface PromiseLoop {
  readonly settings: RuntimeSettings;
  readonly client: RuntimeApiClient;
  readonly record: StoredInvocationRecord;
  readonly logError: LogError;
}

type Invoke = (requestId: string, event: unknown, context: unknown) => Promise<void>;

/**
 * Generation 4 (nodejs24.x and later): the handler is awaited, and an error that nobody catches ends
 * the process in Node's own way, because no listener is registered. Never resolves.
 */
export async function runPromiseLoop(loop: PromiseLoop): Promise<void> {
  const invoke = await initialize(loop);
  for (;;) {
    const { headers, body } = await loop.client.next();
    const context = promiseContext(headers, process.env);
    setTraceVariable(context.xRayTraceId, process.env);
    const event: unknown = JSON.parse(body);
    const { awsRequestId = '', xRayTraceId, tenantId } = context;
    await loop.record.run(awsRequestId, xRayTraceId, tenantId, () => invoke(awsRequestId, event, context));
  }
}

async function initialize(loop: PromiseLoop): Promise<Invoke> {
  const { settings, client, logError } = loop;
  try {
    const handler = await loadHandler(settings.taskRoot, settings.handler, settings.generation);
    const { isStreaming, highWaterMark } = streamingMark(handler, settings.generation);
    const runtime = new Runtime(handler);
    if (isStreaming) {
      client.prepareStreams();
      return (...args) => invokeStreaming(loop, runtime, highWaterMark, ...args);
    }
    refuseCallbackHandler(handler);
    return (requestId, event, context) => invokeBuffered(loop, runtime, requestId, event, context);
  } catch (error) {
    logError('Init Error', error);
    await client.postInitError(error);
    throw error;
  }
}

function refuseCallbackHandler(handler: Handler): void {
  if (handler.length < 3) return;
  throw runtimeError(
    'CallbackHandlerDeprecated',
    'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
    4,
  );
}

async function invokeBuffered(
  { client, logError }: PromiseLoop,
  runtime: Runtime,
  requestId: string,
  event: unknown,
  context: unknown,
): Promise<void> {
  let body: string;
  try {
    const result = await runtime.handler(event, context);
    await nextTick();
    body = responseBody(result, 4);
  } catch (error) {
    await nextTick();
    logError('Invoke Error', error);
    return client.postError(requestId, error);
  }
  return client.postResponseBeforeNext(requestId, body);
}

async function invokeStreaming(
  { client, logError }: PromiseLoop,
  runtime: Runtime,
  highWaterMark: number | undefined,
  ...[requestId, event, context]: Parameters<Invoke>
): Promise<void> {
  const stream = client.streamResponse(requestId, highWaterMark);
  try {
    const returned = runtime.handler(event, stream, context) as PromiseLike<unknown> | undefined;
    if (typeof returned !== 'object' || typeof returned?.then !== 'function') {
      throw new Error('Streaming does not support non-async handlers.');
    }
    const result = await returned;
    if (result !== undefined) console.warn('Streaming handlers ignore return values.');
    // Nobody answers a stream that is still open: like on Lambda the invocation then runs into its timeout.
    await stream.answered;
    if (!stream.writableFinished) throw new Error('Response stream is not finished.');
  } catch (error) {
    await nextTick();
    logError('Invoke Error', error);
    await stream.fail(error);
  }
}

/** One turn of the event loop, so that what the handler left for it still runs before the answer. */
function nextTick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
