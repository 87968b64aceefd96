import { crc32 } from 'node:zlib';
import {
  endRecords,
  MAX_HEADER_BYTES,
  METHOD_STORED,
  type PlacedData,
  writeDirectoryRecord,
  writeLocalHeader,
} from './archive-format.js';
import type { ArchiveSummary } from './archive-manifest.js';
import { type ArchiveSink, openArchiveSink } from './archive-sink.js';
import type { DeflatedFile } from './deflate-file.js';
import type { DeflatePool } from './deflate-pool.js';
import { GrowingBytes } from './growing-bytes.js';
import type { LastEntries } from './last-archive.js';
import type { EntryFacts } from './manifest-columns.js';
import type { SelectedEntry } from './select-entries.js';

export interface WrittenArchive extends EntryFacts, Pick<ArchiveSummary, 'sha256' | 'zippedBytes'> {
  readonly reusedEntries: number;
}

export interface WriteArchiveOptions {
  /** The files to deflate; those that were expected already are under way. */
  readonly pool: DeflatePool;
  readonly last?: LastEntries | undefined;
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
  const kept = entries.map((entry) => last?.unchangedRow(entry));
  for (const [index, { name, kind, source }] of entries.entries()) {
    if (kind === 'file' && kept[index] === undefined) pool.want(source, last?.dataOf(name));
  }
  const sink = await openArchiveSink(file);
  try {
    const writer = new EntryWriter({ entries, kept, last, pool, sink });
    await pool.finish(() => writer.writeReady());
    return await writer.finish();
  } finally {
    await sink.close();
  }
}

/** A record with a name of common length. */
const USUAL_RECORD_BYTES = 160;

interface EntryWriterOptions {
  readonly entries: readonly SelectedEntry[];
  /** For each entry its row in the last archive, where it is taken from there as it is. */
  readonly kept: readonly (number | undefined)[];
  readonly last: LastEntries | undefined;
  readonly pool: DeflatePool;
  readonly sink: ArchiveSink;
}

/** Writes entries in their order, as far as they are there. */
class EntryWriter {
  readonly #facts: Record<keyof EntryFacts, Uint32Array>;
  /** Records of the central directory: made with their entries, while other threads still deflate. */
  readonly #directory: GrowingBytes;
  /** Entries so far, those that are still to be copied included. */
  #count = 0;
  /** What is to be copied from the last archive: entries that stood beside each other there are copied in one go. */
  #range = { begin: 0, end: 0 };
  #reusedEntries = 0;

  constructor(private readonly options: EntryWriterOptions) {
    const { length } = options.entries;
    const column = () => new Uint32Array(length);
    this.#facts = { crc32s: column(), methods: column(), bytes: column(), compressedBytes: column() };
    this.#directory = new GrowingBytes(length * USUAL_RECORD_BYTES + MAX_HEADER_BYTES);
  }

  async writeReady(): Promise<void> {
    const { entries, kept, pool, sink } = this.options;
    for (let entry = entries[this.#count]; entry !== undefined; entry = entries[this.#count]) {
      const row = kept[this.#count];
      const content = row === undefined ? contentOf(entry, pool) : undefined;
      if (row === undefined && content === undefined) return;
      if (!this.#continuesRange(row)) await this.#copyRange();
      if (row !== undefined) this.#keep(entry, row);
      else if (content !== undefined) {
        if (sink.isFull(content.data.length)) await sink.flush();
        this.#write(entry, content);
      }
    }
  }

  async finish(): Promise<WrittenArchive> {
    const { entries, sink } = this.options;
    await this.#copyRange();
    const directoryOffset = sink.position();
    const directory = this.#directory.bytes;
    if (sink.isFull(directory.length)) await sink.flush();
    sink.add(directory);
    sink.add(endRecords(entries.length, directory.length, directoryOffset));
    await sink.flush();
    const archive = { sha256: sink.digest(), zippedBytes: sink.position() };
    return { ...archive, ...this.#facts, reusedEntries: this.#reusedEntries };
  }

  /** True when what comes next stands in the last archive right behind what is to be copied, or nothing is. */
  #continuesRange(row: number | undefined): boolean {
    const { begin, end } = this.#range;
    return begin === end || (row !== undefined && this.options.last?.rangeOf(row).begin === end);
  }

  async #copyRange(): Promise<void> {
    const { begin, end } = this.#range;
    this.#range = { begin: 0, end: 0 };
    const { last, sink } = this.options;
    if (last !== undefined && begin < end) await sink.copy(last.descriptor, begin, end);
  }

  #keep(entry: SelectedEntry, row: number): void {
    const { last, sink } = this.options;
    if (last === undefined) return;
    const { begin, end } = this.#range;
    const range = last.rangeOf(row);
    this.#remember(entry, { ...last.factsAt(row), headerOffset: sink.position() + end - begin });
    this.#range = { begin: begin === end ? range.begin : begin, end: range.end };
    this.#reusedEntries += 1;
  }

  #write(entry: SelectedEntry, { data, isReused, ...content }: DeflatedFile): void {
    const { sink } = this.options;
    const facts = { ...content, compressedBytes: data.length };
    this.#remember(entry, { ...facts, headerOffset: sink.position() });
    sink.build((target, at) => writeLocalHeader(target, at, entry, facts));
    sink.add(data);
    if (isReused) this.#reusedEntries += 1;
  }

  #remember(entry: SelectedEntry, data: PlacedData): void {
    const row = this.#count++;
    this.#facts.crc32s[row] = data.crc32;
    this.#facts.methods[row] = data.method;
    this.#facts.bytes[row] = data.bytes;
    this.#facts.compressedBytes[row] = data.compressedBytes;
    this.#directory.build(MAX_HEADER_BYTES, (target, at) => writeDirectoryRecord(target, at, entry, data));
  }
}

/** Undefined for a file that is not deflated yet. */
function contentOf(entry: SelectedEntry, pool: DeflatePool): DeflatedFile | undefined {
  if (entry.kind === 'file') return pool.take(entry.source);
  const data = Buffer.from(entry.target ?? '');
  return { data, crc32: crc32(data), bytes: data.length, method: METHOD_STORED, isReused: false };
}
