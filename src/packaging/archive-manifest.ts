import { readTextIfExists, writeFileAtomically } from '../system/files.js';
import { type FileStamp, fingerprintOf, stampOf } from '../system/walk-files.js';
import {
  type ArchiveManifest,
  type EntryFacts,
  type EntrySources,
  readManifestText,
  writtenManifest,
} from './manifest-columns.js';
import type { PackageEntry } from './package-entry.js';
import type { SelectedEntry } from './select-entries.js';
import { isTrusted } from './trusted-times.js';

/** What a packaging tells of its archive. */
export interface ArchiveSummary {
  readonly sha256: string;
  readonly zippedBytes: number;
  readonly unzippedBytes: number;
  readonly entryCount: number;
  readonly biggest: readonly PackageEntry[];
  /** Names of entries that look like secrets. */
  readonly secrets: readonly string[];
}

/** What is told of an archive without its entries. */
export interface RememberedArchive {
  readonly summary: ArchiveSummary;
  /** See treeStampOf; absent where a change time could not be trusted. */
  readonly treeStamp: string | undefined;
}

/** Changes whenever an archive would be written differently, as with any change of the deflater, and with the form of the manifest. */
const FORMAT = 6;

/** What was remembered of the last archive; its manifest is read when it is asked for, and undefined where it is damaged. */
export interface LastPackaging extends RememberedArchive {
  manifest(): ArchiveManifest | undefined;
}

/**
 * What was remembered, or undefined where it does not belong to the archive as it is now. Of the two lines of the file the
 * second is the manifest: it is long, and often the first says enough.
 */
export async function readManifest(manifestFile: string, archiveFile: string): Promise<LastPackaging | undefined> {
  const text = await readTextIfExists(manifestFile);
  if (text === undefined) return undefined;
  const firstEnd = text.indexOf('\n');
  try {
    const { format, archive, summary, treeStamp } = JSON.parse(text.slice(0, firstEnd));
    if (format !== FORMAT || archive !== fingerprintOf(stampOf(archiveFile))) return undefined;
    return { summary, treeStamp, manifest: () => readManifestText(text.slice(firstEnd)) };
  } catch {
    // A damaged manifest, or no archive any more: the archive is made anew.
    return undefined;
  }
}

/** Remembers an archive that was just written. */
export async function writeManifest(
  manifestFile: string,
  archiveFile: string,
  remembered: RememberedArchive,
  manifest: ArchiveManifest,
): Promise<void> {
  const archive = fingerprintOf(stampOf(archiveFile));
  const text = `${JSON.stringify({ format: FORMAT, archive, ...remembered })}\n${writtenManifest(manifest)}\n`;
  await writeFileAtomically(manifestFile, text, { durable: false });
}

/** What is to be remembered of entries whose files were looked at from a moment on. */
export function sourcesOf(entries: readonly SelectedEntry[], startedAtMs: number): EntrySources {
  const names: string[] = [];
  const changedMs = new Float64Array(entries.length);
  const inodes = new Float64Array(entries.length);
  let types = '';
  for (const [row, entry] of entries.entries()) {
    const { source } = entry;
    names.push(entry.name);
    changedMs[row] = isTrusted(source.changedMs, startedAtMs) ? source.changedMs : 0;
    inodes[row] = source.inode;
    types += typeOf(entry);
  }
  return { names: names.join(BETWEEN_NAMES), types, changedMs, inodes };
}

/** What is to be remembered of an archive. */
export function manifestOf(sources: EntrySources, written: EntryFacts): ArchiveManifest {
  const { crc32s, methods, bytes, compressedBytes } = written;
  return { ...sources, crc32s, methods, bytes, compressedBytes };
}

/** True when a tree has the entries that it had when the archive was written, whatever is in them. */
export function hasSameEntries(sources: EntrySources, manifest: ArchiveManifest): boolean {
  return sources.types === manifest.types && sources.names === manifest.names;
}

/** True when an entry was made from a file as it is now: its change time moves with content and mode. */
export function isSameFile(file: FileStamp, { changedMs, inodes }: ArchiveManifest, row: number): boolean {
  return file.changedMs === changedMs[row] && file.inode === inodes[row];
}

/** The names of entries. */
export function splitNames({ names }: EntrySources): readonly string[] {
  return names === '' ? [] : names.split(BETWEEN_NAMES);
}

/** A control character, which no name has, and one that JSON does not escape. */
const BETWEEN_NAMES = '\x7f';

/** The letter of an entry in `types`: folder, link, program or other file. */
export function typeOf({ kind, mode }: Pick<SelectedEntry, 'kind' | 'mode'>): string {
  if (kind === 'folder') return 'd';
  if (kind === 'link') return 'l';
  return mode === 0o755 ? 'x' : 'f';
}
