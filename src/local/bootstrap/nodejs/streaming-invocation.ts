import type { LogError } from './console-patch.js';
import type { ResponseStream } from './response-stream.js';

export interface StreamingInvocationOptions {
  readonly stream: ResponseStream;
  readonly logError: LogError;
  /** Sets what happens when the event loop has nothing left to do. */
  readonly onEmptyEventLoop: (listener: () => void) => void;
  readonly onEnd: () => void;
}

interface StreamingContext {
  callbackWaitsForEmptyEventLoop: boolean;
}

/** One streamed invocation by the rules of generation 3. */
export class StreamingInvocation {
  readonly #options: StreamingInvocationOptions;
  readonly #context: StreamingContext = { callbackWaitsForEmptyEventLoop: true };

  constructor(options: StreamingInvocationOptions) {
    this.#options = options;
    options.onEmptyEventLoop(options.onEnd);
  }

  /** Calls the handler and waits until the stream is done; never rejects. */
  async run(call: (stream: ResponseStream, context: StreamingContext) => unknown): Promise<void> {
    const { stream } = this.#options;
    try {
      const returned = call(stream, this.#context) as PromiseLike<unknown> | undefined;
      // The platform passes these two on as bare texts, so their error type is `string`.
      if (typeof returned?.then !== 'function')
        return await this.#fail('Streaming does not support non-async handlers.');
      const result = await returned;
      if (result !== undefined) console.warn('Streaming handlers ignore return values.');
      // Nobody answers a stream that is still open: like on Lambda the invocation then runs into its timeout.
      await stream.answered;
      if (!stream.writableFinished) return await this.#fail('Response stream is not finished.');
      this.#end();
    } catch (error) {
      await this.#fail(error);
    }
  }

  async #fail(error: unknown): Promise<void> {
    this.#options.logError('Invoke Error', error);
    await this.#options.stream.fail(error);
    this.#end();
  }

  #end(): void {
    const { onEmptyEventLoop, onEnd } = this.#options;
    if (this.#context.callbackWaitsForEmptyEventLoop) onEmptyEventLoop(() => setImmediate(onEnd));
    else onEnd();
  }
}
