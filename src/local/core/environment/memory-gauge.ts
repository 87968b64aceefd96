import type { Clock, EnvironmentHost } from '../ports.js';

/** A reading is good for this long; it is a high-water mark, so the next one makes up for what was missed. */
const FRESH_MS = 250;

const MEGABYTE = 1024 * 1024;

/** Max Memory Used of one environment. Reading it costs file reads, so a fast series of invocations shares one. */
export class MemoryGauge {
  /** Processes that ended before they could be looked at took something, too. */
  #highMb = 1;
  #readAt: number | undefined;

  constructor(
    private readonly clock: Clock,
    /** What the function may have, in megabytes. */
    private readonly memorySizeMb: number,
  ) {}

  /**
   * Whole megabytes, rounded up; never less than before. A moment above the limit is possible before the processes are
   * killed for it; Lambda never shows one.
   */
  async shown(host: EnvironmentHost, isOutOfMemory: boolean): Promise<number> {
    return isOutOfMemory ? this.memorySizeMb : Math.min(this.memorySizeMb, await this.#read(host));
  }

  async #read(host: EnvironmentHost): Promise<number> {
    const now = this.clock.monotonic();
    if (this.#readAt === undefined || now - this.#readAt >= FRESH_MS) {
      this.#readAt = now;
      // An invocation does not fail because its memory cannot be read.
      const bytes = await host.maxMemoryBytes().catch(() => 0);
      this.#highMb = Math.max(this.#highMb, Math.ceil(bytes / MEGABYTE));
    }
    return this.#highMb;
  }
}
