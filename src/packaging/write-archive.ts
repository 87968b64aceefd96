import { crc32 } from 'node:zlib';
import { readFileSync } from '../system/files.js';
import { endRecords, METHOD_STORED, writeDirectoryRecord, writeLocalHeader } from './archive-format.js';
import type { ArchiveManifest, ManifestEntry } from './archive-manifest.js';
import { type ArchiveSink, openArchiveSink } from './archive-sink.js';
import type { DeflatedFile } from './deflate-file.js';
import type { DeflatePool } from './deflate-pool.js';
import type { SelectedEntry } from './select-entries.js';

export interface LastArchive {
  readonly file: string;
  readonly manifest: ArchiveManifest;
}

export interface WrittenArchive extends ArchiveManifest {
  readonly reusedEntries: number;
}

export interface WriteArchiveOptions {
  /** The files to deflate; those that were expected already are under way. */
  readonly pool: DeflatePool;
  readonly last?: LastArchive | undefined;
}

/**
 * Writes an archive: files that changed since the last archive are deflated on all cores, the data of
 * the others is copied from it. An entry is written as soon as it and those before it are there. For trees
 * of ordinary files; writeArchiveByStream takes the rest.
 */
export async function writeArchive(
  entries: readonly SelectedEntry[],
  file: string,
  { pool, last }: WriteArchiveOptions,
): Promise<WrittenArchive> {
  const remembered = new Map(last?.manifest.entries.map((entry) => [entry.name, entry]));
  const kept = entries.map((entry) => keptEntry(entry, remembered.get(entry.name)));
  const isReused: boolean[] = kept.map((entry) => entry !== undefined);
  for (const [index, entry] of entries.entries()) {
    if (entry.kind === 'file' && kept[index] === undefined)
      pool.want({ ...entry, previous: remembered.get(entry.name) });
  }
  const lastBytes = last !== undefined && isReused.includes(true) ? readFileSync(last.file) : Buffer.alloc(0);
  const sink = await openArchiveSink(file);
  try {
    const written: ManifestEntry[] = [];
    const writeReady = async (): Promise<void> => {
      for (let entry = entries[written.length]; entry !== undefined; entry = entries[written.length]) {
        const before = kept[written.length];
        const content = before === undefined ? contentOf(entry, pool) : undefined;
        if (before !== undefined) written.push(copyEntry(sink, before, lastBytes));
        else if (content === undefined) return;
        else {
          isReused[written.length] = content.isReused;
          written.push(writeEntry(sink, entry, content));
        }
        if (sink.isFull()) await sink.flush();
      }
    };
    await pool.finish(writeReady);
    const manifest = await finish(sink, written);
    return { ...manifest, reusedEntries: isReused.filter(Boolean).length };
  } finally {
    await sink.close();
  }
}

/** The entry of the last archive, where its header and data can be taken as they are. */
function keptEntry(entry: SelectedEntry, before: ManifestEntry | undefined): ManifestEntry | undefined {
  const isSame = before !== undefined && before.fingerprint === entry.fingerprint && before.kind === entry.kind;
  return isSame && entry.kind === 'file' && before.mode === entry.mode ? before : undefined;
}

/** Undefined for a file that is not deflated yet. */
function contentOf(entry: SelectedEntry, pool: DeflatePool): DeflatedFile | undefined {
  if (entry.kind === 'file') return pool.take(entry.absolutePath);
  const data = Buffer.from(entry.target ?? '');
  return { data, crc32: crc32(data), bytes: data.length, method: METHOD_STORED, isReused: false };
}

function copyEntry(sink: ArchiveSink, before: ManifestEntry, lastBytes: Buffer): ManifestEntry {
  const headerOffset = sink.position();
  sink.add(lastBytes.subarray(before.headerOffset, before.offset + before.compressedBytes));
  const { name, kind, mode, crc32: sum, method, bytes, compressedBytes, fingerprint } = before;
  const offset = headerOffset + before.offset - before.headerOffset;
  return { name, kind, mode, crc32: sum, method, bytes, compressedBytes, fingerprint, headerOffset, offset };
}

function writeEntry(sink: ArchiveSink, entry: SelectedEntry, content: DeflatedFile): ManifestEntry {
  const headerOffset = sink.position();
  const facts = {
    name: entry.name,
    kind: entry.kind,
    mode: entry.mode,
    crc32: content.crc32,
    method: content.method,
    bytes: content.bytes,
    compressedBytes: content.data.length,
  };
  sink.build((target, at) => writeLocalHeader(target, at, facts));
  const offset = sink.position();
  sink.add(content.data);
  return { ...facts, fingerprint: entry.fingerprint, headerOffset, offset };
}

async function finish(sink: ArchiveSink, entries: readonly ManifestEntry[]): Promise<ArchiveManifest> {
  const directoryOffset = sink.position();
  for (const entry of entries) {
    sink.build((target, at) => writeDirectoryRecord(target, at, entry, entry.headerOffset));
    if (sink.isFull()) await sink.flush();
  }
  sink.add(endRecords(entries.length, sink.position() - directoryOffset, directoryOffset));
  await sink.flush();
  return { sha256: sink.digest(), zippedBytes: sink.position(), entries };
}
