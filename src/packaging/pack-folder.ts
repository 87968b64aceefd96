import path from 'node:path';
import {
  type ArchiveSummary,
  type LastPackaging,
  manifestOf,
  readManifest,
  sourcesOf,
  writeManifest,
} from './archive-manifest.js';
import { DeflatePool } from './deflate-pool.js';
import { ahead, counted } from './files-ahead.js';
import { openLastEntries } from './last-archive.js';
import { makeArchive } from './make-archive.js';
import { isArchiveOf } from './same-content.js';
import { findSecretFiles } from './secret-files.js';
import { type FoundTree, findFiles, type SelectOptions, selectEntries } from './select-entries.js';
import type { SizeLimits } from './size-limits.js';
import { treeStampOf } from './tree-stamp.js';
import { areTrusted } from './trusted-times.js';

export interface PackRequest extends SelectOptions, SizeLimits {
  readonly source: string;
  readonly outputFile: string;
  readonly manifestFile?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An archive, and what is told of it. */
export interface Packed extends ArchiveSummary {
  readonly file: string;
  readonly reusedEntries: number;
}

/**
 * Makes the archive of a folder, or finds that the last one is still right: by a look at each file, or else by
 * comparing what changed.
 * @param startedAtMs now, as milliseconds since 1970
 * @throws LambdakitError `package-invalid`, `over-size`
 */
export async function packFolder(request: PackRequest, startedAtMs: number): Promise<Packed> {
  const { source, outputFile: file, signal } = request;
  const manifestFile = request.manifestFile ?? defaultManifestFile(file);
  const remembered = manifestFile === undefined ? undefined : await readManifest(manifestFile, file);
  const pool = new DeflatePool({ archiveFile: remembered === undefined ? undefined : file, signal });
  try {
    // Without a last archive every file will be deflated: that begins while the rest of the tree is looked for.
    const found = findFiles(source, request, counted(remembered === undefined ? ahead(pool) : undefined));
    // Of a tree that changed just now no stamp is kept, so that the next time none is needed either.
    const stamp = remembered?.treeStamp === undefined ? undefined : treeStampOf(found, request);
    if (remembered !== undefined && stamp !== undefined && stamp === remembered.treeStamp) {
      return { file, ...remembered.summary, reusedEntries: remembered.summary.entryCount };
    }
    return await packFound(found, request, { manifestFile, remembered, pool, stamp, startedAtMs });
  } finally {
    await pool.dispose();
  }
}

interface PackFoundOptions {
  readonly manifestFile: string | undefined;
  readonly remembered: LastPackaging | undefined;
  readonly pool: DeflatePool;
  /** The stamp of the tree, where it is known already. */
  readonly stamp: string | undefined;
  readonly startedAtMs: number;
}

/** Makes the archive of a tree that changed since the last one, or finds that it would be the same bytes. */
async function packFound(
  found: FoundTree,
  request: PackRequest,
  { manifestFile, remembered, pool, stamp, startedAtMs }: PackFoundOptions,
): Promise<Packed> {
  const { outputFile: file } = request;
  const entries = selectEntries(found, request);
  // All that does not need the archive comes before it, while other threads deflate already.
  const sources = sourcesOf(entries, startedAtMs);
  const secrets = findSecretFiles(entries);
  const isKept = manifestFile !== undefined && areTrusted(found.files, startedAtMs);
  const treeStamp = isKept ? (stamp ?? treeStampOf(found, request)) : undefined;
  const manifest = remembered?.manifest();
  const last = manifest === undefined ? undefined : openLastEntries({ file, manifest });
  try {
    const made =
      remembered !== undefined && last !== undefined && isArchiveOf(entries, sources, last)
        ? { ...remembered.summary, ...last.manifest, reusedEntries: entries.length }
        : await makeArchive(entries, request, { pool, last });
    const summary = summaryOf(made, secrets);
    if (manifestFile !== undefined && made.crc32s !== undefined) {
      await writeManifest(manifestFile, file, { summary, treeStamp }, manifestOf(sources, made));
    }
    return { file, ...summary, reusedEntries: made.reusedEntries };
  } finally {
    last?.close();
  }
}

function summaryOf(
  { sha256, zippedBytes, unzippedBytes, entryCount, biggest }: Omit<ArchiveSummary, 'secrets'>,
  secrets: readonly string[],
): ArchiveSummary {
  return { sha256, zippedBytes, unzippedBytes, entryCount, biggest, secrets };
}

/** Beside archives in our own folder; beside one that the user named nothing is left. */
function defaultManifestFile(file: string): string | undefined {
  return file.split(path.sep).includes('.lambdakit') ? `${file}.entries.json` : undefined;
}
