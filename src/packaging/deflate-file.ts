import { crc32, inflateRawSync } from 'node:zlib';
import { readSync } from '../system/files.js';
import { METHOD_DEFLATED, METHOD_STORED } from './archive-format.js';
import type { Deflater } from './deflater.js';

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

/** With what the data of an entry is made. */
export interface DeflateMeans {
  readonly deflater: Deflater;
  /** File descriptor of the last archive. */
  readonly archive: number | undefined;
}

/**
 * Makes the data of an entry from the content of its file: deflated, or stored where that is not
 * smaller. Where the last archive holds the same content (compared byte for byte), its data is taken:
 * unpacking costs a fifth of packing.
 * @param content stands in the room of the deflater
 * @param previous what the last archive has under the same name
 */
export function deflateContent(
  content: Buffer,
  previous: StoredData | undefined,
  { deflater, archive }: DeflateMeans,
): DeflatedFile {
  const sum = crc32(content);
  const facts = { crc32: sum, bytes: content.length };
  if (previous !== undefined && archive !== undefined && previous.crc32 === sum) {
    const data = findStored(content, previous, archive);
    if (data !== undefined) return { ...facts, method: previous.method, data, isReused: true };
  }
  const deflated = content.length === 0 ? undefined : deflater.deflate(content.length);
  return deflated === undefined
    ? { ...facts, method: METHOD_STORED, data: content, isReused: false }
    : { ...facts, method: METHOD_DEFLATED, data: deflated, isReused: false };
}

/** The data of an entry of the last archive when unpacking it gives the very bytes of some content. */
export function findStored(content: Buffer, stored: StoredData, archive: number): Buffer | undefined {
  if (stored.bytes !== content.length || stored.crc32 !== crc32(content)) return undefined;
  const memory = Buffer.allocUnsafe(stored.compressedBytes);
  const data = memory.subarray(0, readSync(archive, memory, 0, memory.length, stored.offset));
  return holds(data, stored.method, content) ? data : undefined;
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
