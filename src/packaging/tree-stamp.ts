import { createHash } from 'node:crypto';
import type { FoundTree, SelectOptions } from './select-entries.js';

/**
 * A hash of all that shows cheaply whether a tree is as it was: names, sizes, modes, change times and inodes of what was
 * found in it. Undefined where that does not tell all of a package: links that are followed lead elsewhere.
 */
export function treeStampOf({ files, problems }: FoundTree, options: SelectOptions): string | undefined {
  if (problems.length > 0 || (options.follow === true && files.some(({ kind }) => kind === 'link'))) return undefined;
  const facts = new Float64Array(files.length * FACTS);
  let at = 0;
  for (const { kind, size, mode, changedMs, inode } of files) {
    facts[at] = mode;
    // A folder's times change with what comes and goes in it, also with what is left out.
    if (kind !== 'folder') {
      facts[at + 1] = size;
      facts[at + 2] = changedMs;
      facts[at + 3] = inode;
    }
    at += FACTS;
  }
  return createHash('sha256')
    .update(JSON.stringify([options.prefix, options.follow]))
    .update(files.map(({ name }) => name).join('\0'))
    .update(facts)
    .digest('base64');
}

const FACTS = 4;
