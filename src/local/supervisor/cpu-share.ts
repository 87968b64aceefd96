import { readProcessCpuMs } from '../../system/process-cpu.js';
import { readDescendants } from '../../system/process-table.js';
import type { ProcessTree } from '../../system/process-tree.js';

/** A function with so much memory has one processor (Lambda developer guide, "Configure Lambda function memory"). */
const MB_PER_PROCESSOR = 1_769;

/** How often it is looked at what was used. */
const PERIOD_MS = 20;

/** What may be saved up: less than the time between two looks would be lost again and again. */
const MOST_CREDIT_MS = PERIOD_MS;

export interface CpuShareOptions {
  readonly memorySizeMb: number;
  /** The processes that run now. */
  trees(): readonly ProcessTree[];
  /** Default: reads /proc. */
  readonly readCpuMs?: (trees: readonly ProcessTree[]) => number;
  readonly monotonic?: () => number;
}

/**
 * Gives the processes of one environment the share of a processor that their memory size has on Lambda: they
 * are stopped as soon as they used more than their part of the time that passed, until they have earned it.
 * Nothing is saved up while they wait, as with the kernel's own quotas. For machines where those are not ours to set.
 */
export class CpuShare {
  readonly #options: CpuShareOptions;
  readonly #share: number;
  #timer: NodeJS.Timeout | undefined;
  #seenAt = 0;
  #seenMs = 0;
  /** Milliseconds of processor time that may still be used; below zero they are owed. */
  #creditMs = 0;
  #isHeld = false;

  constructor(options: CpuShareOptions) {
    this.#options = options;
    this.#share = options.memorySizeMb / MB_PER_PROCESSOR;
  }

  /** Begins or ends to hold the processes to their share. */
  limit(isLimited: boolean): void {
    if (isLimited === (this.#timer !== undefined)) return;
    if (isLimited) {
      this.#seenAt = this.#now();
      this.#seenMs = this.#read();
      this.#creditMs = 0;
      this.#timer = setInterval(() => this.#look(), PERIOD_MS);
      this.#timer.unref();
      return;
    }
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#hold(false);
  }

  #look(): void {
    const [now, used] = [this.#now(), this.#read()];
    const earnedMs = (now - this.#seenAt) * this.#share;
    // A process that ended takes what it used along.
    const usedMs = Math.max(0, used - this.#seenMs);
    this.#creditMs = Math.min(this.#creditMs + earnedMs - usedMs, MOST_CREDIT_MS);
    this.#seenAt = now;
    this.#seenMs = used;
    this.#hold(this.#creditMs < 0);
  }

  #hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    for (const tree of this.#options.trees()) tree.signal(isHeld ? 'SIGSTOP' : 'SIGCONT');
  }

  #now(): number {
    return (this.#options.monotonic ?? (() => performance.now()))();
  }

  #read(): number {
    return (this.#options.readCpuMs ?? readTreesCpuMs)(this.#options.trees());
  }
}

function readTreesCpuMs(trees: readonly ProcessTree[]): number {
  const leaders = trees.map((tree) => tree.leaderPid()).filter((pid) => pid !== undefined);
  const pids = leaders.flatMap((leader) => readDescendants(leader));
  return pids.reduce((sum, pid) => sum + readProcessCpuMs(pid), 0);
}
