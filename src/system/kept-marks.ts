import { readFileSync, statSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { fingerprint } from './fingerprint.js';
import { keepFile } from './keep-file.js';
import { packageRoot } from './package-root.js';

/** Enough for the projects and stages that one person works on; the oldest mark goes first. */
const MAX_MARKS = 100;

/** A mark says that something was found good. */
export interface Mark {
  isSet(): boolean;
  /** Keeps the mark for later runs; a machine where that is not possible does without. */
  set(): void;
}

/**
 * The mark of a text in this build of the program. Marks lie beside Node's compile cache and are kept only where the
 * program has turned that on; elsewhere none is ever set. The text must hold no secret: the folder may be passed on
 * by a build server, and a fingerprint can be reckoned back.
 */
export function markOf(subject: string, text: string): Mark {
  const folder = module.getCompileCacheDir();
  if (folder === undefined) return { isSet: () => false, set: () => undefined };
  const file = path.join(folder, 'checked-settings');
  const digest = fingerprint(`${buildStamp()}\n${subject}\n${text}`);
  return {
    isSet: () => readMarks(file).includes(digest),
    set: () => {
      const marks = [digest, ...readMarks(file).filter((mark) => mark !== digest)].slice(0, MAX_MARKS);
      // Where it is not kept the check is made again next time.
      keepFile(file, marks.join('\n'));
    },
  };
}

/** Differs for each build, so that the marks of older rules do not count. */
function buildStamp(): string {
  return String(statSync(path.join(packageRoot(), 'dist'), { throwIfNoEntry: false })?.mtimeMs);
}

function readMarks(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return []; // none were kept yet
  }
}
