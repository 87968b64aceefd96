import { type DeflatedFile, type DeflateJob, deflateFile } from './deflate-file.js';

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

/** Takes the next run of jobs and does it; undefined when none is left. */
export function deflateNextChunk(share: DeflateShare, archive: number | undefined): DeflatedChunk | undefined {
  const jobs = share.runs[Atomics.add(new Int32Array(share.counter), 0, 1)];
  if (jobs === undefined) return undefined;
  const files = jobs.map((job) => deflateFile(job, archive));
  const data = new Uint8Array(files.reduce((sum, file) => sum + file.data.length, 0));
  let offset = 0;
  for (const file of files) {
    data.set(file.data, offset);
    offset += file.data.length;
  }
  return {
    indexes: jobs.map(({ index }) => index),
    files: files.map(({ data: _, ...facts }) => facts),
    lengths: files.map((file) => file.data.length),
    data,
  };
}
