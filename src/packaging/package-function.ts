import { createHash } from 'node:crypto';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LIMITS } from '../lambda/limits.js';
import { createReadStream, mkdir, rename, rm, stat } from '../system/files.js';
import { keepHeapSmall } from '../system/small-heap.js';
import type { WalkedFile } from '../system/walk-files.js';
import {
  type ArchiveManifest,
  type EntryFacts,
  isSameTree,
  manifestOf,
  readManifest,
  writeManifest,
} from './archive-manifest.js';
import { writeArchiveByStream } from './archive-stream.js';
import { DeflatePool } from './deflate-pool.js';
import { measureArchive, measureEntries } from './measure-archive.js';
import type { PackageEntry } from './package-entry.js';
import { findSecretFiles } from './secret-files.js';
import { type SelectedEntry, type SelectOptions, selectEntries } from './select-entries.js';
import { checkSize, needsStaging, type SizeLimits } from './size-limits.js';
import { type WriteArchiveOptions, writeArchive } from './write-archive.js';

/** A file is deflated in memory up to this size; bigger ones go by way of streams. */
const MAX_FILE_BYTES = 67_108_864;
/** More than Lambda takes is refused (`checkSize`), so nothing of it is deflated ahead. */
const MAX_TREE_BYTES = LIMITS.unzippedBytes;

/** From so many files on memory is saved, at the price of a hundredth of the time. */
const MANY_FILES = 10_000;

/** What packaging tells while it works. */
export interface PackageProgress {
  readonly kind: 'detail' | 'warning';
  readonly subject: string;
  readonly text: string;
}

export interface PackageRequest extends SelectOptions, SizeLimits {
  /** Names the package in progress events, for example the key of the function. */
  readonly key: string;
  /** The build folder, or a .zip file that is taken as it is. */
  readonly source: string;
  /** The archive to write. Its folder is made. Not used when `source` is a .zip file. */
  readonly outputFile: string;
  /** Where the last archive's entries are remembered. Default: beside `outputFile` when that is below a `.lambdakit` folder. */
  readonly manifestFile?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: PackageProgress) => void) | undefined;
}

export interface PackageWarning {
  readonly code: 'secret-file' | 'needs-staging' | 'empty';
  readonly message: string;
  readonly entries: readonly string[];
}

export interface PackageResult {
  readonly key: string;
  readonly file: string;
  /** Base64, as Lambda's CodeSha256. */
  readonly sha256: string;
  readonly zippedBytes: number;
  readonly unzippedBytes: number;
  readonly entryCount: number;
  /** The entries that take most, biggest first; at most 20. */
  readonly biggest: readonly PackageEntry[];
  /** Too big for a direct upload: it has to go by way of S3. */
  readonly needsStaging: boolean;
  readonly warnings: readonly PackageWarning[];
  /** Entries whose compressed bytes were taken from the last package. */
  readonly reusedEntries: number;
  readonly durationMs: number;
}

/**
 * Makes the deployment package of a build folder: the same content gives the same bytes on every
 * machine. The archive appears whole or not at all.
 * @throws LambdakitError `package-invalid` (what cannot be packaged), `over-size`.
 */
export async function packageFunction(request: PackageRequest): Promise<PackageResult> {
  const started = performance.now();
  request.signal?.throwIfAborted();
  const isArchive = path.extname(request.source) === '.zip' || path.extname(request.source) === '.jar';
  const packed = isArchive ? await takeArchive(request) : await packFolder(request);
  checkSize(packed, request);
  const warnings = [...secretWarnings(packed.secrets), ...sizeWarnings(packed)];
  for (const { message } of warnings) request.onProgress?.({ kind: 'warning', subject: request.key, text: message });
  const { secrets: _, ...facts } = packed;
  return {
    key: request.key,
    ...facts,
    needsStaging: needsStaging(packed.zippedBytes),
    warnings,
    durationMs: performance.now() - started,
  };
}

