import { InvalidZip } from './invalid-zip.js';

/** One entry of a zip as its central directory tells it, checked against its local header. */
export interface ZipEntry {
  /** Relative, with slashes; a folder's name ends with one. */
  readonly name: string;
  readonly isFolder: boolean;
  readonly isSymlink: boolean;
  /** Permission bits, 0 when the archive's maker had none. */
  readonly mode: number;
  readonly method: 0 | 8;
  readonly crc32: number;
  readonly size: number;
  /** The compressed bytes. */
  readonly data: Uint8Array;
}

const END = 0x06054b50;
const END64_LOCATOR = 0x07064b50;
const END64 = 0x06064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const MAX_ENTRIES = 2 * 65_535;
const FILE_TYPE = { mask: 0o170000, link: 0o120000, folder: 0o040000, file: 0o100000 } as const;

/**
 * Lists a zip's entries by its central directory (PKWARE APPNOTE 6.3.10) and refuses archives that
 * readers would understand differently: local headers that disagree, overlapping members, encrypted
 * or special entries, other methods than stored and deflated. @throws InvalidZip
 */
export function readZipDirectory(zip: Buffer): readonly ZipEntry[] {
  const { count, offset, size } = findDirectory(zip);
  if (count > MAX_ENTRIES) throw new InvalidZip(`${count} entries are too many`);
  if (offset + size > zip.length) throw new InvalidZip('the central directory lies outside the file');
  const entries: ZipEntry[] = [];
  const ranges: Range[] = [];
  let position = offset;
  for (let index = 0; index < count; index++) {
    const header = readCentralHeader(zip, position);
    position = header.next;
    const range = locateData(zip, header);
    ranges.push(range);
    entries.push(toEntry(zip, header, range));
  }
  refuseOverlap(ranges, offset);
  return entries;
}

interface Range {
  readonly name: string;
  readonly start: number;
  readonly dataStart: number;
  readonly end: number;
}

interface CentralHeader {
  readonly name: string;
  readonly rawName: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly mode: number;
  readonly localOffset: number;
  readonly next: number;
}

function findDirectory(zip: Buffer): { readonly count: number; readonly offset: number; readonly size: number } {
  const lowest = Math.max(0, zip.length - 22 - 65_535);
  for (let at = zip.length - 22; at >= lowest; at--) {
    if (zip.readUInt32LE(at) !== END) continue;
    if (at + 22 + zip.readUInt16LE(at + 20) !== zip.length) continue;
    const count = zip.readUInt16LE(at + 10);
    const size = zip.readUInt32LE(at + 12);
    const offset = zip.readUInt32LE(at + 16);
    const needs64 = count === 0xffff || size === 0xffffffff || offset === 0xffffffff;
    return needs64 ? findDirectory64(zip, at) : { count, size, offset };
  }
  throw new InvalidZip('it has no end of central directory');
}

function findDirectory64(
  zip: Buffer,
  endAt: number,
): { readonly count: number; readonly offset: number; readonly size: number } {
  const locator = endAt - 20;
  if (locator < 0 || zip.readUInt32LE(locator) !== END64_LOCATOR) {
    throw new InvalidZip('its Zip64 locator is missing');
  }
  const at = Number(zip.readBigUInt64LE(locator + 8));
  if (at + 56 > zip.length || zip.readUInt32LE(at) !== END64) throw new InvalidZip('its Zip64 directory is missing');
  return {
    count: Number(zip.readBigUInt64LE(at + 32)),
    size: Number(zip.readBigUInt64LE(at + 40)),
    offset: Number(zip.readBigUInt64LE(at + 48)),
  };
}

function readCentralHeader(zip: Buffer, at: number): CentralHeader {
  if (at + 46 > zip.length || zip.readUInt32LE(at) !== CENTRAL) throw new InvalidZip('a directory entry is damaged');
  const nameLength = zip.readUInt16LE(at + 28);
  const extraLength = zip.readUInt16LE(at + 30);
  const next = at + 46 + nameLength + extraLength + zip.readUInt16LE(at + 32);
  if (next > zip.length) throw new InvalidZip('a directory entry is cut off');
  const rawName = zip.subarray(at + 46, at + 46 + nameLength);
  const extra = zip.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
  const sizes = readSizes(extra, {
    size: zip.readUInt32LE(at + 24),
    compressedSize: zip.readUInt32LE(at + 20),
    localOffset: zip.readUInt32LE(at + 42),
  });
  const isUnix = zip.readUInt8(at + 5) === 3;
  return {
    name: rawName.toString('utf8'),
    rawName,
    flags: zip.readUInt16LE(at + 8),
    method: zip.readUInt16LE(at + 10),
    crc32: zip.readUInt32LE(at + 16),
    mode: isUnix ? zip.readUInt32LE(at + 38) >>> 16 : 0,
    next,
    ...sizes,
  };
}

