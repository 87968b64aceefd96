import type { InitializationType } from '../function-snapshot.js';
import type { InitResult } from './init-phase.js';

/** What a REPORT line says of the init before its invocation. */
export interface InitFigures {
  readonly initDurationMs?: number;
  readonly restoreDurationMs?: number;
}

/** The init that no REPORT has shown yet: the first one after it does. */
export class UnreportedInit {
  #init: InitResult | undefined;

  constructor(private readonly initializationType: InitializationType) {}

  keep(init: InitResult): void {
    this.#init = init;
  }

  /** An init inside of an invocation is part of its duration. */
  forget(): void {
    this.#init = undefined;
  }

  take(): InitFigures {
    const init = this.#init;
    this.#init = undefined;
    if (init === undefined || init.failure !== undefined) return {};
    if (init.restoreDurationMs !== undefined) return { restoreDurationMs: init.restoreDurationMs };
    return this.initializationType === 'on-demand' ? { initDurationMs: init.durationMs } : {};
  }
}
