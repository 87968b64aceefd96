import type { Socket } from 'node:net';
import { stream } from './builtin-modules.js';
import { errorReport } from './error-report.js';
import { headerValue } from './header-value.js';
import type { HttpResponse } from './http-response-reader.js';
import { runtimeError } from './runtime-error.js';

const ERROR_TYPE = 'Lambda-Runtime-Function-Error-Type';
const ERROR_BODY = 'Lambda-Runtime-Function-Error-Body';

/** So long the platform may take to close the connection of a stream that was destroyed. */
const CLOSE_WAIT_MS = 1000;

export interface ResponseStreamOptions {
  readonly socket: Socket;
  /** Settles with the Runtime API's answer. */
  readonly response: Promise<HttpResponse>;
  /** Request line and common headers, without a line end. */
  readonly head: string;
  /** Bytes that may wait before `write` returns false; undefined is Node's default. */
  readonly highWaterMark: number | undefined;
}

/**
 * The `responseStream` of a streaming handler: a chunked request body whose trailers can carry an
 * error (Lambda developer guide, custom runtimes, response streaming).
 */
export class ResponseStream extends stream.Writable {
  /** Settles when the Runtime API has answered the finished request. */
  readonly answered: Promise<HttpResponse>;
  /** Called once before the first `write`; what it writes precedes it. `HttpResponseStream` sets it. */
  _onBeforeFirstWrite: ((write: (bytes: string | Uint8Array) => void) => void) | undefined;
  readonly #socket: Socket;
  readonly #head: string;
  #contentType = 'application/octet-stream';
  #hasWritten = false;
  #isHeadSent = false;
  #trailers = '';
  /** Why the stream was destroyed. */
  #cause: Error | undefined;

  constructor({ socket, response, head, highWaterMark }: ResponseStreamOptions) {
    super(highWaterMark === undefined ? {} : { highWaterMark });
    this.#socket = socket;
    this.#head = head;
    this.answered = response.then(
      (answer) => (this.#cause === undefined ? answer : Promise.reject(this.#cause)),
      (error) => Promise.reject(this.#cause ?? error),
    );
    // Errors reach the runtime through `answered`; without listeners either would end the process.
    this.on('error', () => undefined);
    this.answered.catch(() => undefined);
    response.catch((error) => this.destroy(error));
  }

  setContentType(contentType: string): void {
    if (this.#hasWritten) throw runtimeError('InvalidStreamingOperation', 'Cannot set content-type, too late.', 4);
    this.#contentType = contentType;
  }

  // biome-ignore lint/suspicious/noExplicitAny: the signature of Writable, whose last two parameters are optional
  override write(chunk: any, encoding?: any, callback?: any): boolean {
    const isBytes = typeof chunk === 'string' || chunk instanceof Uint8Array;
    if (!this.#hasWritten) {
      this.#hasWritten = true;
      this._onBeforeFirstWrite?.((bytes) => super.write(bytes));
    }
    return super.write(isBytes ? chunk : JSON.stringify(chunk), encoding, callback);
  }

  /** Ends the stream with an error in its trailers; does nothing to a stream that has ended already. */
  async fail(thrown: unknown): Promise<void> {
    if (!this.writableEnded && !this.destroyed) {
      const report = errorReport(thrown);
      const body = Buffer.from(JSON.stringify(report)).toString('base64');
      this.#trailers = `${ERROR_TYPE}: ${headerValue(report.errorType)}\r\n${ERROR_BODY}: ${body}\r\n`;
      this.end();
    }
    await this.answered.catch(() => undefined);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#socket.cork();
    this.#sendHead();
    if (chunk.length > 0) {
      this.#socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
      this.#socket.write(chunk);
    }
    this.#socket.write(chunk.length > 0 ? '\r\n' : '', 'latin1', callback);
    this.#socket.uncork();
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#socket.cork();
    this.#sendHead();
    this.#socket.write(`0\r\n${this.#trailers}\r\n`, 'utf8', callback);
    this.#socket.uncork();
  }

  /**
   * A stream that is destroyed before its end loses the connection: the platform reports a truncated response. The
   * platform closes its side when it has seen that (`answered`): a call on another connection could overtake it.
   */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (!this.writableFinished && this.#socket.writable) {
      this.#cause = error ?? new Error('The response stream was destroyed.');
      this.#sendHead();
      this.#socket.end();
      setTimeout(() => this.#socket.destroy(), CLOSE_WAIT_MS).unref();
    }
    callback(error);
  }

  #sendHead(): void {
    if (this.#isHeadSent) return;
    this.#isHeadSent = true;
    this.#socket.write(
      `${this.#head}\r\nLambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n` +
        `Trailer: ${ERROR_TYPE}, ${ERROR_BODY}\r\nContent-Type: ${headerValue(this.#contentType)}\r\n\r\n`,
    );
  }
}
