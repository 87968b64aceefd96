import { once } from 'node:events';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { availableCores } from '../system/available-cores.js';
import { closeSync, existsSync, openSync } from '../system/files.js';
import { packageRoot } from '../system/package-root.js';
import type { DeflatedFile, DeflateJob, StoredData } from './deflate-file.js';
import { createDeflateTools, type DeflatedRun, deflateRun, MAX_RUN_BYTES, MAX_RUN_FILES } from './deflate-run.js';
import { createQueueState, RunQueue } from './run-queue.js';

/** Below this a thread costs more than it saves (its start takes some 40 ms). */
const MIN_BYTES_PER_THREAD = 2_000_000;
const MAX_THREADS = 8;
/** From this size on a file is a run of its own, and taken before the others. */
const BIG_FILE_BYTES = 262_144;

/** What a thread is started with. */
export interface WorkerTask {
  readonly state: SharedArrayBuffer;
  readonly archiveFile: string | undefined;
}

/** What it says. */
export type WorkerMessage =
  | { readonly done: DeflatedRun }
  | { readonly failure: Pick<LambdakitError, 'code' | 'message' | 'hint'> };

export interface DeflatePoolOptions {
  /** The last archive, from which equal content is taken. */
  readonly archiveFile?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A file that an entry is made from. */
export interface WantedFile {
  readonly absolutePath: string;
  /** Bytes when it was looked at. */
  readonly size: number;
  readonly previous?: StoredData | undefined;
}

/**
 * Deflates files on as many threads as the machine has cores. It begins with the first file that it is
 * told of, while the rest of the tree is still being looked for; our own thread helps in `finish`.
 * The outcome does not depend on the number of threads. Whoever opens a pool disposes it.
 */
export class DeflatePool {
  readonly #state = createQueueState();
  readonly #queue = new RunQueue(this.#state);
  readonly #workers: { readonly thread: Worker; readonly exit: Promise<void> }[] = [];
  readonly #indexes = new Map<string, number>();
  /** How many entries still need a file's data. */
  readonly #needs: number[] = [];
  readonly #outcome: (DeflatedFile | undefined)[] = [];
  readonly #maxWorkers = Math.min(availableCores(), MAX_THREADS) - 1;
  #gathered: DeflateJob[] = [];
  #gatheredBytes = 0;
  #totalBytes = 0;
  #sent: (readonly ['big' | 'small', readonly DeflateJob[]])[] = [];
  #failure: unknown;
  #onMessage: () => void = () => undefined;

  constructor(private readonly options: DeflatePoolOptions = {}) {}

