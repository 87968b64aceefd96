import { LambdakitError } from '../errors/lambdakit-error.js';
import { closeSync, openSync, readSync } from '../system/files.js';

/** Memory for so many bytes or more; what was written there before is kept. */
export type Room = (bytes: number) => Buffer<ArrayBuffer>;

/** Reads one file after another into the same memory. */
export interface FileReader {
  /**
   * The content of a file; valid until the next call.
   * @param expectedBytes its size when it was looked at
   */
  read(file: string, expectedBytes: number): Buffer;
}

/** Reading thousands of small files this way takes half the time of readFileSync, and leaves nothing to collect. */
export function createFileReader(room: Room): FileReader {
  return {
    read: (file, expectedBytes) => {
      const descriptor = openForReading(file);
      try {
        let length = 0;
        // One byte more than expected shows in one call that the file has ended.
        let memory = room(expectedBytes + 1);
        for (;;) {
          if (memory.length === length) memory = room(length * 2);
          const wanted = memory.length - length;
          const count = readSync(descriptor, memory, length, wanted, null);
          length += count;
          if (count === 0 || (count < wanted && length === expectedBytes)) return memory.subarray(0, length);
        }
      } finally {
        closeSync(descriptor);
      }
    },
  };
}

function openForReading(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw new LambdakitError('package-invalid', `${file} could not be read while the package was written`, {
      hint: 'Something changes the folder meanwhile; package again when it is done.',
      cause: error,
    });
  }
}
