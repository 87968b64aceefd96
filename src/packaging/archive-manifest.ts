import { readTextIfExists, writeFileAtomically } from '../system/files.js';
import { fingerprintOf } from '../system/walk-files.js';
import { COMPRESSION_LEVEL } from './archive-format.js';
import type { StoredData } from './deflate-file.js';

/** What is remembered of an entry of the last archive. */
export interface ManifestEntry extends StoredData {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link';
  readonly mode: number;
  /** Fingerprint of the file that it was made from; empty where that could not be trusted. */
  readonly fingerprint: string;
  /** Where its local header begins. */
  readonly headerOffset: number;
}

/** What is remembered of the last archive, beside it. */
export interface ArchiveManifest {
  readonly sha256: string;
  readonly zippedBytes: number;
  readonly entries: readonly ManifestEntry[];
}

/** Changes whenever an archive would be written differently. */
const FORMAT = `2-${COMPRESSION_LEVEL}-${process.versions.zlib}`;

/**
 * File systems keep times in steps of up to two seconds (FAT): a file that changed so shortly before it
 * was read may have changed again without a trace, so its fingerprint is not trusted.
 */
const COARSEST_TIME_STEP_MS = 2_000;

/** What was remembered, or undefined where it does not belong to the archive as it is now. */
export async function readManifest(manifestFile: string, archiveFile: string): Promise<ArchiveManifest | undefined> {
  const text = await readTextIfExists(manifestFile);
  if (text === undefined) return undefined;
  try {
    const { format, archive, sha256, zippedBytes, columns } = JSON.parse(text);
    if (format !== FORMAT || archive !== fingerprintOf(archiveFile).fingerprint) return undefined;
    return { sha256, zippedBytes, entries: fromColumns(columns) };
  } catch {
    // A damaged manifest, or no archive any more: the archive is made anew.
    return undefined;
  }
}

/** Remembers an archive that was just written. */
export async function writeManifest(
  manifestFile: string,
  archiveFile: string,
  manifest: ArchiveManifest,
  startedAtMs: number,
): Promise<void> {
  const trustedBeforeMs = startedAtMs - COARSEST_TIME_STEP_MS;
  const entries = manifest.entries.map((entry) =>
    Number.parseFloat(entry.fingerprint) < trustedBeforeMs ? entry : { ...entry, fingerprint: '' },
  );
  const text = JSON.stringify({
    format: FORMAT,
    archive: fingerprintOf(archiveFile).fingerprint,
    sha256: manifest.sha256,
    zippedBytes: manifest.zippedBytes,
    columns: toColumns(entries),
  });
  await writeFileAtomically(manifestFile, text, { durable: false });
}

/** Column by column: half the text and half the time of a list of objects. */
type Columns = readonly [names: string[], kinds: string[], fingerprints: string[], ...numbers: number[][]];

const KINDS = ['file', 'folder', 'link'] as const;

function toColumns(entries: readonly ManifestEntry[]): Columns {
  return [
    entries.map(({ name }) => name),
    entries.map(({ kind }) => kind),
    entries.map(({ fingerprint }) => fingerprint),
    entries.map(({ mode }) => mode),
    entries.map(({ method }) => method),
    entries.map((entry) => entry.crc32),
    entries.map(({ bytes }) => bytes),
    entries.map(({ compressedBytes }) => compressedBytes),
    entries.map(({ headerOffset }) => headerOffset),
    entries.map(({ offset }) => offset),
  ];
}

function fromColumns([names, kinds, fingerprints, ...numbers]: Columns): readonly ManifestEntry[] {
  const at = (column: number, row: number) => numbers[column]?.[row] ?? 0;
  return names.map((name, row) => ({
    name,
    kind: KINDS.find((kind) => kind === kinds[row]) ?? 'file',
    fingerprint: fingerprints[row] ?? '',
    mode: at(0, row),
    method: at(1, row),
    crc32: at(2, row),
    bytes: at(3, row),
    compressedBytes: at(4, row),
    headerOffset: at(5, row),
    offset: at(6, row),
  }));
}
