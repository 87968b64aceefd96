import { LIMITS } from '../lambda/limits.js';
import { keepHeapSmall } from '../system/small-heap.js';
import type { WalkedFile } from '../system/walk-files.js';
import type { DeflatePool } from './deflate-pool.js';
import { MAX_FILE_BYTES } from './make-archive.js';

/** More than Lambda takes is refused (`checkSize`), so nothing of it is deflated ahead. */
const MAX_TREE_BYTES = LIMITS.unzippedBytes;

/** From so many files on memory is saved, at the price of a hundredth of the time. */
const MANY_FILES = 10_000;

/** Counts the files of a tree while they are found, and makes ready for very many. */
export function counted(onFile: (file: WalkedFile) => void = () => undefined): (file: WalkedFile) => void {
  let count = 0;
  return (file) => {
    count += 1;
    if (count === MANY_FILES) keepHeapSmall();
    onFile(file);
  };
}

/** Deflates the files of a tree ahead, as long as it may be one for memory. */
export function ahead(pool: DeflatePool): (file: WalkedFile) => void {
  let bytes = 0;
  return (file) => {
    bytes = file.size > MAX_FILE_BYTES ? Number.POSITIVE_INFINITY : bytes + file.size;
    if (bytes <= MAX_TREE_BYTES) pool.expect(file);
  };
}
