import type { LogError } from './console-patch.js';
import { responseBody } from './response-body.js';
import type { RuntimeApiClient } from './runtime-api-client.js';
import { runtimeError } from './runtime-error.js';

export interface CallbackInvocationOptions {
  readonly client: RuntimeApiClient;
  readonly logError: LogError;
  readonly requestId: string;
  /** Declared with `async`: forgetting to settle is then an error instead of `null`. */
  readonly isAsyncHandler: boolean;
  /** Sets what happens when the event loop has nothing left to do. */
  readonly onEmptyEventLoop: (listener: () => void) => void;
  /** The answer was taken by the Runtime API. */
  readonly onEnd: () => void;
}

/**
 * One buffered invocation by the rules of generation 3. Only the first of callback, context.done,
 * succeed, fail and the promise counts. Source: Lambda developer guide, Node.js handler, and npm
 * aws-lambda-ric 3.x.
 */
export class CallbackInvocation {
  readonly #options: CallbackInvocationOptions;
  #isFinished = false;
  #isAnswered = false;
  #waitsForEmptyEventLoop = true;

  constructor(options: CallbackInvocationOptions) {
    this.#options = options;
    options.onEmptyEventLoop(() => this.#endWithoutAnswer());
  }

  /** The third parameter of the handler. */
  readonly callback = this.#first((error?: unknown, result?: unknown) => {
    if (error !== undefined && error !== null) return this.#fail(error);
    if (!this.#waitsForEmptyEventLoop) return this.#succeed(result);
    this.#options.onEmptyEventLoop(() => setImmediate(() => this.#succeed(result)));
  });

  /** The members of `context` that answer, in the platform's order. */
  readonly context = this.#callbackMembers();

  /** Answers with what a returned promise settles to. */
  follow(returned: unknown): void {
    const promise = returned as PromiseLike<unknown> | undefined;
    if (typeof promise?.then !== 'function') return;
    Promise.resolve(promise.then(this.context.succeed, this.context.fail)).catch(this.context.fail);
  }

  #callbackMembers() {
    const done = (error: unknown, result: unknown) =>
      error !== undefined && error !== null ? this.#fail(error) : this.#succeed(result);
    const isWaiting = () => this.#waitsForEmptyEventLoop;
    const setWaiting = (value: boolean) => {
      this.#waitsForEmptyEventLoop = value;
    };
    return {
      get callbackWaitsForEmptyEventLoop() {
        return isWaiting();
      },
      set callbackWaitsForEmptyEventLoop(value: boolean) {
        setWaiting(value);
      },
      succeed: this.#first((result?: unknown) => done(null, result)),
      fail: this.#first((error?: unknown) => done(error ?? 'handled', null)),
      done: this.#first(done),
    };
  }

  /** Lets only the first completion through; one that throws does not count, so that its error can be reported. */
  #first<Args extends unknown[]>(complete: (...args: Args) => void): (...args: Args) => void {
    return (...args) => {
      if (this.#isFinished) return;
      this.#options.onEmptyEventLoop(() => undefined);
      complete(...args);
      this.#isFinished = true;
    };
  }

  #succeed(result: unknown): void {
    if (this.#isAnswered) {
      console.error(
        'Invocation has already been reported as done. Cannot call complete more than once per invocation.',
      );
      return;
    }
    this.#isAnswered = true;
    const { client, requestId } = this.#options;
    this.#settle(client.postResponse(requestId, responseBody(result, 3)));
  }

  #fail(error: unknown): void {
    const { client, requestId, logError } = this.#options;
    logError('Invoke Error', error);
    this.#settle(client.postError(requestId, error));
  }

  /** The event loop is empty and nothing was answered. */
  #endWithoutAnswer(): void {
    this.#isAnswered = true;
    const { client, requestId, isAsyncHandler, logError } = this.#options;
    if (!isAsyncHandler) {
      this.#settle(client.postResponse(requestId, 'null'));
      return;
    }
    const error = runtimeError(
      'NodeJsExit',
      'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes',
      3,
    );
    logError('Invoke Error', error);
    this.#settle(client.postError(requestId, error));
  }

  /** A lost connection surfaces when the next event is asked for. */
  #settle(posted: Promise<void>): void {
    posted.then(this.#options.onEnd, this.#options.onEnd);
  }
}
