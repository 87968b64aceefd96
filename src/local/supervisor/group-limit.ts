import type { MemoryGroup } from '../../system/memory-group.js';
import type { ProcessTreeEnd } from '../../system/process-tree.js';

const MEGABYTE = 1024 * 1024;

/**
 * What a group may hold beside the memory of the function: page tables, sockets and pipes, which the kernel
 * charges to it, and the doorkeepers of its processes. The exact limit is kept by measuring.
 */
const MARGIN_BYTES = 32 * MEGABYTE;

/** How often it is looked at how much lies in /tmp. */
const PERIOD_MS = 50;

/** While it grows fast. */
const FAST_PERIOD_MS = 5;

/** Growth between two looks that is fast. */
const FAST_GROWTH_BYTES = 4 * MEGABYTE;

/** Smaller changes are not worth a new limit. */
const NOTABLE_BYTES = MEGABYTE;

/** Only when the group uses more is there a hurry to see what lies in /tmp; else it is seen each so many looks. */
const PATIENT_LOOKS = 10;

/**
 * Holds the group of one environment at the memory size of its function. A /tmp in memory is charged to the
 * group like any other memory, and on Lambda it is a disk: the limit goes up and down with what lies in it.
 */
export class GroupLimit {
  readonly #group: MemoryGroup;
  readonly #memoryBytes: number;
  #timer: NodeJS.Timeout | undefined;
  #sharedBytes = 0;
  /** The least that the group used since it was last seen what lies in /tmp, and how many looks were taken since then. */
  #usedBytes = 0;
  #looks = PATIENT_LOOKS;
  #explainedKills = 0;

  constructor(group: MemoryGroup, memoryBytes: number) {
    this.#group = group;
    this.#memoryBytes = memoryBytes;
  }

  /** The limit of a group that is empty. */
  static firstBytes(memoryBytes: number): number {
    return memoryBytes + MARGIN_BYTES;
  }

  /** Begins to look after /tmp; does nothing when it does already. */
  start(): void {
    this.#timer ??= setTimeout(() => this.#follow(), FAST_PERIOD_MS).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#group.rest();
  }

  /** True when a process ended because the group was at its limit. Each kill explains one end. */
  explains({ exitCode, signal }: ProcessTreeEnd): boolean {
    // A shell that waited for the killed process ends with 128 and the number of the signal.
    if (signal !== 'SIGKILL' && exitCode !== 137) return false;
    const kills = this.#group.killCount();
    const isNew = kills > this.#explainedKills;
    this.#explainedKills = kills;
    return isNew;
  }

  #follow(): void {
    const delayMs = this.#look() >= FAST_GROWTH_BYTES ? FAST_PERIOD_MS : PERIOD_MS;
    this.#timer = setTimeout(() => this.#follow(), delayMs).unref();
  }

  /** By how many bytes /tmp has grown, as far as it is known. */
  #look(): number {
    const usedBytes = this.#group.usedBytes();
    this.#looks += 1;
    this.#usedBytes = Math.min(this.#usedBytes, usedBytes);
    if (usedBytes - this.#usedBytes < NOTABLE_BYTES && this.#looks < PATIENT_LOOKS) return 0;
    this.#usedBytes = usedBytes;
    this.#looks = 0;
    const bytes = this.#group.sharedBytes();
    const growth = bytes - this.#sharedBytes;
    if (Math.abs(growth) >= NOTABLE_BYTES && this.#allow(bytes)) this.#sharedBytes = bytes;
    return growth;
  }

  /** False when the kernel refuses: version 1 does not go below what cannot be freed. */
  #allow(sharedBytes: number): boolean {
    try {
      this.#group.setLimit(GroupLimit.firstBytes(this.#memoryBytes) + sharedBytes);
      return true;
    } catch {
      return false;
    }
  }
}
