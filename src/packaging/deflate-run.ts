import { type DeflatedFile, type DeflateJob, deflateContent } from './deflate-file.js';
import { createFileReader, type FileReader } from './file-reader.js';

/** Jobs are handed out in runs of at most so many files and bytes, so that no thread ends long after the others. */
export const MAX_RUN_FILES = 64;
export const MAX_RUN_BYTES = 524_288;

/** Jobs that one thread does in one go. */
export type DeflateRun = readonly DeflateJob[];

/** The outcome of a run, in a form that crosses threads without copying the data. */
export interface DeflatedRun {
  readonly indexes: readonly number[];
  readonly files: readonly Omit<DeflatedFile, 'data'>[];
  readonly lengths: readonly number[];
  readonly data: Uint8Array<ArrayBuffer>;
}

/** What a thread has for itself, from one run to the next. */
export interface DeflateTools {
  readonly reader: FileReader;
  /** File descriptor of the last archive. */
  readonly archive: number | undefined;
  /** Where the data of a run is gathered; replaced when it is too small. */
  memory: Uint8Array;
}

/** The tools of one thread. */
export function createDeflateTools(archive: number | undefined): DeflateTools {
  return { archive, reader: createFileReader(), memory: new Uint8Array(MAX_RUN_BYTES) };
}

/** Does the jobs of a run. @throws LambdakitError `package-invalid` when a file cannot be read any more. */
export function deflateRun(jobs: DeflateRun, tools: DeflateTools): DeflatedRun {
  const [only, ...others] = jobs;
  if (only !== undefined && others.length === 0) return deflateAlone(only, tools);
  const files: Omit<DeflatedFile, 'data'>[] = [];
  const lengths: number[] = [];
  let used = 0;
  for (const job of jobs) {
    const { data, ...facts } = deflateContent(tools.reader.read(job.file, job.size), job, tools.archive);
    if (used + data.length > tools.memory.length) tools.memory = grown(tools.memory, used + data.length);
    tools.memory.set(data, used);
    used += data.length;
    files.push(facts);
    lengths.push(data.length);
  }
  const data = new Uint8Array(tools.memory.subarray(0, used));
  return { indexes: jobs.map(({ index }) => index), files, lengths, data };
}

/** A big file is not gathered with others: its data is copied once. */
function deflateAlone(job: DeflateJob, tools: DeflateTools): DeflatedRun {
  const { data, ...facts } = deflateContent(tools.reader.read(job.file, job.size), job, tools.archive);
  return { indexes: [job.index], files: [facts], lengths: [data.length], data: new Uint8Array(data) };
}

function grown(memory: Uint8Array, length: number): Uint8Array {
  const bigger = new Uint8Array(length * 2);
  bigger.set(memory);
  return bigger;
}
