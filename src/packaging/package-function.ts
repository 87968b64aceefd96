import { createHash } from 'node:crypto';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createReadStream, mkdir, rename, rm, stat } from '../system/files.js';
import { writeArchiveByStream } from './archive-stream.js';
import { measureArchive } from './measure-archive.js';
import { findSecretFiles } from './secret-files.js';
import { type SelectOptions, selectEntries } from './select-entries.js';
import { checkSize, needsStaging, type SizeLimits } from './size-limits.js';

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
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: PackageProgress) => void) | undefined;
}

export interface PackageEntry {
  readonly name: string;
  readonly bytes: number;
  readonly compressedBytes: number;
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
  const isArchive = path.extname(request.source) === '.zip';
  const packed = isArchive ? { file: request.source, warnings: [] } : await pack(request);
  const measured = await measureArchive(packed.file);
  const { size: zippedBytes } = await stat(packed.file);
  checkSize({ ...measured, zippedBytes }, request);
  const warnings = [...packed.warnings, ...sizeWarnings(zippedBytes, measured.entryCount)];
  for (const { message } of warnings) request.onProgress?.({ kind: 'warning', subject: request.key, text: message });
  return {
    key: request.key,
    file: packed.file,
    sha256: await sha256Of(packed.file, request.signal),
    zippedBytes,
    ...measured,
    needsStaging: needsStaging(zippedBytes),
    warnings,
    reusedEntries: 0,
    durationMs: performance.now() - started,
  };
}

async function pack(request: PackageRequest): Promise<{ file: string; warnings: readonly PackageWarning[] }> {
  const entries = selectEntries(request.source, request);
  const file = request.outputFile;
  await mkdir(path.dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}.partial`;
  try {
    await writeArchiveByStream(entries, partial, request.signal);
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
  const secrets = findSecretFiles(entries);
  const shown = secrets.slice(0, 5).join(', ') + (secrets.length > 5 ? ` and ${secrets.length - 5} more` : '');
  const message = `the package holds what looks like secrets: ${shown}; leave them out with "exclude" or .lambdakitignore`;
  return { file, warnings: secrets.length === 0 ? [] : [{ code: 'secret-file', message, entries: secrets }] };
}

function sizeWarnings(zippedBytes: number, entryCount: number): readonly PackageWarning[] {
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