interface Sizes {
  readonly size: number;
  readonly compressedSize: number;
  readonly localOffset: number;
}

/** Replaces sizes that do not fit 32 bits by those of the Zip64 extra field, which holds only the missing ones. */
function readSizes(extra: Buffer, sizes: Sizes): Sizes {
  const { size, compressedSize, localOffset } = sizes;
  if (![size, compressedSize, localOffset].includes(0xffffffff)) return sizes;
  let at = 0;
  while (at + 4 <= extra.length) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) return readZip64(extra.subarray(at + 4, at + 4 + length), sizes);
    at += 4 + length;
  }
  throw new InvalidZip('a Zip64 entry has no sizes');
}

function readZip64(field: Buffer, sizes: Sizes): Sizes {
  let at = 0;
  const take = (value: number): number => {
    if (value !== 0xffffffff) return value;
    if (at + 8 > field.length) throw new InvalidZip('a Zip64 entry is cut off');
    at += 8;
    return Number(field.readBigUInt64LE(at - 8));
  };
  const size = take(sizes.size);
  const compressedSize = take(sizes.compressedSize);
  return { size, compressedSize, localOffset: take(sizes.localOffset) };
}

function locateData(zip: Buffer, header: CentralHeader): Range {
  const at = header.localOffset;
  if (at + 30 > zip.length || zip.readUInt32LE(at) !== LOCAL) {
    throw new InvalidZip(`"${header.name}" has no local header`);
  }
  const nameLength = zip.readUInt16LE(at + 26);
  const dataStart = at + 30 + nameLength + zip.readUInt16LE(at + 28);
  const end = dataStart + header.compressedSize;
  if (end > zip.length) throw new InvalidZip(`"${header.name}" is cut off`);
  const isSame =
    zip.subarray(at + 30, at + 30 + nameLength).equals(header.rawName) &&
    zip.readUInt16LE(at + 8) === header.method &&
    hasSameSizes(zip, at, header);
  if (!isSame) throw new InvalidZip(`the two headers of "${header.name}" disagree`);
  return { name: header.name, start: at, dataStart, end };
}

/** A data descriptor (flag bit 3) or Zip64 leaves the local sizes zero or full. */
function hasSameSizes(zip: Buffer, at: number, header: CentralHeader): boolean {
  if ((zip.readUInt16LE(at + 6) & 8) !== 0) return true;
  const compressedSize = zip.readUInt32LE(at + 18);
  const size = zip.readUInt32LE(at + 22);
  return (
    (compressedSize === header.compressedSize || compressedSize === 0xffffffff) &&
    (size === header.size || size === 0xffffffff)
  );
}

function toEntry(zip: Buffer, header: CentralHeader, range: Range): ZipEntry {
  const { name, method } = header;
  if ((header.flags & 0x2041) !== 0) throw new InvalidZip(`"${name}" is encrypted`);
  if (method !== 0 && method !== 8) throw new InvalidZip(`"${name}" is packed by method ${method}`);
  const type = header.mode & FILE_TYPE.mask;
  if (type !== 0 && type !== FILE_TYPE.file && type !== FILE_TYPE.folder && type !== FILE_TYPE.link) {
    throw new InvalidZip(`"${name}" is a special file`);
  }
  return {
    name,
    isFolder: name.endsWith('/'),
    isSymlink: type === FILE_TYPE.link,
    mode: header.mode & 0o777,
    method,
    crc32: header.crc32,
    size: header.size,
    data: zip.subarray(range.dataStart, range.end),
  };
}

function refuseOverlap(ranges: readonly Range[], directoryStart: number): void {
  let end = 0;
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    if (range.start < end) throw new InvalidZip(`"${range.name}" overlaps another entry`);
    end = range.end;
  }
  if (end > directoryStart) throw new InvalidZip('an entry overlaps the central directory');
}