  /** Begins with a file that an entry will probably need. */
  expect({ absolutePath, size, previous }: WantedFile): void {
    if (this.#indexes.has(absolutePath)) return;
    const index = this.#needs.push(0) - 1;
    this.#indexes.set(absolutePath, index);
    this.#totalBytes += size;
    const job: DeflateJob = { index, size, file: absolutePath, previous };
    if (size >= BIG_FILE_BYTES) this.#hand('big', [job]);
    else this.#gather(job);
    const enough = Math.floor(this.#totalBytes / MIN_BYTES_PER_THREAD) - 1;
    if (this.#workers.length < Math.min(this.#maxWorkers, enough)) this.#startWorker();
  }

  /** Says that one entry needs a file's data. */
  want(file: WantedFile): void {
    this.expect(file);
    const index = this.#indexes.get(file.absolutePath) ?? 0;
    this.#needs[index] = (this.#needs[index] ?? 0) + 1;
  }

  /** The outcome for one entry; undefined when it is not there yet. It is forgotten with the last entry that needs it. */
  take(absolutePath: string): DeflatedFile | undefined {
    const index = this.#indexes.get(absolutePath) ?? -1;
    const outcome = this.#outcome[index];
    if (outcome === undefined) return undefined;
    const needs = (this.#needs[index] ?? 1) - 1;
    this.#needs[index] = needs;
    if (needs <= 0) this.#outcome[index] = undefined;
    return outcome;
  }

  /**
   * Works until all is done. `onOutcome` is called now and then, for what can go on with what is there.
   * @throws LambdakitError `package-invalid` when a file cannot be read any more; the signal's reason
   */
  async finish(onOutcome: () => Promise<void>): Promise<void> {
    this.#flush();
    this.#queue.close();
    await this.#workHere(onOutcome);
    let areOver = false;
    const exits = Promise.all(this.#workers.map(({ exit }) => exit)).then(() => {
      areOver = true;
    });
    while (!areOver) {
      await Promise.race([exits, this.#nextMessage()]);
      this.#throwIfFailed();
      await onOutcome();
    }
    this.#throwIfFailed();
    await onOutcome();
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#workers.map(({ thread }) => thread.terminate()));
  }

  #gather(job: DeflateJob): void {
    const isFull = this.#gathered.length === MAX_RUN_FILES || this.#gatheredBytes + job.size > MAX_RUN_BYTES;
    if (isFull) this.#flush();
    this.#gathered.push(job);
    this.#gatheredBytes += job.size;
  }

  #flush(): void {
    if (this.#gathered.length > 0) this.#hand('small', this.#gathered);
    this.#gathered = [];
    this.#gatheredBytes = 0;
  }

  #hand(kind: 'big' | 'small', run: readonly DeflateJob[]): void {
    const message = [kind, run] as const;
    // For threads that are started later.
    if (this.#workers.length < this.#maxWorkers) this.#sent.push(message);
    this.#queue.add(kind, run, () => {
      for (const { thread } of this.#workers) thread.postMessage(message);
    });
  }

  #startWorker(): void {
    const program = path.join(packageRoot(), 'dist', 'packaging', 'deflate.worker.js');
    if (!existsSync(program)) return;
    const task: WorkerTask = { state: this.#state, archiveFile: this.options.archiveFile };
    // No environment, no arguments: the thread needs nothing but its jobs.
    const thread = new Worker(program, { workerData: task, env: {}, execArgv: [] });
    for (const message of this.#sent) thread.postMessage(message);
    thread.on('message', (message: WorkerMessage) => this.#receive(message));
    thread.on('error', (error) => this.#fail(error));
    const exit = once(thread, 'exit').then(
      () => undefined,
      (error: unknown) => this.#fail(error),
    );
    this.#workers.push({ thread, exit });
    if (this.#workers.length === this.#maxWorkers) this.#sent = [];
  }

  #nextMessage(): Promise<void> {
    return new Promise((resolve) => {
      this.#onMessage = resolve;
    });
  }

  #receive(message: WorkerMessage): void {
    if ('done' in message) this.#unpack(message.done);
    else {
      const { code, message: text, hint } = message.failure;
      this.#fail(new LambdakitError(code, text, hint === undefined ? {} : { hint }));
    }
    this.#onMessage();
  }

  async #workHere(onOutcome: () => Promise<void>): Promise<void> {
    const { archiveFile } = this.options;
    const archive = archiveFile === undefined ? undefined : openSync(archiveFile, 'r');
    const tools = createDeflateTools(archive);
    try {
      for (let run = this.#queue.take(); run !== undefined; run = this.#queue.take()) {
        this.#unpack(deflateRun(run, tools));
        // Lets an abort and the other threads' messages through.
        await turn();
        this.#throwIfFailed();
        await onOutcome();
      }
    } finally {
      if (archive !== undefined) closeSync(archive);
    }
  }

  #unpack({ indexes, files, lengths, data }: DeflatedRun): void {
    let offset = 0;
    for (const [place, facts] of files.entries()) {
      const length = lengths[place] ?? 0;
      this.#outcome[indexes[place] ?? 0] = { ...facts, data: data.subarray(offset, offset + length) };
      offset += length;
    }
  }

  /** The first failure is the cause of those that follow. */
  #fail(error: unknown): void {
    this.#failure ??= error;
  }

  #throwIfFailed(): void {
    this.options.signal?.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure;
  }
}
