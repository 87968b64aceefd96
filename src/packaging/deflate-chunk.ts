import { type DeflatedFile, type DeflateJob, deflateContent } from './deflate-file.js';
import { createFileReader, type FileReader } from './file-reader.js';

/** Jobs are handed out in runs of at most so many files and bytes, so that no thread ends long after the others. */
const MAX_RUN_FILES = 64;
const MAX_RUN_BYTES = 524_288;

/** What several threads share: the jobs in runs, and a counter in shared memory of the runs that are handed out. */
export interface DeflateShare {
  readonly runs: readonly (readonly DeflateJob[])[];
  /** One Int32. */
  readonly counter: SharedArrayBuffer;
  readonly archiveFile: string | undefined;
}

/** Cuts jobs into runs, in their order. */
export function cutIntoRuns(jobs: readonly DeflateJob[]): readonly (readonly DeflateJob[])[] {
  const runs: DeflateJob[][] = [];
  let run: DeflateJob[] = [];
  let bytes = 0;
  for (const job of jobs) {
    if (run.length > 0 && (run.length === MAX_RUN_FILES || bytes + job.size > MAX_RUN_BYTES)) {
      runs.push(run);
      run = [];
      bytes = 0;
    }
    run.push(job);
    bytes += job.size;
  }
  return run.length === 0 ? runs : [...runs, run];
}

/** The outcome of a run of jobs, in a form that crosses threads without copying the data. */
export interface DeflatedChunk {
  readonly indexes: readonly number[];
  readonly files: readonly Omit<DeflatedFile, 'data'>[];
  readonly lengths: readonly number[];
  readonly data: Uint8Array<ArrayBuffer>;
}

/** What a thread has for itself, from one run of jobs to the next. */
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

/** Takes the next run of jobs and does it; undefined when none is left. */
export function deflateNextChunk(share: DeflateShare, tools: DeflateTools): DeflatedChunk | undefined {
  const jobs = share.runs[Atomics.add(new Int32Array(share.counter), 0, 1)];
  if (jobs === undefined) return undefined;
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

function grown(memory: Uint8Array, length: number): Uint8Array {
  const bigger = new Uint8Array(length * 2);
  bigger.set(memory);
  return bigger;
}
