import { type DeflatedFile, type DeflateMeans, deflateContent, type StoredData } from './deflate-file.js';
import { Deflater } from './deflater.js';
import { createFileReader, type FileReader } from './file-reader.js';

/** Files are handed out in runs of at most so many files and bytes, so that no thread ends long after the others. */
export const MAX_RUN_FILES = 64;
export const MAX_RUN_BYTES = 524_288;

/** Files that one thread deflates in one go. One text is copied between threads faster than many. */
export interface DeflateRun {
  readonly number: number;
  /** Their paths, with a NUL between two. */
  readonly files: string;
  /** Their bytes when they were looked at. */
  readonly sizes: readonly number[];
  /** What the last archive has under the same names; empty where nothing is known of it. */
  readonly previous: readonly (StoredData | undefined)[];
}

/** The outcome of a run, in a form that crosses threads without copying the data. */
export interface DeflatedRun {
  readonly number: number;
  /** FACTS numbers for each file. */
  readonly facts: Uint32Array<ArrayBuffer>;
  /** The data of all files, one after the other. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/** CRC-32, bytes, method, 1 when the data is that of the last archive, and where in the run's data it ends. */
const FACTS = 5;

/** What a thread has for itself, from one run to the next. */
export interface DeflateTools extends DeflateMeans {
  readonly reader: FileReader;
  /** Where the data of a run is gathered; replaced when it is too small. */
  memory: Uint8Array;
}

/** The tools of one thread. */
export function createDeflateTools(program: WebAssembly.Module, archive: number | undefined): DeflateTools {
  const deflater = new Deflater(program);
  const reader = createFileReader((bytes) => deflater.room(bytes));
  return { archive, deflater, reader, memory: new Uint8Array(MAX_RUN_BYTES) };
}

/** Deflates the files of a run. @throws LambdakitError `package-invalid` when one cannot be read any more. */
export function deflateRun({ number, files, sizes, previous }: DeflateRun, tools: DeflateTools): DeflatedRun {
  const paths = files.split('\0');
  const facts = new Uint32Array(paths.length * FACTS);
  let used = 0;
  for (const [place, file] of paths.entries()) {
    const content = tools.reader.read(file, sizes[place] ?? 0);
    const { data, crc32, bytes, method, isReused } = deflateContent(content, previous[place], tools);
    const end = used + data.length;
    facts.set([crc32, bytes, method, isReused ? 1 : 0, end], place * FACTS);
    // A big file is alone in its run: its data is copied once.
    if (paths.length === 1) return { number, facts, data: new Uint8Array(data) };
    if (end > tools.memory.length) tools.memory = grown(tools.memory, end);
    tools.memory.set(data, used);
    used = end;
  }
  return { number, facts, data: new Uint8Array(tools.memory.subarray(0, used)) };
}

/** The outcome for one file of a run. */
export function fileOfRun({ facts, data }: DeflatedRun, place: number): DeflatedFile {
  const at = place * FACTS;
  const begin = place === 0 ? 0 : (facts[at - 1] ?? 0);
  return {
    crc32: facts[at] ?? 0,
    bytes: facts[at + 1] ?? 0,
    method: facts[at + 2] ?? 0,
    isReused: facts[at + 3] === 1,
    data: data.subarray(begin, facts[at + 4]),
  };
}

function grown(memory: Uint8Array, length: number): Uint8Array {
  const bigger = new Uint8Array(length * 2);
  bigger.set(memory);
  return bigger;
}
