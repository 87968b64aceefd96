import { createHash } from 'node:crypto';
import { open, readSync } from '../system/files.js';
import { MAX_HEADER_BYTES } from './archive-format.js';

const BLOCK_BYTES = 4_194_304;
/** Room behind a block for what is added last; only bigger data makes it grow. */
const SPARE_BYTES = 524_288;

/** A file that is hashed while it is written, in blocks. */
export interface ArchiveSink {
  /** Bytes so far. */
  position(): number;
  /** Adds bytes; they must not change until the next flush. */
  add(bytes: Uint8Array): void;
  /** Adds what a function writes at a place of a buffer; it returns where that ends. */
  build(write: (target: Buffer, at: number) => number): void;
  /** Adds a part of another file; flushes where that is needed. */
  copy(descriptor: number, begin: number, end: number): Promise<void>;
  /** True when it is time to flush. */
  isFull(): boolean;
  flush(): Promise<void>;
  /** Base64 SHA-256 of all that was flushed. */
  digest(): string;
  close(): Promise<void>;
}

/** Opens a new file for an archive. Whoever opens it closes it. */
export async function openArchiveSink(file: string): Promise<ArchiveSink> {
  const handle = await open(file, 'w');
  const hash = createHash('sha256');
  let block = Buffer.allocUnsafeSlow(BLOCK_BYTES + SPARE_BYTES);
  let used = 0;
  let flushed = 0;
  const makeRoom = (length: number) => {
    if (used + length <= block.length) return;
    block = Buffer.concat([block.subarray(0, used)], Math.max(used + length, block.length * 2));
  };
  const flush = async () => {
    const bytes = block.subarray(0, used);
    hash.update(bytes);
    await handle.write(bytes);
    flushed += used;
    used = 0;
  };
  return {
    position: () => flushed + used,
    add: (bytes) => {
      makeRoom(bytes.length);
      block.set(bytes, used);
      used += bytes.length;
    },
    build: (write) => {
      makeRoom(MAX_HEADER_BYTES);
      used = write(block, used);
    },
    copy: async (descriptor, begin, end) => {
      for (let at = begin; at < end; ) {
        const count = readSync(descriptor, block, used, Math.min(end - at, block.length - used), at);
        if (count === 0) throw new Error(`the last archive ends at byte ${at} instead of ${end}`);
        at += count;
        used += count;
        if (used >= BLOCK_BYTES) await flush();
      }
    },
    isFull: () => used >= BLOCK_BYTES,
    flush,
    digest: () => hash.digest('base64'),
    close: () => handle.close(),
  };
}
