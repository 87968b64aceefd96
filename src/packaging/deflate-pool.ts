import { once } from 'node:events';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { availableCores } from '../system/available-cores.js';
import { closeSync, existsSync, openSync } from '../system/files.js';
import { packageRoot } from '../system/package-root.js';
import { absolutePathOf, type WalkedFile } from '../system/walk-files.js';
import type { DeflatedFile, StoredData } from './deflate-file.js';
import {
  createDeflateTools,
  type DeflatedRun,
  type DeflateRun,
  deflateRun,
  fileOfRun,
  MAX_RUN_BYTES,
  MAX_RUN_FILES,
} from './deflate-run.js';
import { compileDeflater } from './deflater.js';
import { createQueueState, RunQueue } from './run-queue.js';

/** Below this a thread costs more than it saves (its start takes some 40 ms). */
const MIN_BYTES_PER_THREAD = 2_000_000;
/** What it takes to open a file and to begin and end its deflating, as bytes that are deflated in that time. */
const BYTES_PER_FILE = 3_000;
const MAX_THREADS = 8;
/** From this size on a file is a run of its own, and taken before the others. */
const BIG_FILE_BYTES = 262_144;

/** What a thread is started with. */
export interface WorkerTask {
  readonly state: SharedArrayBuffer;
  readonly archiveFile: string | undefined;
  /** See compileDeflater. */
  readonly program: WebAssembly.Module;
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

/** A run that more files may be added to. */
interface GatheredRun {
  readonly number: number;
  readonly paths: string[];
  readonly sizes: number[];
  readonly previous: (StoredData | undefined)[];
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
  /** Run and place of each file, as one number. */
  readonly #jobs = new Map<WalkedFile, number>();
  /** How many entries still need something of a run. */
  readonly #needs: number[] = [];
  readonly #outcomes: (DeflatedRun | undefined)[] = [];
  /** Runs whose outcome has come. */
  #kept = 0;
  readonly #maxWorkers = Math.min(availableCores(), MAX_THREADS) - 1;
  #gathered: GatheredRun | undefined;
  #gatheredBytes = 0;
  #totalBytes = 0;
  #sent: (readonly ['big' | 'small', DeflateRun])[] = [];
  #failure: unknown;
  #program: WebAssembly.Module | undefined;
  #onMessage: () => void = () => undefined;

  constructor(private readonly options: DeflatePoolOptions = {}) {}

  /** Begins with a file that an entry will probably need. */
  expect(file: WalkedFile, previous?: StoredData): void {
    this.#totalBytes += file.size + BYTES_PER_FILE;
    if (file.size >= BIG_FILE_BYTES) {
      const run = this.#openRun();
      this.#addTo(run, file, previous);
      this.#hand('big', run);
    } else this.#gather(file, previous);
    const enough = Math.floor(this.#totalBytes / MIN_BYTES_PER_THREAD) - 1;
    if (this.#workers.length < Math.min(this.#maxWorkers, enough)) this.#startWorker();
  }

  /** Says that one entry needs a file's data. */
  want(file: WalkedFile, previous?: StoredData): void {
    if (!this.#jobs.has(file)) this.expect(file, previous);
    const number = runOf(this.#jobs.get(file) ?? 0);
    this.#needs[number] = (this.#needs[number] ?? 0) + 1;
  }

  /** The outcome for one entry; undefined when it is not there yet. A run is forgotten with the last entry that needs it. */
  take(file: WalkedFile): DeflatedFile | undefined {
    const job = this.#jobs.get(file) ?? -1;
    const number = runOf(job);
    const outcome = this.#outcomes[number];
    if (outcome === undefined) return undefined;
    const needs = (this.#needs[number] ?? 1) - 1;
    this.#needs[number] = needs;
    if (needs <= 0) this.#outcomes[number] = undefined;
    return fileOfRun(outcome, job % MAX_RUN_FILES);
  }

  /**
   * Works until all is done. `onOutcome` is called now and then, for what can go on with what is there.
   * @throws LambdakitError `package-invalid` when a file cannot be read any more; the signal's reason
   */
  async finish(onOutcome: () => Promise<void>): Promise<void> {
    this.#flush();
    this.#queue.close();
    await this.#workHere(onOutcome);
    // Threads that have nothing more to do end by themselves; nobody waits for that.
    let areOver = false;
    const exits = Promise.all(this.#workers.map(({ exit }) => exit)).then(() => {
      areOver = true;
    });
    while (!areOver && this.#kept < this.#needs.length) {
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

  #gather(file: WalkedFile, previous: StoredData | undefined): void {
    const isFull = this.#gathered?.paths.length === MAX_RUN_FILES || this.#gatheredBytes + file.size > MAX_RUN_BYTES;
    if (isFull) this.#flush();
    this.#gathered ??= this.#openRun();
    this.#gatheredBytes += file.size;
    this.#addTo(this.#gathered, file, previous);
  }

  #flush(): void {
    if (this.#gathered !== undefined) this.#hand('small', this.#gathered);
    this.#gathered = undefined;
    this.#gatheredBytes = 0;
  }

  #openRun(): GatheredRun {
    return { number: this.#needs.push(0) - 1, paths: [], sizes: [], previous: [] };
  }

  #addTo({ number, paths, sizes, previous: known }: GatheredRun, file: WalkedFile, previous?: StoredData): void {
    this.#jobs.set(file, number * MAX_RUN_FILES + paths.length);
    // Runs without any previous data stay small.
    if (previous !== undefined) known[paths.length] = previous;
    sizes.push(file.size);
    paths.push(absolutePathOf(file));
  }

  #hand(kind: 'big' | 'small', { number, paths, sizes, previous }: GatheredRun): void {
    const run: DeflateRun = { number, files: paths.join('\0'), sizes, previous };
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
    const task: WorkerTask = { state: this.#state, archiveFile: this.options.archiveFile, program: this.#compiled() };
    // No environment, no arguments: the thread needs nothing but its jobs.
    // Loaded only here: whoever runs a function straight from its source packages nothing.
    const { Worker } = process.getBuiltinModule('node:worker_threads');
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

  #compiled(): WebAssembly.Module {
    this.#program ??= compileDeflater();
    return this.#program;
  }

  #nextMessage(): Promise<void> {
    return new Promise((resolve) => {
      this.#onMessage = resolve;
    });
  }

  #receive(message: WorkerMessage): void {
    if ('done' in message) this.#keep(message.done);
    else {
      const { code, message: text, hint } = message.failure;
      this.#fail(new LambdakitError(code, text, hint === undefined ? {} : { hint }));
    }
    this.#onMessage();
  }

  async #workHere(onOutcome: () => Promise<void>): Promise<void> {
    const { archiveFile } = this.options;
    const archive = archiveFile === undefined ? undefined : openSync(archiveFile, 'r');
    const tools = createDeflateTools(this.#compiled(), archive);
    try {
      for (let run = this.#queue.take(); run !== undefined; run = this.#queue.take()) {
        this.#keep(deflateRun(run, tools));
        // Lets an abort and the other threads' messages through.
        await turn();
        this.#throwIfFailed();
        await onOutcome();
      }
    } finally {
      if (archive !== undefined) closeSync(archive);
    }
  }

  #keep(run: DeflatedRun): void {
    this.#kept += 1;
    this.#outcomes[run.number] = run;
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

function runOf(job: number): number {
  return Math.floor(job / MAX_RUN_FILES);
}
