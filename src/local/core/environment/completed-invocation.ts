import type { InvocationCompletion, InvocationOutcome, InvocationReport } from '../invocation.js';

/** The end of an invocation. The end of its log is put together only for callers that want it, which few do. */
export class CompletedInvocation implements InvocationCompletion {
  readonly #log: { toBytes(): Uint8Array };

  constructor(
    readonly outcome: InvocationOutcome,
    readonly report: InvocationReport,
    log: { toBytes(): Uint8Array },
  ) {
    this.#log = log;
  }

  get logTail(): Uint8Array {
    return this.#log.toBytes();
  }
}
