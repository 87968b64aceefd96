import { readTextIfExists, writeFileAtomically } from '../system/files.js';
import { type FileStamp, fingerprintOf, stampOf } from '../system/walk-files.js';
import type { PackageEntry } from './package-entry.js';
import type { SelectedEntry } from './select-entries.js';

/** What is known of the data of an archive's entries, in their order. */
export interface EntryFacts {
  readonly crc32s: ArrayLike<number>;
  readonly methods: ArrayLike<number>;
  readonly bytes: ArrayLike<number>;
  readonly compressedBytes: ArrayLike<number>;
}

/** What is known of the files that an archive's entries are made of, in their order. */
export interface EntrySources {
  /** One text, which is read and compared much faster than a list; see splitNames. */
  readonly names: string;
  /** One letter for each entry; see typeOf. */
  readonly types: string;
  /** Change time and inode of the file that an entry was made from; 0 where the time could not be trusted. */
  readonly changedMs: ArrayLike<number>;
  readonly inodes: ArrayLike<number>;
}

/**
 * What is remembered of an archive, beside it. Column by column: half the text of a list of objects, a quarter of the
 * time to read it, and little memory for a hundred thousand entries.
 */
export interface ArchiveManifest extends EntrySources, EntryFacts {}

/** What a packaging tells of its archive. */
export interface ArchiveSummary {
  readonly sha256: string;
  readonly zippedBytes: number;
  readonly unzippedBytes: number;
  readonly entryCount: number;
  readonly biggest: readonly PackageEntry[];
  /** Names of entries that look like secrets. */
  readonly secrets: readonly string[];
}

/** What is told of an archive without its entries. */
export interface RememberedArchive {
  readonly summary: ArchiveSummary;
  /** See treeStampOf; absent where a change time could not be trusted. */
  readonly treeStamp: string | undefined;
}

/** Changes whenever an archive would be written differently, as with any change of the deflater, and with the form of the manifest. */
const FORMAT = 6;

/**
 * File systems keep times in steps of up to two seconds (FAT): a file that changed so shortly before it
 * was read may have changed again without a trace, so its change time is not trusted.
 */
const COARSEST_TIME_STEP_MS = 2_000;

/**
 * What was remembered, or undefined where it does not belong to the archive as it is now. Of the two lines of the file the
 * second is the manifest, which is parsed when it is asked for: it is long, and often the first says enough.
 */
export async function readManifest(
  manifestFile: string,
  archiveFile: string,
): Promise<(RememberedArchive & { manifest(): ArchiveManifest | undefined }) | undefined> {
  const text = await readTextIfExists(manifestFile);
  if (text === undefined) return undefined;
  const firstEnd = text.indexOf('\n');
  try {
    const { format, archive, summary, treeStamp } = JSON.parse(text.slice(0, firstEnd));
    if (format !== FORMAT || archive !== fingerprintOf(stampOf(archiveFile))) return undefined;
    return { summary, treeStamp, manifest: () => parseManifest(text.slice(firstEnd)) };
  } catch {
    // A damaged manifest, or no archive any more: the archive is made anew.
    return undefined;
  }
}

function parseManifest(text: string): ArchiveManifest | undefined {
  try {
    const { names, types, ...columns } = JSON.parse(text) as Record<keyof ArchiveManifest, string>;
    return {
      ...{ names, types },
      ...{ changedMs: decimals(columns.changedMs), inodes: decimals(columns.inodes) },
      ...{ crc32s: wholes(columns.crc32s), methods: wholes(columns.methods) },
      ...{ bytes: wholes(columns.bytes), compressedBytes: wholes(columns.compressedBytes) },
    };
  } catch {
    // Damaged, as above.
    return undefined;
  }
}

/** Remembers an archive that was just written. */
export async function writeManifest(
  manifestFile: string,
  archiveFile: string,
  remembered: RememberedArchive,
  manifest: ArchiveManifest,
): Promise<void> {
  const archive = fingerprintOf(stampOf(archiveFile));
  const text = `${JSON.stringify({ format: FORMAT, archive, ...remembered })}\n${JSON.stringify(writtenForm(manifest))}\n`;
  await writeFileAtomically(manifestFile, text, { durable: false });
}

