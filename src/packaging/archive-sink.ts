import { createHash } from 'node:crypto';
import { open, readSync } from '../system/files.js';
import { MAX_HEADER_BYTES } from './archive-format.js';
import { GrowingBytes } from './growing-bytes.js';

const BLOCK_BYTES = 4_194_304;

/** A file that is hashed while it is written, in blocks. */
export interface ArchiveSink {
  /** Bytes so far. */
  position(): number;
  add(bytes: Uint8Array): void;
  /** Adds what a function writes at a place of a buffer; it returns where that ends. */
  build(write: (target: Buffer, at: number) => number): void;
  /** Adds a part of another file; flushes where that is needed. */
  copy(descriptor: number, begin: number, end: number): Promise<void>;
  /** True when it is time to flush before so many bytes more. */
  isFull(bytes: number): boolean;
  flush(): Promise<void>;
  /** Base64 SHA-256 of all that was flushed. */
  digest(): string;
  close(): Promise<void>;
}

/** Opens a new file for an archive. Whoever opens it closes it. */
export async function openArchiveSink(file: string): Promise<ArchiveSink> {
  const handle = await open(file, 'w');
  const hash = createHash('sha256');
  // Together with the last header no piece but a very big one makes the block grow.
  const block = new GrowingBytes(BLOCK_BYTES + MAX_HEADER_BYTES);
  let flushed = 0;
  const flush = async () => {
    // Another thread writes meanwhile.
    const writing = handle.write(block.bytes);
    hash.update(block.bytes);
    await writing;
    flushed += block.length;
    block.drop();
  };
  return {
    position: () => flushed + block.length,
    add: (bytes) => block.add(bytes),
    build: (write) => block.build(MAX_HEADER_BYTES, write),
    copy: async (descriptor, begin, end) => {
      for (let at = begin; at < end; ) {
        const room = block.room(1);
        const count = readSync(descriptor, room, 0, Math.min(end - at, room.length), at);
        if (count === 0) throw new Error(`the last archive ends at byte ${at} instead of ${end}`);
        at += count;
        block.grow(count);
        if (block.length >= BLOCK_BYTES) await flush();
      }
    },
    isFull: (bytes) => block.length > 0 && block.length + bytes >= BLOCK_BYTES,
    flush,
    digest: () => hash.digest('base64'),
    close: () => handle.close(),
  };
}
