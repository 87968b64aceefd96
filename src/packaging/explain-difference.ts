import { type ArchiveDirectoryEntry, readArchiveDirectory } from './read-archive.js';

/** In what an entry differs between two archives. */
export type DifferenceKind = 'added' | 'removed' | 'content' | 'mode' | 'time' | 'compression';

export interface EntryDifference {
  readonly name: string;
  readonly kinds: readonly DifferenceKind[];
  readonly before?: ComparedEntry;
  readonly after?: ComparedEntry;
}

export interface ComparedEntry {
  readonly bytes: number;
  readonly compressedBytes: number;
  /** Permission bits in octal, such as `644`. */
  readonly mode: string;
}

export interface ArchiveDifference {
  /** Entries that differ, by name. */
  readonly entries: readonly EntryDifference[];
  /** The same entries in another order. */
  readonly isReordered: boolean;
  /** What is unpacked from both is the same: names, content and modes. */
  readonly isSameContent: boolean;
}

/**
 * Says which entries of two archives differ and how, from their directories alone: content by CRC-32
 * and size, without unpacking.
 * @throws LambdakitError `file-not-found`, `package-invalid`.
 */
export async function explainDifference(beforeFile: string, afterFile: string): Promise<ArchiveDifference> {
  const [before, after] = await Promise.all([readArchiveDirectory(beforeFile), readArchiveDirectory(afterFile)]);
  return compareDirectories(before, after);
}

/** The same for directories that have been read. */
export function compareDirectories(
  before: readonly ArchiveDirectoryEntry[],
  after: readonly ArchiveDirectoryEntry[],
): ArchiveDifference {
  const old = new Map(before.map((entry) => [entry.name, entry]));
  const fresh = new Map(after.map((entry) => [entry.name, entry]));
  const names = [...new Set([...old.keys(), ...fresh.keys()])].toSorted();
  const entries = names.flatMap((name) => compareEntry(name, old.get(name), fresh.get(name)));
  const kept = before.filter(({ name }) => fresh.has(name)).map(({ name }) => name);
  const keptAfter = after.filter(({ name }) => old.has(name)).map(({ name }) => name);
  return {
    entries,
    isReordered: kept.some((name, index) => name !== keptAfter[index]),
    isSameContent: entries.every(({ kinds }) => kinds.every((kind) => kind === 'time' || kind === 'compression')),
  };
}

function compareEntry(
  name: string,
  before: ArchiveDirectoryEntry | undefined,
  after: ArchiveDirectoryEntry | undefined,
): readonly EntryDifference[] {
  if (before === undefined || after === undefined) {
    const kinds: DifferenceKind[] = before === undefined ? ['added'] : ['removed'];
    return [{ name, kinds, ...(before && { before: shown(before) }), ...(after && { after: shown(after) }) }];
  }
  const kinds: DifferenceKind[] = [];
  const isSameContent = before.crc32 === after.crc32 && before.bytes === after.bytes;
  if (!isSameContent) kinds.push('content');
  if (before.mode !== after.mode) kinds.push('mode');
  if (before.dosTime !== after.dosTime) kinds.push('time');
  const isSameStorage = before.method === after.method && before.compressedBytes === after.compressedBytes;
  if (isSameContent && !isSameStorage) kinds.push('compression');
  return kinds.length === 0 ? [] : [{ name, kinds, before: shown(before), after: shown(after) }];
}

function shown({ bytes, compressedBytes, mode }: ArchiveDirectoryEntry): ComparedEntry {
  return { bytes, compressedBytes, mode: (mode & 0o7777).toString(8) };
}