/** The columns as base64 of their bytes, which takes a tenth of the time of numbers as text. */
function writtenForm({ names, types, ...columns }: ArchiveManifest): Record<keyof ArchiveManifest, string> {
  const base64 = (column: Float64Array | Uint32Array) =>
    Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('base64');
  const { changedMs, inodes, crc32s, methods, bytes, compressedBytes } = columns;
  return {
    ...{ names, types },
    ...{ changedMs: base64(Float64Array.from(changedMs)), inodes: base64(Float64Array.from(inodes)) },
    ...{ crc32s: base64(Uint32Array.from(crc32s)), methods: base64(Uint32Array.from(methods)) },
    ...{ bytes: base64(Uint32Array.from(bytes)), compressedBytes: base64(Uint32Array.from(compressedBytes)) },
  };
}

/** As many numbers as there are; those that are missing in a damaged column are undefined, and equal nothing. */
function decimals(base64: string): Float64Array {
  return new Float64Array(bytesOf(base64));
}

function wholes(base64: string): Uint32Array {
  return new Uint32Array(bytesOf(base64));
}

/** In memory of their own, as typed arrays need them aligned. */
function bytesOf(base64: string): ArrayBuffer {
  return Uint8Array.from(Buffer.from(base64, 'base64')).buffer;
}

/** True when no file changed so shortly before packaging began that it may have changed again without a trace. */
export function areTrusted(files: Iterable<{ readonly changedMs: number }>, startedAtMs: number): boolean {
  for (const { changedMs } of files) if (!isTrusted(changedMs, startedAtMs)) return false;
  return true;
}

function isTrusted(changedMs: number, startedAtMs: number): boolean {
  return changedMs < startedAtMs - COARSEST_TIME_STEP_MS;
}

/** What is to be remembered of entries whose files were looked at from a moment on. */
export function sourcesOf(entries: readonly SelectedEntry[], startedAtMs: number): EntrySources {
  const names: string[] = [];
  const changedMs = new Float64Array(entries.length);
  const inodes = new Float64Array(entries.length);
  let types = '';
  for (const [row, entry] of entries.entries()) {
    const { source } = entry;
    names.push(entry.name);
    changedMs[row] = isTrusted(source.changedMs, startedAtMs) ? source.changedMs : 0;
    inodes[row] = source.inode;
    types += typeOf(entry);
  }
  return { names: names.join(BETWEEN_NAMES), types, changedMs, inodes };
}

/** What is to be remembered of an archive. */
export function manifestOf(sources: EntrySources, written: EntryFacts): ArchiveManifest {
  const { crc32s, methods, bytes, compressedBytes } = written;
  return { ...sources, crc32s, methods, bytes, compressedBytes };
}

/** True when a tree has the entries that it had when the archive was written, whatever is in them. */
export function hasSameEntries(sources: EntrySources, manifest: ArchiveManifest): boolean {
  return sources.types === manifest.types && sources.names === manifest.names;
}

/** True when an entry was made from a file as it is now: its change time moves with content and mode. */
export function isSameFile(file: FileStamp, { changedMs, inodes }: ArchiveManifest, row: number): boolean {
  return file.changedMs === changedMs[row] && file.inode === inodes[row];
}

/** The names of entries. */
export function splitNames({ names }: EntrySources): readonly string[] {
  return names === '' ? [] : names.split(BETWEEN_NAMES);
}

/** A control character, which no name has, and one that JSON does not escape. */
const BETWEEN_NAMES = '\x7f';

/** The letter of an entry in `types`: folder, link, program or other file. */
export function typeOf({ kind, mode }: Pick<SelectedEntry, 'kind' | 'mode'>): string {
  if (kind === 'folder') return 'd';
  if (kind === 'link') return 'l';
  return mode === 0o755 ? 'x' : 'f';
}
