import type { LineSplitter, OutputLine } from '../logs/line-splitter.js';
import type { LogFrame } from '../ports.js';

export interface ProcessOutputOptions {
  readonly splitter: LineSplitter;
  currentRequestId(): string | undefined;
  onLine(line: OutputLine): void;
}

/** Turns what one process writes into log events, in the order in which it came. */
export class ProcessOutput {
  constructor(private readonly options: ProcessOutputOptions) {}

  write(chunk: Uint8Array): void {
    this.#pass(this.options.splitter.push(chunk, this.options.currentRequestId()));
  }

  /** A framed message is one event, however many lines it has. */
  writeFrame({ message, level }: Pick<LogFrame, 'message' | 'level'>): void {
    const text = Buffer.from(message.buffer, message.byteOffset, message.byteLength).toString('utf8');
    const requestId = this.options.currentRequestId();
    this.options.onLine({ text, requestId, isMessage: true, ...(level !== undefined && { level }) });
  }

  /** The end of an invocation: an unfinished line is an event of it. */
  flush(): void {
    this.#pass(this.options.splitter.flush());
  }

  /** The end of the process. */
  end(): void {
    this.#pass(this.options.splitter.end());
  }

  #pass(lines: readonly OutputLine[]): void {
    for (const line of lines) this.options.onLine(line);
  }
}
