import { LambdakitError } from '../errors/lambdakit-error.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How long a first signal's cleanup is left alone before a further signal ends the process the hard way. */
const PATIENCE_MS = 2_000;

/** The signals of the operating system as one AbortSignal. */
export interface Interruption {
  readonly signal: AbortSignal;
  dispose(): void;
}

/**
 * Turns SIGINT, SIGTERM and SIGHUP into an abort whose reason is our `interrupted` error, so that every
 * operation cleans up after itself. A terminal sends Ctrl-C to the whole group and people press it twice:
 * further signals are ignored while the cleanup has its time, after that the next one ends the process.
 */
export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  let abortedAt = 0;
  const onSignal = (name: NodeJS.Signals): void => {
    if (!controller.signal.aborted) {
      abortedAt = performance.now();
      controller.abort(new LambdakitError('interrupted', `Interrupted by ${name}.`));
      return;
    }
    if (performance.now() - abortedAt < PATIENCE_MS) return;
    dispose();
    process.kill(process.pid, name);
  };
  const dispose = (): void => {
    for (const name of SIGNALS) process.off(name, onSignal);
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return { signal: controller.signal, dispose };
}
