import path from 'node:path';
import { LIMITS } from '../lambda/limits.js';
import { mkdir, rename, rm, stat } from '../system/files.js';
import { keepHeapSmall } from '../system/small-heap.js';
import type { WalkedFile } from '../system/walk-files.js';
import {
  type ArchiveSummary,
  areTrusted,
  type EntryFacts,
  manifestOf,
  readManifest,
  sourcesOf,
  writeManifest,
} from './archive-manifest.js';
import { writeArchiveByStream } from './archive-stream.js';
import { DeflatePool } from './deflate-pool.js';
import { hashFile } from './hash-file.js';
import { type LastEntries, openLastEntries } from './last-archive.js';
import { type ArchiveMeasure, measureArchive, measureEntries } from './measure-archive.js';
import type { PackageEntry } from './package-entry.js';
import { isArchiveOf } from './same-content.js';
import { findSecretFiles } from './secret-files.js';
import { findFiles, type SelectedEntry, type SelectOptions, selectEntries } from './select-entries.js';
import { checkSize, type SizeLimits } from './size-limits.js';
import { treeStampOf } from './tree-stamp.js';
import { type WriteArchiveOptions, type WrittenArchive, writeArchive } from './write-archive.js';

/** A file is deflated in memory up to this size; bigger ones go by way of streams. */
const MAX_FILE_BYTES = 67_108_864;
/** More than Lambda takes is refused (`checkSize`), so nothing of it is deflated ahead. */
const MAX_TREE_BYTES = LIMITS.unzippedBytes;

/** From so many files on memory is saved, at the price of a hundredth of the time. */
const MANY_FILES = 10_000;

