/** Bytes that are put together one piece behind the other. */
export class GrowingBytes {
  #memory: Buffer;
  #length = 0;

  constructor(expectedBytes: number) {
    this.#memory = Buffer.allocUnsafeSlow(expectedBytes);
  }

  get length(): number {
    return this.#length;
  }

  /** What is there; valid until something is added or all is dropped. */
  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  /** The memory behind it, at least so much of it; what is written there counts after `grow`. */
  room(bytes: number): Buffer {
    this.#reserve(bytes);
    return this.#memory.subarray(this.#length);
  }

  /** Counts bytes that were written into the room. */
  grow(bytes: number): void {
    this.#length += bytes;
  }

  add(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#memory.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Adds what a function writes at a place of a buffer; it returns where that ends. */
  build(maxBytes: number, write: (target: Buffer, at: number) => number): void {
    this.#reserve(maxBytes);
    this.#length = write(this.#memory, this.#length);
  }

  drop(): void {
    this.#length = 0;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed > this.#memory.length)
      this.#memory = Buffer.concat([this.bytes], Math.max(needed, this.#memory.length * 2));
  }
}
