import { LambdakitError } from '../errors/lambdakit-error.js';
import { LIMITS } from '../lambda/limits.js';
import type { PackageEntry } from './package-entry.js';

export interface SizeLimits {
  /** Own limit for the archive (`--max-size`), in bytes. */
  readonly maxZippedBytes?: number | undefined;
  /** Unpacked bytes of the function's layers, which share the limit with it. */
  readonly layersUnzippedBytes?: number | undefined;
}

export interface MeasuredPackage {
  readonly zippedBytes: number;
  readonly unzippedBytes: number;
  readonly biggest: readonly PackageEntry[];
}

/**
 * Checks a package against Lambda's quota for unpacked code and layers, and against an own limit.
 * The quota for direct uploads is no error: a bigger archive goes by way of S3.
 * @throws LambdakitError `over-size` that names the biggest entries.
 */
export function checkSize(measured: MeasuredPackage, limits: SizeLimits): void {
  const { maxZippedBytes, layersUnzippedBytes = 0 } = limits;
  const unzipped = measured.unzippedBytes + layersUnzippedBytes;
  if (unzipped > LIMITS.unzippedBytes) {
    const layers = layersUnzippedBytes > 0 ? ` (${megabytes(layersUnzippedBytes)} of them in layers)` : '';
    throw overSize(
      `the package is ${megabytes(unzipped)} unpacked${layers}; Lambda takes ${megabytes(LIMITS.unzippedBytes)}`,
      measured,
    );
  }
  if (maxZippedBytes !== undefined && measured.zippedBytes > maxZippedBytes) {
    throw overSize(
      `the package is ${megabytes(measured.zippedBytes)}; the limit is ${megabytes(maxZippedBytes)}`,
      measured,
    );
  }
}

/** True when the archive is too big for a direct upload and has to be staged in S3. */
export function needsStaging(zippedBytes: number): boolean {
  return zippedBytes > LIMITS.zippedBytes;
}

function overSize(message: string, measured: MeasuredPackage): LambdakitError {
  const lines = measured.biggest.slice(0, 10).map(({ name, bytes }) => `  ${megabytes(bytes).padStart(10)}  ${name}`);
  return new LambdakitError('over-size', [message, 'The biggest entries:', ...lines].join('\n'), {
    hint: 'Leave out what the function does not need with "exclude", bundle the code, or use a container image.',
    details: {
      zippedBytes: measured.zippedBytes,
      unzippedBytes: measured.unzippedBytes,
      biggest: measured.biggest.slice(0, 10),
    },
  });
}

/** Lambda counts 1 MB as 1,048,576 bytes. */
function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(bytes < 10_485_760 ? 2 : 1)} MB`;
}
