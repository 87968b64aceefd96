import type { MemoryGroup } from '../../system/memory-group.js';
import type { ProcessTree, ProcessTreeEnd } from '../../system/process-tree.js';
import { GroupLimit } from './group-limit.js';
import type { MemoryReader } from './memory-reader.js';
import { MemoryWatch } from './memory-watch.js';

export interface MemoryGuardOptions {
  /** Undefined where the memory of a process cannot be read. */
  readonly reader: MemoryReader | undefined;
  /** Present where the kernel enforces the limit too. */
  readonly group: MemoryGroup | undefined;
  /** False: only the high-water mark is kept. */
  readonly isEnforced: boolean;
  readonly limitBytes: number;
  /** The processes that run now. */
  trees(): readonly ProcessTree[];
}

/** Keeps one environment within its memory size: measures exactly, and has the kernel stop what happens between two looks. */
export class MemoryGuard {
  readonly #watch: MemoryWatch | undefined;
  readonly #groupLimit: GroupLimit | undefined;

  constructor({ reader, group, isEnforced, limitBytes, trees }: MemoryGuardOptions) {
    if (reader !== undefined) this.#watch = new MemoryWatch({ reader, isEnforced, limitBytes, trees });
    if (group !== undefined) this.#groupLimit = new GroupLimit(group, limitBytes);
  }

  /** Begins to watch; does nothing when it does already. */
  start(): void {
    this.#watch?.start();
    this.#groupLimit?.start();
  }

  stop(): void {
    this.#watch?.stop();
    this.#groupLimit?.stop();
  }

  /** Highest use so far, in bytes; 0 where nothing can be read. */
  async highestBytes(): Promise<number> {
    return (await this.#watch?.highestBytes()) ?? 0;
  }

  /** True when this process ended because of its memory. To be asked once for each end. */
  explains(tree: ProcessTree, end: ProcessTreeEnd): boolean {
    const wasKilledByKernel = this.#groupLimit?.explains(end) ?? false;
    if (wasKilledByKernel) this.#watch?.noteKernelKill();
    return wasKilledByKernel || (this.#watch?.hasExceeded(tree) ?? false);
  }
}
