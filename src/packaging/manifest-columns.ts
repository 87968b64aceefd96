/** What is known of the data of an archive's entries: one row for each, in their order. */
export interface EntryFacts {
  readonly crc32s: Uint32Array;
  readonly methods: Uint32Array;
  readonly bytes: Uint32Array;
  readonly compressedBytes: Uint32Array;
}

/** What is known of the files that an archive's entries are made of: one row for each, in their order. */
export interface EntrySources {
  /** One text, which is read and compared much faster than a list; see splitNames. */
  readonly names: string;
  /** One letter for each entry; see typeOf. */
  readonly types: string;
  /** Change time and inode of the file that an entry was made from; 0 where the time could not be trusted. */
  readonly changedMs: Float64Array;
  readonly inodes: Float64Array;
}

/**
 * What is remembered of an archive, beside it. Column by column: half the text of a list of objects, a quarter of the
 * time to read it, and little memory for a hundred thousand entries.
 */
export interface ArchiveManifest extends EntrySources, EntryFacts {}

/** A manifest as one line of text: columns of numbers as base64 of their bytes, a tenth of the time of numbers as text. */
export function writtenManifest({ names, types, ...columns }: ArchiveManifest): string {
  return JSON.stringify({
    names,
    types,
    changedMs: base64Of(columns.changedMs),
    inodes: base64Of(columns.inodes),
    crc32s: base64Of(columns.crc32s),
    methods: base64Of(columns.methods),
    bytes: base64Of(columns.bytes),
    compressedBytes: base64Of(columns.compressedBytes),
  });
}

/** The manifest of such a line, or undefined where it is damaged: no text of ours, or a column without a row for each entry. */
export function readManifestText(text: string): ArchiveManifest | undefined {
  try {
    const { names, types, ...columns } = JSON.parse(text) as Record<keyof ArchiveManifest, string>;
    const decimals = (base64: string) =>
      new Float64Array(bytesOf(base64, types.length * Float64Array.BYTES_PER_ELEMENT));
    const wholes = (base64: string) => new Uint32Array(bytesOf(base64, types.length * Uint32Array.BYTES_PER_ELEMENT));
    return {
      names,
      types,
      changedMs: decimals(columns.changedMs),
      inodes: decimals(columns.inodes),
      crc32s: wholes(columns.crc32s),
      methods: wholes(columns.methods),
      bytes: wholes(columns.bytes),
      compressedBytes: wholes(columns.compressedBytes),
    };
  } catch {
    return undefined;
  }
}

function base64Of({ buffer, byteOffset, byteLength }: Float64Array | Uint32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** In memory of their own, as typed arrays need them aligned. */
function bytesOf(base64: string, byteLength: number): ArrayBuffer {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  if (bytes.length !== byteLength) throw new RangeError(`a column of ${bytes.length} instead of ${byteLength} bytes`);
  return bytes.buffer;
}
