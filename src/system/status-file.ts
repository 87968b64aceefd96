import { closeSync, openSync, readSync } from 'node:fs';

/** Longer than what the kernel tells in one of them, but for a process with thousands of children. */
const bytes = Buffer.allocUnsafeSlow(16_384);

/**
 * A short file in which the kernel tells how something stands now (proc(5), control groups). It stays open from one look to the
 * next: each is then one call to the system instead of five, and never one at something else that has got the same name.
 */
export class StatusFile {
  readonly #path: string;
  #descriptor: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** The text of now, of which no more than 16 KB are read; undefined when what it tells of is gone. */
  read(): string | undefined {
    try {
      this.#descriptor ??= openSync(this.#path, 'r');
      return bytes.toString('latin1', 0, readSync(this.#descriptor, bytes, 0, bytes.length, 0));
    } catch {
      this.close();
      return undefined;
    }
  }

  /** May be read again afterwards. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}
