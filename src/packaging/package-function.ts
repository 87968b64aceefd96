import path from 'node:path';
import { stat } from '../system/files.js';
import { hashFile } from './hash-file.js';
import { measureArchive } from './measure-archive.js';
import { type Packed, packFolder } from './pack-folder.js';
import type { PackageEntry } from './package-entry.js';
import type { SelectOptions } from './select-entries.js';
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

export interface PackageDeps {
  /** Milliseconds since 1970; default: the machine's clock. */
  readonly now?: () => number;
}

/**
 * Makes the deployment package of a build folder: the same content gives the same bytes on every
 * machine. The archive appears whole or not at all.
 * @throws LambdakitError `package-invalid` (what cannot be packaged), `over-size`.
 */
export async function packageFunction(
  request: PackageRequest,
  { now = Date.now }: PackageDeps = {},
): Promise<PackageResult> {
  const started = performance.now();
  request.signal?.throwIfAborted();
  const isArchive = path.extname(request.source) === '.zip' || path.extname(request.source) === '.jar';
  const packed = isArchive ? await takeArchive(request) : await packFolder(request, now());
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

async function takeArchive({ source: file, signal }: PackageRequest): Promise<Packed> {
  const measure = await measureArchive(file);
  const { size: zippedBytes } = await stat(file);
  return { file, sha256: await hashFile(file, signal), zippedBytes, ...measure, reusedEntries: 0, secrets: [] };
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