type Packed = Pick<
  PackageResult,
  'file' | 'sha256' | 'zippedBytes' | 'unzippedBytes' | 'entryCount' | 'biggest' | 'reusedEntries'
> & { readonly secrets: readonly string[] };

async function takeArchive({ source: file, signal }: PackageRequest): Promise<Packed> {
  const measure = await measureArchive(file);
  const { size: zippedBytes } = await stat(file);
  return { file, sha256: await sha256Of(file, signal), zippedBytes, ...measure, reusedEntries: 0, secrets: [] };
}

async function packFolder(request: PackageRequest): Promise<Packed> {
  const startedAtMs = Date.now();
  const { source, outputFile: file, signal } = request;
  const manifestFile = request.manifestFile ?? defaultManifestFile(file);
  const manifest = manifestFile === undefined ? undefined : await readManifest(manifestFile, file);
  const last = manifest === undefined ? undefined : { file, manifest };
  const pool = new DeflatePool({ archiveFile: last?.file, signal });
  try {
    // Without a last archive every file will be deflated: that begins while the rest of the tree is looked for.
    const entries = selectEntries(source, request, counted(last === undefined ? ahead(pool) : undefined));
    const secrets = findSecretFiles(entries);
    if (manifest !== undefined && isSameTree(entries, manifest)) {
      return { file, ...factsOf(entries, manifest), reusedEntries: entries.length, secrets };
    }
    refuseBigTree(entries, request);
    await mkdir(path.dirname(file), { recursive: true });
    const written = await replaceFile(file, (partial) => write(entries, partial, { pool, last, signal }));
    if (manifestFile !== undefined && 'crc32s' in written) {
      await writeManifest(manifestFile, file, manifestOf(entries, written, startedAtMs));
    }
    const facts = 'crc32s' in written ? factsOf(entries, written) : written;
    return { file, ...facts, reusedEntries: written.reusedEntries, secrets };
  } finally {
    await pool.dispose();
  }
}

/** What Lambda would not unpack is refused before it is packed. */
function refuseBigTree(entries: readonly SelectedEntry[], request: PackageRequest): void {
  const { unzippedBytes, biggest } = measureEntries(sizesOf(entries));
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

function factsOf(
  entries: readonly SelectedEntry[],
  { sha256, zippedBytes, ...facts }: EntryFacts & Pick<ArchiveManifest, 'sha256' | 'zippedBytes'>,
) {
  return { sha256, zippedBytes, ...measureEntries(shownEntries(entries, facts)) };
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
) {
  if (fitsInMemory(entries)) return writeArchive(entries, file, options);
  await options.pool.dispose();
  await writeArchiveByStream(entries, file, signal);
  const { size: zippedBytes } = await stat(file);
  return { sha256: await sha256Of(file, signal), zippedBytes, ...(await measureArchive(file)), reusedEntries: 0 };
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

function secretWarnings(secrets: readonly string[]): readonly PackageWarning[] {
  if (secrets.length === 0) return [];
  const shown = secrets.slice(0, 5).join(', ') + (secrets.length > 5 ? ` and ${secrets.length - 5} more` : '');
  const message = `the package holds what looks like secrets: ${shown}; leave them out with "exclude" or .lambdakitignore`;
  return [{ code: 'secret-file', message, entries: secrets }];
}

function sizeWarnings({ zippedBytes, entryCount }: Packed): readonly PackageWarning[] {
  if (entryCount === 0) return [{ code: 'empty', message: 'the package is empty', entries: [] }];
  if (!needsStaging(zippedBytes)) return [];
  const size = (zippedBytes / 1_048_576).toFixed(1);
  return [
    { code: 'needs-staging', message: `the package is ${size} MB; over 50 MB it goes by way of S3`, entries: [] },
  ];
}

async function sha256Of(file: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash, { ...(signal !== undefined && { signal }) });
  return hash.digest('base64');
}
