import { closeSync, openSync } from '../system/files.js';
import { headerOffsets, localHeaderBytes } from './archive-format.js';
import { isSameFile, splitNames, typeOf } from './archive-manifest.js';
import type { StoredData } from './deflate-file.js';
import type { ArchiveManifest } from './manifest-columns.js';
import type { SelectedEntry } from './select-entries.js';

/** The archive that was written before, and what is remembered of it. */
export interface LastArchive {
  readonly file: string;
  readonly manifest: ArchiveManifest;
}

/** Opens the last archive to take data from it. Whoever opens it closes it. */
export function openLastEntries({ file, manifest }: LastArchive): LastEntries {
  return new LastEntries(manifest, openSync(file, 'r'));
}

/** The entries of the last archive, known by their rows in the manifest. */
export class LastEntries {
  readonly #names: readonly string[];
  readonly #offsets: Float64Array;
  /** Made when names are not asked for in their order. */
  #rows: ReadonlyMap<string, number> | undefined;
  /** The row behind the one that was asked for last. */
  #next = 0;

  constructor(
    readonly manifest: ArchiveManifest,
    /** File descriptor of the archive. */
    readonly descriptor: number,
  ) {
    this.#names = splitNames(manifest);
    this.#offsets = headerOffsets(this.#names, manifest.compressedBytes);
  }

  close(): void {
    closeSync(this.descriptor);
  }

  /** The row of a file whose header and data can be taken as they are. */
  unchangedRow(entry: SelectedEntry): number | undefined {
    const row = this.#rowOf(entry.name);
    if (row === undefined || entry.kind !== 'file' || this.manifest.types[row] !== typeOf(entry)) return undefined;
    const isSame = isSameFile(entry.source, this.manifest, row) && this.manifest.bytes[row] === entry.source.size;
    return isSame ? row : undefined;
  }

  /** The data that the archive has under a name. */
  dataOf(name: string): StoredData | undefined {
    const row = this.#rowOf(name);
    if (row === undefined) return undefined;
    return { ...this.factsAt(row), offset: (this.#offsets[row] ?? 0) + localHeaderBytes(name) };
  }

  /** What is known of the data of one entry. */
  factsAt(row: number): Omit<StoredData, 'offset'> {
    const { crc32s, methods, bytes, compressedBytes } = this.manifest;
    return {
      crc32: crc32s[row] ?? 0,
      method: methods[row] ?? 0,
      bytes: bytes[row] ?? 0,
      compressedBytes: compressedBytes[row] ?? 0,
    };
  }

  /** Where the header and the data of an entry stand together. */
  rangeOf(row: number): { readonly begin: number; readonly end: number } {
    return { begin: this.#offsets[row] ?? 0, end: this.#offsets[row + 1] ?? 0 };
  }

  /** Nearly always the next row is the one that is meant: both lists are in the same order. */
  #rowOf(name: string): number | undefined {
    if (this.#names[this.#next] === name) return this.#next++;
    this.#rows ??= new Map(this.#names.map((known, row) => [known, row]));
    const row = this.#rows.get(name);
    if (row !== undefined) this.#next = row + 1;
    return row;
  }
}
