import type { InvocationFailure } from './invocation-failure.js';

/** Takes what fails while init runs. */
export class InitFailures {
  #tell: ((failure: InvocationFailure) => void) | undefined;
  #last: InvocationFailure | undefined;

  /** The first failure of the init that begins now. */
  begin(): Promise<InvocationFailure> {
    this.#last = undefined;
    return new Promise((resolve) => {
      this.#tell = resolve;
    });
  }

  end(): void {
    this.#tell = undefined;
  }

  /** False when no init runs: then the failure is for somebody else. */
  take(failure: InvocationFailure): boolean {
    if (this.#tell === undefined) return false;
    this.#last ??= failure;
    this.#tell(failure);
    return true;
  }

  /** The failure of the last init, also one that came when its outcome was already settled. */
  get last(): InvocationFailure | undefined {
    return this.#last;
  }
}
