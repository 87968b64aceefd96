import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { open, readFileSync } from '../system/files.js';
import { directoryRecord, type EntryHeader, endRecords, localHeader, METHOD_STORED } from './archive-format.js';
import type { ArchiveManifest, ManifestEntry } from './archive-manifest.js';
import type { DeflatedFile, DeflateJob } from './deflate-file.js';
import { deflateFiles } from './deflate-files.js';
import type { SelectedEntry } from './select-entries.js';

export interface LastArchive {
  readonly file: string;
  readonly manifest: ArchiveManifest;
}

export interface WrittenArchive extends ArchiveManifest {
  readonly reusedEntries: number;
}

/** Written and hashed in pieces of at least this many bytes. */
const PIECE_BYTES = 4_194_304;

/**
 * Writes an archive: files that changed since the last archive are deflated on all cores, the data of
 * the others is copied from it. Holds the archive's data in memory, so it is for trees of ordinary files;
 * writeArchiveByStream takes the rest.
 */
export async function writeArchive(
  entries: readonly SelectedEntry[],
  file: string,
  last: LastArchive | undefined,
  signal: AbortSignal | undefined,
): Promise<WrittenArchive> {
  const remembered = new Map(last?.manifest.entries.map((entry) => [entry.name, entry]));
  const isUnchanged = (entry: SelectedEntry) => {
    const before = remembered.get(entry.name);
    return before !== undefined && before.fingerprint === entry.fingerprint && before.kind === entry.kind;
  };
  const jobs = entries.flatMap((entry, index): DeflateJob[] =>
    entry.kind !== 'file' || isUnchanged(entry)
      ? []
      : [{ index, size: entry.size, file: entry.absolutePath, previous: remembered.get(entry.name) }],
  );
  const deflated = await deflateFiles(jobs, { archiveFile: last?.file, signal });
  const lastBytes = last !== undefined && jobs.length < entries.length ? readFileSync(last.file) : undefined;
  const sink = await openSink(file);
  try {
    const written: ManifestEntry[] = [];
    for (const [index, entry] of entries.entries()) {
      const before = deflated[index] === undefined && entry.kind === 'file' ? remembered.get(entry.name) : undefined;
      const content = deflated[index] ?? (before === undefined ? contentOf(entry) : storedContent(before, lastBytes));
      written.push(await writeEntry(sink, entry, content));
    }
    return { ...(await finish(sink, written)), reusedEntries: entries.length - countNew(entries, deflated) };
  } finally {
    await sink.close();
  }
}

function countNew(entries: readonly SelectedEntry[], deflated: readonly DeflatedFile[]): number {
  return entries.filter(({ kind }, index) => kind !== 'file' || deflated[index]?.isReused === false).length;
}

function contentOf(entry: SelectedEntry): DeflatedFile {
  const data = Buffer.from(entry.target ?? '');
  return { data, crc32: crc32(data), bytes: data.length, method: METHOD_STORED, isReused: false };
}

function storedContent(before: ManifestEntry, lastBytes: Buffer | undefined): DeflatedFile {
  const data = (lastBytes ?? Buffer.alloc(0)).subarray(before.offset, before.offset + before.compressedBytes);
  return { data, crc32: before.crc32, bytes: before.bytes, method: before.method, isReused: true };
}

async function writeEntry(sink: Sink, entry: SelectedEntry, content: DeflatedFile): Promise<ManifestEntry> {
  const headerOffset = sink.position();
  const facts = {
    kind: entry.kind,
    mode: entry.mode,
    crc32: content.crc32,
    method: content.method,
    bytes: content.bytes,
    compressedBytes: content.data.length,
  };
  const header = localHeader({ ...facts, name: Buffer.from(entry.name) });
  await sink.write(header);
  await sink.write(content.data);
  return {
    ...facts,
    name: entry.name,
    fingerprint: entry.fingerprint,
    headerOffset,
    offset: headerOffset + header.length,
  };
}

async function finish(sink: Sink, entries: readonly ManifestEntry[]): Promise<ArchiveManifest> {
  const directoryOffset = sink.position();
  for (const entry of entries) {
    const header: EntryHeader = { ...entry, name: Buffer.from(entry.name) };
    await sink.write(directoryRecord(header, entry.headerOffset));
  }
  await sink.write(endRecords(entries.length, sink.position() - directoryOffset, directoryOffset));
  const sha256 = await sink.end();
  return { sha256, zippedBytes: sink.position(), entries };
}

type Sink = Awaited<ReturnType<typeof openSink>>;

/** A file that is hashed while it is written. */
async function openSink(file: string) {
  const handle = await open(file, 'w');
  const hash = createHash('sha256');
  let pieces: Uint8Array[] = [];
  let pending = 0;
  let position = 0;
  const flush = async () => {
    const piece = Buffer.concat(pieces);
    pieces = [];
    pending = 0;
    hash.update(piece);
    await handle.write(piece);
  };
  return {
    position: () => position,
    write: async (bytes: Uint8Array) => {
      pieces.push(bytes);
      pending += bytes.length;
      position += bytes.length;
      if (pending >= PIECE_BYTES) await flush();
    },
    end: async () => {
      await flush();
      return hash.digest('base64');
    },
    close: () => handle.close(),
  };
}
