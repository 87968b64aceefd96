import type { Clock } from '../ports.js';

/** How fast a streamed response may flow: freely at first, then at a rate. */
export interface ResponseBandwidth {
  readonly burstBytes: number;
  readonly bytesPerSecond: number;
}

/** Lambda developer guide, "Bandwidth limits for response streaming": the first 6 MB freely, then 2 MB per second. */
export const LAMBDA_RESPONSE_BANDWIDTH: ResponseBandwidth = {
  burstBytes: 6 * 1024 * 1024,
  bytesPerSecond: 2 * 1024 * 1024,
};

/** A token bucket: full at the beginning, filled again at the rate. */
export class ResponsePace {
  #level: number;
  #filledAt: number;

  constructor(
    private readonly bandwidth: ResponseBandwidth,
    private readonly clock: Clock,
  ) {
    this.#level = bandwidth.burstBytes;
    this.#filledAt = clock.monotonic();
  }

  /** Resolves when so many bytes may go on. A piece of any size may; the next one waits for it. */
  async take(bytes: number): Promise<void> {
    const { burstBytes, bytesPerSecond } = this.bandwidth;
    const now = this.clock.monotonic();
    this.#level = Math.min(burstBytes, this.#level + ((now - this.#filledAt) / 1000) * bytesPerSecond) - bytes;
    this.#filledAt = now;
    if (this.#level >= 0) return;
    const waitMs = (-this.#level / bytesPerSecond) * 1000;
    await new Promise<void>((resolve) => this.clock.schedule(waitMs, resolve));
  }
}
