import type { ProcessTree } from '../../system/process-tree.js';
import type { MemoryReader } from './memory-reader.js';

export interface MemoryWatchOptions {
  readonly reader: MemoryReader;
  readonly limitBytes: number;
  /** False: only the high-water mark is kept. */
  readonly isEnforced: boolean;
  /** The processes that run now. */
  trees(): readonly ProcessTree[];
}

/** Every so many samples one also finds the children that threads started; with 64 environments that would else take half a core. */
const THOROUGH_EVERY = 10;

/**
 * Watches the memory of one environment by sampling, and kills the largest of its processes with its
 * tree when all together take more than the limit. Where control groups are ours to make, `GroupLimit` sees to
 * it that they cannot take much more between two samples.
 */
export class MemoryWatch {
  readonly #options: MemoryWatchOptions;
  readonly #exceeded = new WeakSet<ProcessTree>();
  #timer: NodeJS.Timeout | undefined;
  #highestBytes = 0;
  #samples = 0;

  constructor(options: MemoryWatchOptions) {
    this.#options = options;
  }

  /** Begins to sample; does nothing when it does already. */
  start(): void {
    if (this.#timer !== undefined || !this.#options.isEnforced) return;
    this.#timer = setInterval(() => void this.#sample(), this.#options.reader.intervalMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#options.reader.close();
  }

  /** True when this process was killed for its memory. */
  hasExceeded(tree: ProcessTree): boolean {
    return this.#exceeded.has(tree);
  }

  /** The kernel killed a process between two samples because it wanted more than the limit; how much more nobody knows. */
  noteKernelKill(): void {
    this.#raise(this.#options.limitBytes + 1);
  }

  /** Highest use so far, in bytes. The kernel's own mark catches what happened between two samples. */
  async highestBytes(): Promise<number> {
    await this.#sample();
    this.#raise(this.#options.reader.peak(leadersOf(this.#options.trees()).map(({ pid }) => pid)));
    return this.#highestBytes;
  }

  async #sample(): Promise<void> {
    const { reader, limitBytes, isEnforced } = this.#options;
    const leaders = leadersOf(this.#options.trees());
    if (leaders.length === 0) return;
    const how = this.#samples % THOROUGH_EVERY === 0 ? 'thorough' : 'quick';
    this.#samples += 1;
    const bytes = await reader.read(
      leaders.map(({ pid }) => pid),
      how,
    );
    // A look between two times of watching must leave no file open.
    if (this.#timer === undefined) reader.close();
    const total = bytes.reduce((sum, part) => sum + part, 0);
    this.#raise(total);
    if (!isEnforced || total <= limitBytes) return;
    const largest = leaders[bytes.indexOf(Math.max(...bytes))];
    if (largest === undefined || !largest.tree.isRunning) return;
    this.#exceeded.add(largest.tree);
    largest.tree.signal('SIGKILL');
  }

  #raise(bytes: number): void {
    this.#highestBytes = Math.max(this.#highestBytes, bytes);
  }
}

function leadersOf(trees: readonly ProcessTree[]): readonly { readonly tree: ProcessTree; readonly pid: number }[] {
  return trees.flatMap((tree) => {
    const pid = tree.leaderPid();
    return pid === undefined ? [] : [{ tree, pid }];
  });
}
