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
  if (previous !== undefined && archive !== undefined && previous.crc32 === sum && previous.bytes === content.length) {
    const data = readStored(archive, previous);
    if (holds(data, previous.method, content)) return { ...facts, method: previous.method, data, isReused: true };
  }
  const deflated = content.length === 0 ? undefined : deflater.deflate(content.length);
  return deflated === undefined
    ? { ...facts, method: METHOD_STORED, data: content, isReused: false }
    : { ...facts, method: METHOD_DEFLATED, data: deflated, isReused: false };
}

function readStored(archive: number, stored: StoredData): Buffer {
  const data = Buffer.allocUnsafe(stored.compressedBytes);
  return data.subarray(0, readSync(archive, data, 0, data.length, stored.offset));
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
