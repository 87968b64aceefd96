/**
 * The bytes of a response on their way from the runtime to the caller. The writer is held back while
 * the reader is behind, so that a streamed response of any length needs little memory.
 */
export class ResponseBody implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = [];
  #isEnded = false;
  #isAbandoned = false;
  #wakeReader: (() => void) | undefined;
  #wakeWriter: (() => void) | undefined;

  /** Resolves when the reader took everything; at once when it went away. */
  write(chunk: Uint8Array): Promise<void> {
    if (this.#isEnded || this.#isAbandoned || chunk.length === 0) return Promise.resolve();
    this.#chunks.push(chunk);
    this.#wakeReader?.();
    return new Promise((resolve) => {
      this.#wakeWriter = resolve;
    });
  }

  /** Nothing follows; what was written can still be read. */
  end(): void {
    this.#isEnded = true;
    this.#wakeReader?.();
    this.#wakeWriter?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    try {
      while (true) {
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) {
          yield chunk;
        } else if (this.#isEnded) {
          return;
        } else {
          this.#wakeWriter?.();
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve;
          });
        }
      }
    } finally {
      this.#isAbandoned = true;
      this.#chunks.length = 0;
      this.#wakeWriter?.();
    }
  }
}
