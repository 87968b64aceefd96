import { constants, crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { readSync } from '../system/files.js';
import { COMPRESSION_LEVEL, METHOD_DEFLATED, METHOD_STORED } from './archive-format.js';

/** Where the data of an entry stands in the last archive. */
export interface StoredData {
  readonly offset: number;
  readonly bytes: number;
  readonly compressedBytes: number;
  readonly method: number;
  readonly crc32: number;
}

/** The data of an entry, and what its headers say of it. */
export interface DeflatedFile {
  readonly crc32: number;
  readonly bytes: number;
  readonly method: number;
  readonly data: Uint8Array;
  readonly isReused: boolean;
}

/**
 * Makes the data of an entry from the content of its file: deflated, or stored where that is not
 * smaller. Where the last archive holds the same content (compared byte for byte), its data is taken:
 * unpacking costs a fifth of packing.
 * @param previous what the last archive has under the same name
 * @param archive file descriptor of the last archive
 */
export function deflateContent(
  content: Buffer,
  previous: StoredData | undefined,
  archive: number | undefined,
): DeflatedFile {
  const sum = crc32(content);
  const facts = { crc32: sum, bytes: content.length };
  if (previous !== undefined && archive !== undefined && previous.crc32 === sum && previous.bytes === content.length) {
    const data = readStored(archive, previous);
    if (holds(data, previous.method, content)) return { ...facts, method: previous.method, data, isReused: true };
  }
  const deflated = content.length === 0 ? content : deflate(content);
  return deflated.length < content.length
    ? { ...facts, method: METHOD_DEFLATED, data: deflated, isReused: false }
    : { ...facts, method: METHOD_STORED, data: content, isReused: false };
}

function readStored(archive: number, stored: StoredData): Buffer {
  const data = Buffer.allocUnsafe(stored.compressedBytes);
  return data.subarray(0, readSync(archive, data, 0, data.length, stored.offset));
}

/**
 * The window is no bigger than the content: it finds the same repetitions, and most of the time for a
 * small file goes into clearing the window. 9 bits are zlib's least for raw deflate. The memory level
 * gives room for as many symbols as a window has bytes, so that one block holds a small file.
 */
function deflate(content: Buffer): Buffer {
  const windowBits = Math.min(constants.Z_MAX_WINDOWBITS, Math.max(9, Math.ceil(Math.log2(content.length + 1))));
  const memLevel = Math.min(8, windowBits - 6);
  const chunkSize = Math.max(1_024, Math.min(1_048_576, (content.length >> 1) + 256));
  return deflateRawSync(content, { level: COMPRESSION_LEVEL, windowBits, memLevel, chunkSize });
}

function holds(data: Buffer, method: number, content: Buffer): boolean {
  if (method === METHOD_STORED) return data.equals(content);
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(content.length, 1) }).equals(content);
  } catch {
    // The last archive is damaged here: pack again.
    return false;
  }
}
