import path from 'node:path';
import { readFileSync } from '../system/files.js';
import { packageRoot } from '../system/package-root.js';

/** What `assembly/deflate.ts` offers. */
interface DeflaterProgram {
  readonly memory: WebAssembly.Memory;
  /** Where content stands in its memory. */
  readonly CONTENT: WebAssembly.Global;
  /** So many bytes behind content, and behind output, belong to it too. */
  readonly MARGIN: WebAssembly.Global;
  deflate(length: number, output: number): number;
}

const PAGE_BYTES = 65_536;
/** Memory never shrinks, so after bigger content it is given back as a whole. */
const MAX_KEPT_BYTES = 16_777_216;

/** Compiles the deflater. A thread that starts others hands it to them. */
export function compileDeflater(): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(path.join(packageRoot(), 'dist', 'packaging', 'deflate.wasm')));
}

/**
 * Deflates what is in its own memory. The same content gives the same bytes on every machine and with every
 * Node.js, because nothing but the program in WebAssembly has a say in them.
 */
export class Deflater {
  #program: DeflaterProgram;

  constructor(private readonly module: WebAssembly.Module) {
    this.#program = instantiate(module);
  }

  /** Memory for content of so many bytes or more; what was written there before is kept, unless it is much bigger. */
  room(bytes: number): Buffer<ArrayBuffer> {
    if (this.#program.memory.buffer.byteLength > MAX_KEPT_BYTES && this.#bytesFor(bytes) <= MAX_KEPT_BYTES) {
      this.#program = instantiate(this.module);
    }
    const { memory, CONTENT } = this.#program;
    const missing = this.#bytesFor(bytes) - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    const half = (memory.buffer.byteLength - CONTENT.value) / 2;
    return Buffer.from(memory.buffer, CONTENT.value, Math.floor(half) - this.#program.MARGIN.value);
  }

  /**
   * Deflates the first bytes of the room. The outcome is valid until more is read into it; undefined when it
   * would not be smaller.
   */
  deflate(bytes: number): Uint8Array<ArrayBuffer> | undefined {
    const { memory, CONTENT, MARGIN } = this.#program;
    const output = CONTENT.value + bytes + MARGIN.value;
    const length = this.#program.deflate(bytes, output);
    return length === 0 ? undefined : new Uint8Array(memory.buffer, output, length);
  }

  #bytesFor(content: number): number {
    return this.#program.CONTENT.value + 2 * (content + this.#program.MARGIN.value);
  }
}

function instantiate(module: WebAssembly.Module): DeflaterProgram {
  const abort = () => {
    throw new Error('the deflater has stopped');
  };
  return new WebAssembly.Instance(module, { env: { abort } }).exports as DeflaterProgram;
}
