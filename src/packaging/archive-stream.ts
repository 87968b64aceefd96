import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createReadStream, createWriteStream } from '../system/files.js';
import { absolutePathOf } from '../system/walk-files.js';
import { ARCHIVE_DATE, COMPRESSION_LEVEL } from './archive-format.js';
import type { SelectedEntry } from './select-entries.js';

/**
 * Writes an archive by way of streams: memory stays small whatever the size of a file, and archives of
 * more than 65,535 entries or 4 GB get Zip64 records. Slower than writeArchive, which takes all the rest.
 */
export async function writeArchiveByStream(
  entries: readonly SelectedEntry[],
  file: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { ZipArchive } = await import('archiver');
  const archive = new ZipArchive({ zlib: { level: COMPRESSION_LEVEL } });
  const written = pipeline(archive, createWriteStream(file), { ...(signal !== undefined && { signal }) });
  try {
    for (const entry of entries) await appended(archive, entry, written);
    await archive.finalize();
    await written;
  } catch (error) {
    archive.abort();
    await written.catch(() => undefined);
    throw error;
  }
}

type Archive = InstanceType<typeof import('archiver')['ZipArchive']>;

/** One entry at a time: archiver opens all the sources that it is given at once. */
async function appended(archive: Archive, entry: SelectedEntry, written: Promise<void>): Promise<void> {
  const ended = new AbortController();
  const added = once(archive, 'entry', { signal: ended.signal });
  const source = append(archive, entry);
  try {
    await Promise.race([
      added,
      written.then(() => Promise.reject(new Error('the archive ended early'))),
      ...(source === undefined
        ? []
        : [once(source, 'error', { signal: ended.signal }).then(([error]) => Promise.reject(error))]),
    ]);
  } finally {
    // Ends the listeners of those that lost the race; their rejections have been handled by it.
    ended.abort();
  }
}

function append(archive: Archive, entry: SelectedEntry): Readable | undefined {
  const common = { name: entry.name, mode: entry.mode, date: ARCHIVE_DATE };
  if (entry.kind === 'folder') archive.append('', { ...common, type: 'directory' });
  if (entry.kind === 'link') {
    const link = { ...common, mode: 0o777, type: 'symlink' as const, linkname: entry.target };
    archive.append(Buffer.from(entry.target ?? ''), link);
  }
  if (entry.kind !== 'file') return undefined;
  const source = createReadStream(absolutePathOf(entry.source));
  archive.append(source, { ...common, store: entry.source.size === 0 });
  return source;
}
