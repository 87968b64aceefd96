import { once } from 'node:events';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { availableCores } from '../system/available-cores.js';
import { closeSync, existsSync, openSync } from '../system/files.js';
import { packageRoot } from '../system/package-root.js';
import {
  createDeflateTools,
  cutIntoRuns,
  type DeflatedChunk,
  type DeflateShare,
  deflateNextChunk,
} from './deflate-chunk.js';
import type { DeflatedFile, DeflateJob } from './deflate-file.js';

/** Below this a thread costs more than it saves (its start takes some 40 ms). */
const MIN_BYTES_PER_THREAD = 2_000_000;
const MAX_THREADS = 8;

export interface DeflateFilesOptions {
  /** The last archive, from which equal content is taken. */
  readonly archiveFile: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Does all jobs, on as many threads as the machine has cores; our own thread works too. The outcome
 * stands at the index of its job and does not depend on the number of threads.
 */
export async function deflateFiles(
  jobs: readonly DeflateJob[],
  options: DeflateFilesOptions,
): Promise<readonly DeflatedFile[]> {
  // The biggest first, so that the last runs are short.
  const runs = cutIntoRuns(jobs.toSorted((a, b) => b.size - a.size));
  const share: DeflateShare = { runs, counter: new SharedArrayBuffer(4), archiveFile: options.archiveFile };
  const outcome: DeflatedFile[] = [];
  const workers = startWorkers(share, jobs);
  try {
    const exits = workers.map(async (worker) => {
      worker.on('message', (chunk: DeflatedChunk) => unpack(chunk, outcome));
      // Rejects with what the thread threw.
      await once(worker, 'exit');
    });
    await Promise.all([workHere(share, outcome, options), ...exits]);
    options.signal?.throwIfAborted();
    return outcome;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function startWorkers(share: DeflateShare, jobs: readonly DeflateJob[]): readonly Worker[] {
  const totalBytes = jobs.reduce((sum, { size }) => sum + size, 0);
  const program = path.join(packageRoot(), 'dist', 'packaging', 'deflate.worker.js');
  const wanted = Math.min(availableCores(), MAX_THREADS, Math.floor(totalBytes / MIN_BYTES_PER_THREAD));
  if (wanted < 2 || !existsSync(program)) return [];
  // No environment, no arguments: the thread needs nothing but its jobs.
  return Array.from({ length: wanted - 1 }, () => new Worker(program, { workerData: share, env: {}, execArgv: [] }));
}

async function workHere(share: DeflateShare, outcome: DeflatedFile[], options: DeflateFilesOptions): Promise<void> {
  const archive = share.archiveFile === undefined ? undefined : openSync(share.archiveFile, 'r');
  const tools = createDeflateTools(archive);
  try {
    for (let chunk = deflateNextChunk(share, tools); chunk !== undefined; chunk = deflateNextChunk(share, tools)) {
      unpack(chunk, outcome);
      // Lets an abort and the other threads' messages through.
      await turn();
      options.signal?.throwIfAborted();
    }
  } finally {
    if (archive !== undefined) closeSync(archive);
  }
}

function unpack(chunk: DeflatedChunk, outcome: DeflatedFile[]): void {
  let offset = 0;
  for (const [index, facts] of chunk.files.entries()) {
    const length = chunk.lengths[index] ?? 0;
    outcome[chunk.indexes[index] ?? 0] = { ...facts, data: chunk.data.subarray(offset, offset + length) };
    offset += length;
  }
}
