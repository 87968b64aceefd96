import type { Clock, EnvironmentHost } from '../ports.js';

/** Stops the processes of an environment that stays idle, as Lambda does, and lets them run again. */
export class IdleFreezer {
  #cancel: (() => void) | undefined;
  #frozen: EnvironmentHost | undefined;

  constructor(
    private readonly clock: Clock,
    /** Undefined: never. A delay keeps a fast series of invocations free of signals. */
    private readonly afterIdleMs: number | undefined,
  ) {}

  becomeIdle(host: EnvironmentHost): void {
    if (this.afterIdleMs === undefined) return;
    this.#cancel = this.clock.schedule(this.afterIdleMs, () => {
      this.#frozen = host;
      host.freeze();
    });
  }

  thaw(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#frozen?.thaw();
    this.#frozen = undefined;
  }
}
