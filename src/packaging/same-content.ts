import { readFileSync } from '../system/files.js';
import { absolutePathOf } from '../system/walk-files.js';
import { hasSameEntries, isSameFile } from './archive-manifest.js';
import { findStored } from './deflate-file.js';
import type { LastEntries } from './last-archive.js';
import type { EntrySources } from './manifest-columns.js';
import type { SelectedEntry } from './select-entries.js';

/** More than this is compared while a new archive is written, on all cores. */
const MAX_FILES = 100;
const MAX_BYTES = 4_194_304;

/**
 * True when the last archive is the one that these entries would make: what changed in its times, as after a checkout
 * or a save of the same text, is compared byte for byte.
 */
export function isArchiveOf(entries: readonly SelectedEntry[], sources: EntrySources, last: LastEntries): boolean {
  if (!hasSameEntries(sources, last.manifest)) return false;
  const changed = entries.filter(
    ({ kind, source }, row) => kind !== 'folder' && !isSameFile(source, last.manifest, row),
  );
  const bytes = changed.reduce((sum, { source }) => sum + source.size, 0);
  if (changed.length > MAX_FILES || bytes > MAX_BYTES || changed.some(({ kind }) => kind === 'link')) return false;
  return changed.every(({ name, source }) => {
    const stored = last.dataOf(name);
    // A file that is gone by now is told when the archive is written.
    const content = stored?.bytes === source.size ? readIfThere(absolutePathOf(source)) : undefined;
    return stored !== undefined && content !== undefined && findStored(content, stored, last.descriptor) !== undefined;
  });
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
