import { LambdakitError } from '../../errors/lambdakit-error.js';
import type { EnvironmentSettings } from './environment/environment-deps.js';
import type { ResponseBandwidth } from './environment/response-bandwidth.js';

export interface DispatcherSettings extends EnvironmentSettings {
  /** An environment that was idle for so long is shut down. */
  readonly idleEndMs: number;
  /**
   * A caller that got its answer often calls again before the runtime asked for its next event; it waits so
   * long for that environment before it is given a new one, and at least as long as the last one took to start.
   */
  readonly reuseGraceMs: number;
  /**
   * So many environments start at the same time. While a version has fewer, an invocation that finds none
   * idle is given a new one at once; after that it may wait for one that is expected to be free sooner.
   */
  readonly startsAtOnce: number;
  /** Environments that may exist at once, of all functions together. */
  readonly maxEnvironments: number;
  /** Limits how fast streamed responses flow; undefined: as fast as the caller takes them. */
  readonly responseBandwidth: ResponseBandwidth | undefined;
}

export const DEFAULT_DISPATCHER_SETTINGS: DispatcherSettings = {
  // Lambda developer guide, "Init phase": 10 seconds for functions on demand.
  initTimeoutMs: 10_000,
  freezeAfterIdleMs: undefined,
  // Lambda keeps idle environments for some minutes without saying how many.
  idleEndMs: 10 * 60_000,
  // About what a cold start costs on a machine that is not busy.
  reuseGraceMs: 200,
  startsAtOnce: Number.POSITIVE_INFINITY,
  maxEnvironments: 1000,
  responseBandwidth: undefined,
};

/** What callers get that are still waiting when everything is shut down. */
export function stoppedError(): LambdakitError {
  return new LambdakitError('interrupted', 'the local Lambda service is shutting down');
}
