/** A terminal or pipe that is written to synchronously. */
export interface OutputTarget {
  write(text: string): unknown;
}

/** Short enough that people see no delay. */
const COLLECT_MS = 20;

/** Collects what is written within a moment: each write to a pipe holds the whole process up. */
export class BatchedOutput {
  #text = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly target: OutputTarget) {}

  write(text: string): void {
    if (text === '') return;
    this.#text += text;
    this.#timer ??= setTimeout(() => this.flush(), COLLECT_MS);
  }

  /** Writes at once what has been collected. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#text;
    this.#text = '';
    if (text !== '') this.target.write(text);
  }
}
