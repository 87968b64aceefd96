/**
 * The one date of all entries: the first that a zip archive can hold. Never the time of the build, so
 * that equal content gives equal bytes (reproducible-builds.org, "Archive metadata").
 */
export const ARCHIVE_DATE = new Date('1980-01-01T00:00:00Z');

/** zlib's level for files that are too big for our own deflater. Part of what makes archives equal. */
export const COMPRESSION_LEVEL = 4;

/** Storage of an entry (APPNOTE.TXT 4.4.5). */
export const METHOD_STORED = 0;
export const METHOD_DEFLATED = 8;

/** 1980-01-01 00:00 in the form of MS-DOS: date in the upper, time in the lower half (APPNOTE.TXT 4.4.6). */
const DOS_DATE_TIME = ((1 << 5) | 1) << 16;
/** Names are UTF-8 (APPNOTE.TXT, appendix D). Set always, so that no reader guesses. */
const FLAG_UTF8 = 0x0800;
/** 2.0: deflate and folders; 4.5: Zip64. */
const VERSION_NEEDED = 20;
const VERSION_ZIP64 = 45;
const MADE_BY_UNIX = 3 << 8;

const TYPE_BITS = { file: 0o100000, folder: 0o040000, link: 0o120000 } as const;
const LINK_MODE = 0o777;
const DOS_FOLDER = 0x10;

/** What the headers of an entry say of the entry itself. */
export interface EntryHeader {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link';
  readonly mode: number;
}

/** What they say of its data. */
export interface DataHeader {
  readonly crc32: number;
  readonly method: number;
  readonly bytes: number;
  readonly compressedBytes: number;
}

/** Data, and where its first header stands. */
export interface PlacedData extends DataHeader {
  readonly headerOffset: number;
}

/** No header is longer: a name has at most 65,535 bytes (APPNOTE.TXT 4.4.10). */
export const MAX_HEADER_BYTES = 46 + 0xffff;

/** Bytes of the header before an entry's data. */
export function localHeaderBytes(name: string): number {
  return 30 + Buffer.byteLength(name);
}

/** Where the headers of entries begin, and where the last entry ends: entries stand one after the other. */
export function headerOffsets(names: readonly string[], compressedBytes: ArrayLike<number>): Float64Array {
  const offsets = new Float64Array(names.length + 1);
  let offset = 0;
  for (let row = 0; row < names.length; row++) {
    offset += localHeaderBytes(names[row] ?? '') + (compressedBytes[row] ?? 0);
    offsets[row + 1] = offset;
  }
  return offsets;
}

/** Writes the header before an entry's data (APPNOTE.TXT 4.3.7) and returns where it ends. */
export function writeLocalHeader(target: Buffer, at: number, { name }: EntryHeader, data: DataHeader): number {
  const nameBytes = target.write(name, at + 30);
  target.writeUInt32LE(0x04034b50, at);
  writeCommon(target, at + 4, data, nameBytes);
  return at + 30 + nameBytes;
}

/** Writes an entry's record of the central directory (APPNOTE.TXT 4.3.12) and returns where it ends. */
export function writeDirectoryRecord(target: Buffer, at: number, entry: EntryHeader, data: PlacedData): number {
  const nameBytes = target.write(entry.name, at + 46);
  const mode = TYPE_BITS[entry.kind] | (entry.kind === 'link' ? LINK_MODE : entry.mode);
  target.writeUInt32LE(0x02014b50, at);
  target.writeUInt16LE(MADE_BY_UNIX | VERSION_NEEDED, at + 4);
  writeCommon(target, at + 6, data, nameBytes);
  // No comment, first disk, no internal attributes.
  target.writeUInt32LE(0, at + 32);
  target.writeUInt16LE(0, at + 36);
  target.writeUInt32LE(((mode << 16) | (entry.kind === 'folder' ? DOS_FOLDER : 0)) >>> 0, at + 38);
  target.writeUInt32LE(data.headerOffset, at + 42);
  return at + 46 + nameBytes;
}

/** The 26 bytes that both headers share, from "version needed" to the length of the extra field. */
function writeCommon(target: Buffer, at: number, data: DataHeader, nameBytes: number): void {
  target.writeUInt16LE(VERSION_NEEDED, at);
  target.writeUInt16LE(FLAG_UTF8, at + 2);
  target.writeUInt16LE(data.method, at + 4);
  target.writeUInt32LE(DOS_DATE_TIME, at + 6);
  target.writeUInt32LE(data.crc32, at + 10);
  target.writeUInt32LE(data.compressedBytes, at + 14);
  target.writeUInt32LE(data.bytes, at + 18);
  target.writeUInt16LE(nameBytes, at + 22);
  target.writeUInt16LE(0, at + 24);
}

/** The records that end an archive; with Zip64 ones where there are too many entries (APPNOTE.TXT 4.3.14 to 4.3.16). */
export function endRecords(count: number, directoryBytes: number, directoryOffset: number): Buffer {
  const isZip64 = count >= 0xffff || directoryOffset + directoryBytes >= 0xffffffff;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, 0xffff), 8);
  end.writeUInt16LE(Math.min(count, 0xffff), 10);
  end.writeUInt32LE(Math.min(directoryBytes, 0xffffffff), 12);
  end.writeUInt32LE(Math.min(directoryOffset, 0xffffffff), 16);
  return isZip64 ? Buffer.concat([zip64EndRecords(count, directoryBytes, directoryOffset), end]) : end;
}

function zip64EndRecords(count: number, directoryBytes: number, directoryOffset: number): Buffer {
  const records = Buffer.alloc(56 + 20);
  records.writeUInt32LE(0x06064b50, 0);
  records.writeBigUInt64LE(44n, 4);
  records.writeUInt16LE(MADE_BY_UNIX | VERSION_ZIP64, 12);
  records.writeUInt16LE(VERSION_ZIP64, 14);
  records.writeBigUInt64LE(BigInt(count), 24);
  records.writeBigUInt64LE(BigInt(count), 32);
  records.writeBigUInt64LE(BigInt(directoryBytes), 40);
  records.writeBigUInt64LE(BigInt(directoryOffset), 48);
  records.writeUInt32LE(0x07064b50, 56);
  records.writeBigUInt64LE(BigInt(directoryOffset + directoryBytes), 64);
  records.writeUInt32LE(1, 72);
  return records;
}
