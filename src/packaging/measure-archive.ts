import type { PackageEntry } from './package-entry.js';
import { type ArchiveDirectoryEntry, readArchiveDirectory } from './read-archive.js';

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
export function measureEntries(
  entries: readonly Pick<ArchiveDirectoryEntry, 'name' | 'bytes' | 'compressedBytes'>[],
): ArchiveMeasure {
  return {
    unzippedBytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
    entryCount: entries.length,
    biggest: entries
      .toSorted((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1))
      .slice(0, BIGGEST_COUNT)
      .map(({ name, bytes, compressedBytes }) => ({ name, bytes, compressedBytes })),
  };
}
