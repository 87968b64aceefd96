import { LambdakitError } from '../errors/lambdakit-error.js';
import { type FileHandle, open, systemErrorCode } from '../system/files.js';

/** One entry of an archive's central directory (APPNOTE.TXT 4.3.12). */
export interface ArchiveDirectoryEntry {
  readonly name: string;
  readonly bytes: number;
  readonly compressedBytes: number;
  readonly crc32: number;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  /** Unix mode with the type bits; 0 where the archive was not made on Unix. */
  readonly mode: number;
  readonly dosTime: number;
  readonly headerOffset: number;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
const ZIP64_END_SIGNATURE = 0x06064b50;
const ENTRY_SIGNATURE = 0x02014b50;
const MAX_COMMENT_BYTES = 0xffff;

/**
 * Reads the list of an archive's entries, in the archive's order, without unpacking anything.
 * @throws LambdakitError `file-not-found`; `package-invalid` when the file is not a zip archive.
 */
export async function readArchiveDirectory(file: string): Promise<readonly ArchiveDirectoryEntry[]> {
  const handle = await openArchive(file);
  try {
    const { size } = await handle.stat();
    const tailBytes = Math.min(size, END_BYTES + MAX_COMMENT_BYTES);
    const tail = await readAt(handle, size - tailBytes, tailBytes);
    const end = findEnd(tail);
    if (end === undefined) throw notAnArchive(file, 'it has no end record');
    const { offset, bytes, count } = await locateDirectory(handle, tail, end, size - tailBytes);
    if (offset + bytes > size) throw notAnArchive(file, 'it is cut off');
    return parseDirectory(await readAt(handle, offset, bytes), count, file);
  } finally {
    await handle.close();
  }
}

async function openArchive(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw new LambdakitError('file-not-found', `there is no file ${file}`, { cause: error });
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function findEnd(tail: Buffer): number | undefined {
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) === END_SIGNATURE && at + END_BYTES + tail.readUInt16LE(at + 20) === tail.length)
      return at;
  }
  return undefined;
}

async function locateDirectory(handle: FileHandle, tail: Buffer, end: number, tailOffset: number) {
  const plain = {
    count: tail.readUInt16LE(end + 10),
    bytes: tail.readUInt32LE(end + 12),
    offset: tail.readUInt32LE(end + 16),
  };
  const locatorAt = end - 20;
  if (locatorAt < 0 || tail.readUInt32LE(locatorAt) !== ZIP64_LOCATOR_SIGNATURE) return plain;
  const recordAt = Number(tail.readBigUInt64LE(locatorAt + 8));
  const record = recordAt >= tailOffset ? tail.subarray(recordAt - tailOffset) : await readAt(handle, recordAt, 56);
  if (record.length < 56 || record.readUInt32LE(0) !== ZIP64_END_SIGNATURE) return plain;
  return {
    count: Number(record.readBigUInt64LE(32)),
    bytes: Number(record.readBigUInt64LE(40)),
    offset: Number(record.readBigUInt64LE(48)),
  };
}

function parseDirectory(directory: Buffer, count: number, file: string): readonly ArchiveDirectoryEntry[] {
  const entries: ArchiveDirectoryEntry[] = [];
  let at = 0;
  while (entries.length < count) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== ENTRY_SIGNATURE) {
      throw notAnArchive(file, `entry ${entries.length + 1} of ${count} is damaged`);
    }
    const nameBytes = directory.readUInt16LE(at + 28);
    const extraBytes = directory.readUInt16LE(at + 30);
    const extra = directory.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes);
    entries.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameBytes),
      method: directory.readUInt16LE(at + 10),
      dosTime: directory.readUInt32LE(at + 12),
      crc32: directory.readUInt32LE(at + 16),
      mode: directory.readUInt32LE(at + 38) >>> 16,
      ...sizesOf(directory, at, extra),
    });
    at += 46 + nameBytes + extraBytes + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/** Sizes and offset; where a field is full, its value stands in the Zip64 extra field, in this order. */
function sizesOf(directory: Buffer, at: number, extra: Buffer) {
  const fields = {
    bytes: directory.readUInt32LE(at + 24),
    compressedBytes: directory.readUInt32LE(at + 20),
    headerOffset: directory.readUInt32LE(at + 42),
  };
  let position = zip64FieldAt(extra);
  if (position === undefined) return fields;
  for (const key of ['bytes', 'compressedBytes', 'headerOffset'] as const) {
    if (fields[key] !== 0xffffffff || position + 8 > extra.length) continue;
    fields[key] = Number(extra.readBigUInt64LE(position));
    position += 8;
  }
  return fields;
}

function zip64FieldAt(extra: Buffer): number | undefined {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === 1) return at + 4;
  }
  return undefined;
}

function notAnArchive(file: string, reason: string): LambdakitError {
  return new LambdakitError('package-invalid', `${file} is not a zip archive: ${reason}`, {
    hint: 'Make the archive again, or give a folder instead.',
  });
}
