import { streamingMark } from './awslambda-global.js';
import { CallbackInvocation } from './callback-invocation.js';
import type { LogError } from './console-patch.js';
import { type Handler, loadHandler } from './handler-loader.js';
import type { HttpResponse } from './http-response-reader.js';
import { callbackContextMembers, setTraceVariable } from './invocation-context.js';
import type { GlobalInvocationRecord } from './invocation-record.js';
import { Runtime } from './runtime.js';
import type { RuntimeApiClient } from './runtime-api-client.js';
import { runtimeError } from './runtime-error.js';
import type { RuntimeSettings } from './runtime-settings.js';
import { StreamingInvocation } from './streaming-invocation.js';

/** Exit codes of generation 3. Source: npm aws-lambda-ric 3.x. */
const EXIT_UNHANDLED_REJECTION = 128;
const EXIT_UNCAUGHT_EXCEPTION = 129;

interface CallbackLoopOptions {
  readonly settings: RuntimeSettings;
  readonly client: RuntimeApiClient;
  readonly record: GlobalInvocationRecord;
  readonly logError: LogError;
}

/**
 * Generation 3 (nodejs18.x to nodejs22.x): callbacks and promises, the empty event loop as the end of
 * an invocation, and process-wide listeners that report what nobody caught. Resolves once the handler
 * is loaded; from then on the event loop carries it.
 */
export async function runCallbackLoop(options: CallbackLoopOptions): Promise<void> {
  await new CallbackLoop(options).start();
}

class CallbackLoop {
  readonly #options: CallbackLoopOptions;
  /** The invocation to which an uncaught error belongs; none during init. */
  #requestId: string | undefined;
  #onEmptyEventLoop: () => void = () => undefined;

  constructor(options: CallbackLoopOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { settings, logError } = this.#options;
    process.on('uncaughtException', (error) => {
      logError('Uncaught Exception', error);
      this.#reportAndExit(error, EXIT_UNCAUGHT_EXCEPTION);
    });
    process.on('unhandledRejection', (reason, promise) => {
      const error = Object.assign(runtimeError('UnhandledPromiseRejection', String(reason), 3), { reason, promise });
      logError('Unhandled Promise Rejection', error);
      this.#reportAndExit(error, EXIT_UNHANDLED_REJECTION);
    });
    process.on('beforeExit', () => this.#onEmptyEventLoop());

    const handler = await loadHandler(settings.taskRoot, settings.handler, settings.generation);
    const { isStreaming, highWaterMark } = streamingMark(handler, settings.generation);
    if (isStreaming) this.#options.client.prepareStreams();
    else warnOfCallbacks(handler);
    const runtime = new Runtime(handler);
    this.#schedule((response) =>
      isStreaming ? this.#invokeStreaming(runtime, highWaterMark, response) : this.#invokeBuffered(runtime, response),
    );
  }

  #schedule(invoke: (response: HttpResponse) => void): void {
    this.#onEmptyEventLoop = () => undefined;
    setImmediate(() => {
      this.#options.client.next().then(
        (response) => {
          this.#onInvocationEnd = () => this.#schedule(invoke);
          this.#requestId = response.headers.get('lambda-runtime-aws-request-id');
          this.#options.record.begin(this.#requestId ?? '', response.headers.get('lambda-runtime-aws-tenant-id'));
          invoke(response);
        },
        (error) => {
          console.log(`Unexpected Top Level Error: ${String(error)}`);
          this.#reportAndExit(error, EXIT_UNCAUGHT_EXCEPTION);
        },
      );
    });
  }

  #onInvocationEnd: () => void = () => undefined;

  #invokeBuffered(runtime: Runtime, { headers, body }: HttpResponse): void {
    const invocation = new CallbackInvocation({
      client: this.#options.client,
      logError: this.#options.logError,
      requestId: this.#requestId ?? '',
      isAsyncHandler: runtime.handler.constructor?.name === 'AsyncFunction',
      onEmptyEventLoop: (listener) => {
        this.#onEmptyEventLoop = listener;
      },
      onEnd: () => this.#onInvocationEnd(),
    });
    try {
      const event: unknown = JSON.parse(body);
      setTraceVariable(headers.get('lambda-runtime-trace-id'), process.env);
      const context = Object.assign(invocation.context, callbackContextMembers(headers, process.env));
      invocation.follow(runtime.handler(event, context, invocation.callback));
    } catch (error) {
      invocation.callback(error);
    }
  }

  #invokeStreaming(runtime: Runtime, highWaterMark: number | undefined, { headers, body }: HttpResponse): void {
    const invocation = new StreamingInvocation({
      stream: this.#options.client.streamResponse(this.#requestId ?? '', highWaterMark),
      logError: this.#options.logError,
      onEmptyEventLoop: (listener) => {
        this.#onEmptyEventLoop = listener;
      },
      onEnd: () => this.#onInvocationEnd(),
    });
    void invocation.run((stream, context) => {
      setTraceVariable(headers.get('lambda-runtime-trace-id'), process.env);
      Object.assign(context, callbackContextMembers(headers, process.env));
      return runtime.handler(JSON.parse(body), stream, context);
    });
  }

  #reportAndExit(error: unknown, exitCode: number): void {
    const { client } = this.#options;
    const posted =
      this.#requestId === undefined ? client.postInitError(error) : client.postError(this.#requestId, error);
    const exit = () => process.exit(exitCode);
    posted.then(exit, exit);
  }
}

function warnOfCallbacks(handler: Handler): void {
  if (handler.length !== 3 || handler.constructor?.name === 'AsyncFunction') return;
  if (process.env.AWS_LAMBDA_NODEJS_DISABLE_CALLBACK_WARNING !== undefined) return;
  console.warn(
    'This handler takes a callback, which nodejs24.x and later runtimes refuse. Make it an async function before moving to them. ' +
      'Set AWS_LAMBDA_NODEJS_DISABLE_CALLBACK_WARNING to silence this warning.',
  );
}
