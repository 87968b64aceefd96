import path from 'node:path';
import { LIMITS } from '../lambda/limits.js';
import { mkdir, rename, rm, stat } from '../system/files.js';
import type { ArchiveSummary } from './archive-manifest.js';
import { writeArchiveByStream } from './archive-stream.js';
import { hashFile } from './hash-file.js';
import type { EntryFacts } from './manifest-columns.js';
import { type ArchiveMeasure, measureArchive, measureEntries } from './measure-archive.js';
import type { PackageEntry } from './package-entry.js';
import type { SelectedEntry } from './select-entries.js';
import { checkSize, type SizeLimits } from './size-limits.js';
import { type WriteArchiveOptions, type WrittenArchive, writeArchive } from './write-archive.js';

/** A file is deflated in memory up to this size; bigger ones go by way of streams. */
export const MAX_FILE_BYTES = 67_108_864;

export interface MakeArchiveRequest extends SizeLimits {
  readonly outputFile: string;
  readonly signal?: AbortSignal | undefined;
}

/** What is known of an archive that was written by way of streams. */
type StreamedArchive = Omit<ArchiveSummary, 'secrets'> & {
  readonly reusedEntries: number;
  readonly crc32s?: undefined;
};

/**
 * Writes the archive of entries and puts it in its place when it is whole.
 * @throws LambdakitError `over-size` for a tree that Lambda would not unpack, before anything is written
 */
export async function makeArchive(
  entries: readonly SelectedEntry[],
  request: MakeArchiveRequest,
  options: WriteArchiveOptions,
): Promise<(WrittenArchive & ArchiveMeasure) | StreamedArchive> {
  refuseBigTree(entries, request);
  const { outputFile: file, signal } = request;
  await mkdir(path.dirname(file), { recursive: true });
  const written = await replaceFile(file, (partial) => write(entries, partial, { ...options, signal }));
  return written.crc32s === undefined ? written : { ...written, ...measureEntries(shownEntries(entries, written)) };
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
