import type { PackageEntry } from './package-entry.js';
import { readArchiveDirectory } from './read-archive.js';

const BIGGEST_COUNT = 20;

export interface ArchiveMeasure {
  readonly unzippedBytes: number;
  readonly entryCount: number;
  readonly biggest: readonly PackageEntry[];
}

/**
 * Counts and weighs the entries of an archive from its central directory.
 * @throws LambdakitError `package-invalid` when the file is not a zip archive.
 */
export async function measureArchive(file: string): Promise<ArchiveMeasure> {
  return measureEntries(await readArchiveDirectory(file));
}

/** The same for entries that are known already. */
export function measureEntries(entries: Iterable<PackageEntry>): ArchiveMeasure {
  let unzippedBytes = 0;
  let entryCount = 0;
  const biggest: PackageEntry[] = [];
  for (const { name, bytes, compressedBytes } of entries) {
    unzippedBytes += bytes;
    entryCount += 1;
    const least = biggest[BIGGEST_COUNT - 1];
    // Nearly all are smaller, and need no more than that.
    if (least !== undefined && bytes < least.bytes) continue;
    const entry = { name, bytes, compressedBytes };
    if (least === undefined || isBefore(entry, least)) {
      const place = biggest.findIndex((other) => isBefore(entry, other));
      biggest.splice(place === -1 ? biggest.length : place, 0, entry);
      biggest.length = Math.min(biggest.length, BIGGEST_COUNT);
    }
  }
  return { unzippedBytes, entryCount, biggest };
}

function isBefore(entry: PackageEntry, other: PackageEntry): boolean {
  return entry.bytes > other.bytes || (entry.bytes === other.bytes && entry.name < other.name);
}