export interface PackRequest extends SelectOptions, SizeLimits {
  readonly source: string;
  readonly outputFile: string;
  readonly manifestFile?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An archive, and what is told of it. */
export interface Packed extends ArchiveSummary {
  readonly file: string;
  readonly reusedEntries: number;
}

/**
 * Makes the archive of a folder, or finds that the last one is still right: by a look at each file, or else by
 * comparing what changed.
 * @param startedAtMs now, as milliseconds since 1970
 * @throws LambdakitError `package-invalid`, `over-size`
 */
export async function packFolder(request: PackRequest, startedAtMs: number): Promise<Packed> {
  const { source, outputFile: file, signal } = request;
  const manifestFile = request.manifestFile ?? defaultManifestFile(file);
  const remembered = manifestFile === undefined ? undefined : await readManifest(manifestFile, file);
  const pool = new DeflatePool({ archiveFile: remembered === undefined ? undefined : file, signal });
  let last: LastEntries | undefined;
  try {
    // Without a last archive every file will be deflated: that begins while the rest of the tree is looked for.
    const found = findFiles(source, request, counted(remembered === undefined ? ahead(pool) : undefined));
    // Of a tree that changed just now no stamp is kept, so that the next time none is needed either.
    const lastStamp = remembered?.treeStamp;
    const stamp = lastStamp === undefined ? undefined : treeStampOf(found, request);
    if (remembered !== undefined && stamp !== undefined && stamp === lastStamp) {
      return { file, ...remembered.summary, reusedEntries: remembered.summary.entryCount };
    }
    const entries = selectEntries(found, request);
    // All that does not need the archive comes before it, while other threads deflate already.
    const sources = sourcesOf(entries, startedAtMs);
    const secrets = findSecretFiles(entries);
    const isKept = manifestFile !== undefined && areTrusted(found.files, startedAtMs);
    const treeStamp = isKept ? (stamp ?? treeStampOf(found, request)) : undefined;
    const manifest = remembered?.manifest();
    last = manifest === undefined ? undefined : openLastEntries({ file, manifest });
    const made =
      remembered !== undefined && last !== undefined && isArchiveOf(entries, sources, last)
        ? { ...remembered.summary, ...last.manifest, reusedEntries: entries.length }
        : await make(entries, request, { pool, last });
    const summary = summaryOf(made, secrets);
    if (manifestFile !== undefined && made.crc32s !== undefined) {
      await writeManifest(manifestFile, file, { summary, treeStamp }, manifestOf(sources, made));
    }
    return { file, ...summary, reusedEntries: made.reusedEntries };
  } finally {
    last?.close();
    await pool.dispose();
  }
}

async function make(
  entries: readonly SelectedEntry[],
  request: PackRequest,
  options: WriteArchiveOptions,
): Promise<(WrittenArchive & ArchiveMeasure) | StreamedArchive> {
  refuseBigTree(entries, request);
  const { outputFile: file, signal } = request;
  await mkdir(path.dirname(file), { recursive: true });
  const written = await replaceFile(file, (partial) => write(entries, partial, { ...options, signal }));
  return written.crc32s === undefined ? written : { ...written, ...measureEntries(shownEntries(entries, written)) };
}

/** What is known of an archive that was written by way of streams. */
type StreamedArchive = Omit<Packed, 'file' | 'secrets'> & { readonly crc32s?: undefined };

function summaryOf(
  { sha256, zippedBytes, unzippedBytes, entryCount, biggest }: Omit<ArchiveSummary, 'secrets'>,
  secrets: readonly string[],
): ArchiveSummary {
  return { sha256, zippedBytes, unzippedBytes, entryCount, biggest, secrets };
}

/** What Lambda would not unpack is refused before it is packed. */
function refuseBigTree(entries: readonly SelectedEntry[], request: SizeLimits): void {
  const unzippedBytes = entries.reduce((sum, { kind, source }) => (kind === 'file' ? sum + source.size : sum), 0);
  if (unzippedBytes + (request.layersUnzippedBytes ?? 0) <= LIMITS.unzippedBytes) return;
  const { biggest } = measureEntries(sizesOf(entries));
  checkSize({ zippedBytes: 0, unzippedBytes, biggest }, request);
}

function* sizesOf(entries: readonly SelectedEntry[]): Generator<PackageEntry> {
  for (const { name, kind, source } of entries) {
    if (kind === 'file') yield { name, bytes: source.size, compressedBytes: 0 };
  }
}

/** Counts the files of a tree while they are found, and makes ready for very many. */
function counted(onFile: (file: WalkedFile) => void = () => undefined): (file: WalkedFile) => void {
  let count = 0;
  return (file) => {
    count += 1;
    if (count === MANY_FILES) keepHeapSmall();
    onFile(file);
  };
}

/** Deflates the files of a tree ahead, as long as it may be one for memory. */
function ahead(pool: DeflatePool): (file: WalkedFile) => void {
  let bytes = 0;
  return (file) => {
    bytes = file.size > MAX_FILE_BYTES ? Number.POSITIVE_INFINITY : bytes + file.size;
    if (bytes <= MAX_TREE_BYTES) pool.expect(file);
  };
}

/** Beside archives in our own folder; beside one that the user named nothing is left. */
function defaultManifestFile(file: string): string | undefined {
  return file.split(path.sep).includes('.lambdakit') ? `${file}.entries.json` : undefined;
}

function* shownEntries(
  entries: readonly SelectedEntry[],
  { bytes, compressedBytes }: EntryFacts,
): Generator<PackageEntry> {
  for (const [row, { name }] of entries.entries()) {
    yield { name, bytes: bytes[row] ?? 0, compressedBytes: compressedBytes[row] ?? 0 };
  }
}

async function write(
  entries: readonly SelectedEntry[],
  file: string,
  { signal, ...options }: WriteArchiveOptions & { readonly signal: AbortSignal | undefined },
): Promise<WrittenArchive | StreamedArchive> {
  if (fitsInMemory(entries)) return writeArchive(entries, file, options);
  await options.pool.dispose();
  await writeArchiveByStream(entries, file, signal);
  const { size: zippedBytes } = await stat(file);
  return { sha256: await hashFile(file, signal), zippedBytes, ...(await measureArchive(file)), reusedEntries: 0 };
}

/** Depends on the content alone, because the two writers give different bytes. */
function fitsInMemory(entries: readonly SelectedEntry[]): boolean {
  return entries.every(({ kind, source }) => kind !== 'file' || source.size <= MAX_FILE_BYTES);
}

async function replaceFile<Outcome>(file: string, write: (partial: string) => Promise<Outcome>): Promise<Outcome> {
  const partial = `${file}.${process.pid}.partial`;
  try {
    const outcome = await write(partial);
    await rename(partial, file);
    return outcome;
  } finally {
    await rm(partial, { force: true });
  }
}
